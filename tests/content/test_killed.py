"""Whatever step is killed, the next run ends where an undisturbed one ends."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from content import articles
from scheduling.approvals import Ruling, open_requests
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger

STEPS = {"article_file", "write", "remove", "move", "store", "open_request"}
ROOMS = (f"{os.sep}content{os.sep}", f"{os.sep}scheduling{os.sep}requests")
SLUG = "tidewatch-2026-11-19"


def killed_at(point: int, act: Callable[[], object]) -> bool:
    """Runs ``act`` in a child that is killed at its ``point``-th step; False if it ended before."""
    child = os.fork()
    if child == 0:
        met = 0

        def watch(frame: FrameType, event: str, _arg: Any) -> None:
            nonlocal met
            code = frame.f_code
            if event == "return" and code.co_name in STEPS and any(r in code.co_filename for r in ROOMS):
                met += 1
                if met == point:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(watch)
        try:
            act()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def moved(house: Any, root: Path) -> Any:
    """A copy of the house at ``root``."""
    shutil.copytree(house.workspace.root, root)
    workspace = Workspace(root)
    return replace(house, workspace=workspace, ledger=Ledger(workspace.ledger))


def every_point(house: Any, tmp_path: Path, act: Callable[[Any], object], check: Callable[[Any], None]) -> int:
    """Kills ``act`` at each of its steps in a fresh copy, runs it again, and checks what is there then."""
    point = 1
    while True:
        copy = moved(house, tmp_path / f"copy-{point}")
        if not killed_at(point, lambda copy=copy: act(copy)):
            return point
        act(copy)
        check(copy)
        shutil.rmtree(copy.workspace.root)
        point += 1


def test_a_draft_that_is_killed_is_the_same_after_the_next_run(house: Any, tmp_path: Path) -> None:
    whole = moved(house, tmp_path / "whole")
    made = whole.draft()

    def same(copy: Any) -> None:
        assert copy.files() == whole.files()
        assert [each.id for each in open_requests(copy.ledger)] == [made.request_id]
        assert articles.get(copy.ledger, SLUG).state == "in_review"

    assert every_point(house, tmp_path, lambda copy: copy.draft(name="tidewatch"), same) > 8


def test_a_publication_that_is_killed_is_the_same_after_the_next_run(house: Any, tmp_path: Path) -> None:
    ruling: Ruling = house.rule(house.draft().request_id)
    whole = moved(house, tmp_path / "whole")
    whole.publish(SLUG, ruling)

    def same(copy: Any) -> None:
        assert copy.files() == whole.files()
        assert [each.ruling for each in articles.published(copy.ledger, copy.workspace)] == [ruling]

    assert every_point(house, tmp_path, lambda copy: copy.publish(SLUG, ruling), same) > 8


def test_an_approval_whose_process_died_is_finished_by_the_desk(house: Any) -> None:
    house.rule(house.draft().request_id)
    assert not (house.workspace.published / f"{SLUG}.md").exists()
    assert house.finish() == [SLUG]
    assert [each.record.slug for each in articles.published(house.ledger, house.workspace)] == [SLUG]
    assert house.finish() == []


@pytest.mark.parametrize("decision", ["request-changes", "reject"])
def test_a_ruling_whose_process_died_is_applied_by_the_next_daily(house: Any, decision: str) -> None:
    house.rule(house.draft().request_id, decision)
    house.draft()
    assert articles.get(house.ledger, SLUG).state == articles.RULED[decision]
