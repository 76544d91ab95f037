from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from shutil import copytree
from typing import Any

import pytest

from distillers.findings import Finding
from scheduling.base import gitcall
from scheduling.base.process import Completed
from scheduling.runs import Run


def nights(finding: Any) -> tuple[list[Finding], list[Finding]]:
    """What was found on two nights: the second corroborates, supersedes, confirms, moves, retires and adds."""
    old, heir = finding("Old way.", key="way", valid_from="2026-10-01"), finding("New way.", key="way")
    first = [
        old,
        finding("Stays."),
        finding("Rises.", confidence="medium"),
        finding("Moves."),
        finding("Goes.", page="short"),
    ]
    second = [replace(old, status="superseded", superseded_by=heir.id), heir, finding("Stays.", seen=2)]
    return first, [*second, finding("Rises."), finding("Moves.", page="other"), finding("Fresh.", kind="fact")]


def killed(work: Callable[[], object]) -> bool:
    """Runs ``work`` in a process of its own; whether it was killed before its end."""
    pid = os.fork()
    if pid == 0:
        code = 1
        with suppress(BaseException):
            work()
            code = 0
        os._exit(code)
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def die_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this process kill itself after its ``step``-th git command or ledger change."""
    left = [step]
    git, change = gitcall.git, Run.change

    def counted() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def run(*args: Any, **values: Any) -> Completed:
        done = git(*args, **values)
        counted()
        return done

    class Counted:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def __enter__(self) -> Any:
            return self.inner.__enter__()

        def __exit__(self, *error: Any) -> Any:
            result = self.inner.__exit__(*error)
            counted()
            return result

    monkeypatch.setattr(gitcall, "git", run)
    monkeypatch.setattr(Run, "change", lambda self, *args, **values: Counted(change(self, *args, **values)))


@pytest.mark.parametrize("start", range(1, 7))
def test_a_night_killed_at_any_step_ends_in_the_tree_of_a_calm_one(
    start: int, shop: Any, another: Any, finding: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = nights(finding)
    shop.night(first)
    copytree(shop.root, another.root)
    another.night(second)
    for step in range(start, 200, 6):
        one = replace(shop, root=tmp_path / str(step))
        copytree(shop.root, one.root)

        def disturbed(one: Any = one, step: int = step) -> None:
            die_at(step, monkeypatch)
            one.night(second)

        was_killed = killed(disturbed)
        one.night(second)
        assert one.tree_hash() == another.tree_hash(), step
        assert one.is_clean(), step
        assert one.statuses() == another.statuses(), step
        assert one.states() == another.states(), step
        assert int(one.git("rev-list", "--count", "main")) == 2, step
        if not was_killed:
            break
    assert not was_killed, "every step was tried"


def test_a_person_may_delete_a_block_between_a_killed_night_and_the_next(
    shop: Any, finding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.night([finding("One.")])

    def disturbed() -> None:
        monkeypatch.setattr("wiki.librarian._record", lambda *args: os.kill(os.getpid(), signal.SIGKILL))
        shop.night([finding("One.", seen=2), finding("Two.")])

    assert killed(disturbed)
    shop.git("reset", "-q", "--hard")
    for claim in ("- One.", "- Two."):
        line = next(line for line in shop.page().splitlines(keepends=True) if line.startswith(claim))
        shop.path().write_text(shop.path().read_text().replace(line, ""))
    shop.commit()
    shop.night()
    shop.night([finding("One.", seen=3), finding("Two.", seen=3), finding("Three.")])
    assert "- Three." in shop.page()
    assert "- One." not in shop.page()
    assert "- Two." not in shop.page()


def test_a_stale_lock_of_a_killed_git_is_cleared_with_a_note(shop: Any, finding: Any) -> None:
    shop.night([finding("One.")])
    lock = shop.wiki / ".git" / "index.lock"
    lock.write_text("")
    os.utime(lock, (1, 1))
    filed = shop.night([finding("One."), finding("Two.")])
    assert filed.notes == ("removed index.lock, left by a git that died",)
    assert shop.is_clean()


def test_with_the_ledger_lost_the_pages_are_taken_up_as_they_stand(shop: Any, finding: Any) -> None:
    found = [finding("One."), finding("Two."), finding("Far.", page="far")]
    shop.night(found)
    shop.edit("- Two.", "- Two, says Ana.")
    shop.commit()
    before = shop.git("rev-parse", "main")
    for path in shop.root.glob("ledger.*"):
        path.unlink()
    assert shop.night(found).commit is None
    assert shop.git("rev-parse", "main") == before
    assert shop.states()[finding("One.").id] == "live"
    assert shop.states()[finding("Two.").id] == "human"
    shop.night([replace(one, seen=2) for one in found])
    assert "- Two, says Ana. [^" in shop.page()
    assert "seen in 2" in shop.page()
