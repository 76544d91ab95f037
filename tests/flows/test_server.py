"""The workspace's server: started once, found again, gone with its last user, and never mistaken for another's."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from flows import children, server
from flows.environment import own
from flows.settings import Settings

Make = Callable[[Path], Settings]
Warm = Callable[[Settings], Settings]


def test_a_server_is_started_once_and_stopped_by_its_last_user(tmp_path: Path, make: Make, warmed: Warm) -> None:
    space = warmed(make(tmp_path / "workspace")).workspace
    with server.in_use(space) as first:
        with server.in_use(space) as second:
            assert second == first
        assert server.find(space) == first, "a user that leaves takes nothing from one that stays"
        assert first.port != 4200
    assert not children.alive(first.pid)
    assert server.find(space) is None


def test_a_server_whose_starter_was_killed_is_taken_over(tmp_path: Path, make: Make, warmed: Warm) -> None:
    space = warmed(make(tmp_path / "workspace")).workspace
    words = "import sys, pathlib; from flows import server; from scheduling.base.workspace import Workspace;"
    starter = subprocess.Popen(
        [sys.executable, "-c", f"{words} server.ensure(Workspace(pathlib.Path(sys.argv[1])))", space.root]
    )
    while not space.server.exists():
        time.sleep(0.05)
    starter.kill()
    starter.wait()
    begun = json.loads(space.server.read_text("utf-8"))["pid"]
    with server.in_use(space) as found:
        assert found.pid == begun
    assert not children.alive(begun)


def test_a_note_of_a_dead_server_is_not_believed(tmp_path: Path, make: Make) -> None:
    space = make(tmp_path / "workspace").workspace
    space.server.write_text(json.dumps({"pid": os.getpid(), "port": 9, "workspace": str(space.root)}), "utf-8")
    assert server.find(space) is None
    space.server.write_text("{", "utf-8")
    assert server.find(space) is None


def test_the_server_of_another_workspace_is_not_ours(
    tmp_path: Path, make: Make, house: Settings, served: object
) -> None:
    ours, running = make(tmp_path / "ours").workspace, server.find(house.workspace)
    assert running is not None
    note = {"pid": running.pid, "port": running.port, "workspace": str(ours.root)}
    ours.server.write_text(json.dumps(note), "utf-8")
    assert server.find(ours) is None


def test_nothing_leaves_the_machine(tmp_path: Path, make: Make) -> None:
    values = own(make(tmp_path / "workspace").workspace, 20000)
    assert values["DO_NOT_TRACK"] == "1"
    assert values["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert values["PREFECT_SERVER_UI_V2_ENABLED"] == "false"
    assert values["PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT"] == "false"
    assert values["PREFECT_SERVER_API_HOST"] == "127.0.0.1"
    assert "*" not in values["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"]


def test_a_server_that_a_full_disk_ended_says_so(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text(
        "INFO: started\nsqlite3.OperationalError: database or disk is full\n    await self.run_migr", "utf-8"
    )
    assert str(server.ended(log)) == "no space left on the disk (make room, then run it again: it goes on)"
    log.write_text("INFO: started\nOSError: address already in use\n\n", "utf-8")
    assert str(server.ended(log)).endswith(f"started: OSError: address already in use (see {log})")
