"""The retrieval server over the house of two silos: in a thread for most tests, as a process where that matters."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from scheduling import runs
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from wiki import tokens
from wiki.server.access import House
from wiki.server.binding import listen
from wiki.server.gate import Limits
from wiki.server.http import application

START = """
import sys
from pathlib import Path
from scheduling.base.workspace import Workspace
from wiki.server.access import House
from wiki.server.binding import listen
from wiki.server.gate import Limits
from wiki.server.running import serve
bound = listen("127.0.0.1", 0, frozenset())
house = House(Workspace(Path(sys.argv[1])), lambda text: text.replace("hunter2", "[REDACTED:password:0]"))
serve(house, bound, Limits(rate=10**6), lambda: print(bound.getsockname()[1], flush=True))
"""


@dataclass(frozen=True)
class Served:
    """A running server and how to ask it in the name of a token."""

    url: str
    house: House

    def client(self, token: str = "", **headers: str) -> httpx.Client:
        if token:
            headers["authorization"] = f"Bearer {token}"
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False, verify=False)


def token_for(ledger: Ledger, name: str, *domains: str, rights: Any = tokens.RIGHTS) -> str:
    with runs.running(ledger, "operator", "test") as run:
        return tokens.add(run, name, domains, rights)


@contextmanager
def in_thread(workspace: Workspace, limits: Limits) -> Iterator[Served]:
    house = House(workspace, lambda text: text.replace("hunter2", "[REDACTED:password:0]"))
    bound = listen("127.0.0.1", 0, frozenset())
    server = uvicorn.Server(uvicorn.Config(application(house, limits), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield Served(f"http://127.0.0.1:{bound.getsockname()[1]}", house)
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def as_process(root: Path, log: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    env = {"PYTHONSAFEPATH": "1", "HOME": str(root), "PATH": os.environ["PATH"]}
    with log.open("w") as errors:
        child = subprocess.Popen(
            [sys.executable, "-c", START, str(root)], stdout=subprocess.PIPE, stderr=errors, text=True, env=env
        )
    try:
        assert child.stdout
        port = child.stdout.readline().strip()
        assert port, log.read_text()
        yield f"http://127.0.0.1:{port}", child
    finally:
        child.terminate()
        child.wait(15)


@pytest.fixture
def token() -> Callable[..., str]:
    """Makes a token: ledger, name, domains."""
    return token_for


@pytest.fixture
def house(indexed: Any) -> Any:
    """What is served here has an index."""
    return indexed


@pytest.fixture
def serving(house: Any) -> Callable[..., AbstractContextManager[Served]]:
    """The house, served within chosen limits."""
    return lambda limits=None: in_thread(house.workspace, limits or Limits(rate=10**6, wrong=10**6))


@pytest.fixture
def served(serving: Any) -> Iterator[Served]:
    """The house, served."""
    with serving() as one:
        yield one


@pytest.fixture
def process(house: Any, tmp_path: Path) -> Iterator[tuple[str, Path, Any]]:
    """The house served by a process of its own: its address, what it logs, and the process."""
    log = tmp_path / "server.log"
    with as_process(house.workspace.root, log) as (url, child):
        yield url, log, child
