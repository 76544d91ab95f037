"""The server as a process and its owner's socket: warm answers for the command line, and an end without leftovers."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scheduling.base.errors import StillhouseError, UsageError
from wiki.server.binding import listen
from wiki.server.local import reach, short


def test_the_owner_is_answered_over_the_socket(process: Any, house: Any) -> None:
    path = house.workspace.socket
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    line = reach(path)
    assert line is not None
    asked = {"domain": "shop", "limit": 2, "max_tokens": None, "layer": None}
    told = line.ask(query="which tests before a push", **asked)
    same = house.searcher().search("which tests before a push", "shop", limit=2).to_json()
    assert {**told, "took_ms": 0} == {**json.loads(json.dumps(same)), "took_ms": 0}
    assert line.ask(query="OvenClock", **{**asked, "domain": "bakery"})["results"]
    with pytest.raises(UsageError, match="there is no domain 'nowhere'"):
        line.ask(query="x", **{**asked, "domain": "nowhere"})
    with pytest.raises(UsageError, match="no question"):
        line.ask(nothing=1)
    assert line.ask(query="\ud800 tests", **asked)["results"], "the line is open still"


def test_a_server_that_is_told_to_stop_leaves_nothing_behind(process: Any, house: Any) -> None:
    _url, log, child = process
    line = reach(house.workspace.socket)
    assert line is not None
    child.terminate()
    child.wait(60)
    assert not house.workspace.socket.exists()
    assert reach(house.workspace.socket) is None
    with pytest.raises(StillhouseError, match="went away"):
        line.ask(query="x", domain="shop", limit=1, max_tokens=None, layer=None)
    assert "Traceback" not in log.read_text()


def test_a_socket_of_a_server_that_was_killed_is_no_server(process: Any, house: Any) -> None:
    _url, _log, child = process
    child.kill()
    child.wait()
    assert house.workspace.socket.exists()
    assert reach(house.workspace.socket) is None


def test_a_long_path_is_reached_too(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as server, short(deep / "s.sock") as address:
        server.bind(address)
        server.listen()
        assert reach(deep / "s.sock") is not None


def test_a_client_imports_nothing_heavy() -> None:
    program = "import sys, wiki.server.local; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    heavy = {"lancedb", "pyarrow", "sqlalchemy", "mcp", "fastapi", "pydantic", "uvicorn", "numpy", "prefect"}
    assert not heavy & set(json.loads(done.stdout.replace("'", '"')))


def test_others_reach_it_only_by_names_that_somebody_chose() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1"):
        with pytest.raises(UsageError, match="--allow-host"):
            listen(host, 0, frozenset())
