"""The guard of main: git itself refuses commits of a seat that no merged change set covers; people's commits pass."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from scheduling.base.errors import RefusedError
from scheduling.base.process import Completed
from scheduling.base.process import run as start
from wiki import guard, health
from wiki.changesets import listed
from wiki.git import COVERED, Repo, open_repo

SEAT = ("-c", "user.name=Stillhouse librarian", "-c", "user.email=librarian@stillhouse.invalid")
ANA = ("-c", "user.name=Ana", "-c", "user.email=ana@example.invalid")


def git(root: Path, *argv: str, who: tuple[str, ...] = SEAT) -> Completed:
    return start(["git", *who, *argv], cwd=root, check=False)


@pytest.fixture
def filed(shop: Any, finding: Any) -> Any:
    shop.night([finding("One."), finding("Two.")])
    return shop


def refused(done: Completed) -> bool:
    return done.code != 0 and b"no merged change set covers" in done.err


def test_a_commit_in_the_name_of_a_seat_is_refused_and_one_of_a_person_passes(filed: Any) -> None:
    before = filed.git("rev-parse", "main")
    filed.edit("# Testing\n", "# Testing\n\nForged.\n")
    filed.git("add", "-A")
    assert refused(git(filed.wiki, "commit", "-q", "-m", "Forged"))
    assert refused(git(filed.wiki, "commit", "-q", "-m", "Forged", "--author=Ana <ana@example.invalid>"))
    forged = "--author=Stillhouse librarian <librarian@stillhouse.invalid>"
    assert refused(git(filed.wiki, "commit", "-q", "-m", "Forged", forged, who=ANA))
    assert filed.git("rev-parse", "main") == before
    assert git(filed.wiki, "commit", "-q", "-m", "Ana's own", who=ANA).code == 0
    assert filed.is_clean()


def test_no_other_way_to_move_main_passes_the_guard_either(filed: Any) -> None:
    before = filed.git("rev-parse", "main").strip()
    tree = filed.git("rev-parse", "main^{tree}").strip()
    forged = git(filed.wiki, "commit-tree", tree, "-p", before, "-m", "Forged").text.strip()
    deep = git(filed.wiki, "commit-tree", tree, "-p", forged, "-m", "On top", who=ANA).text.strip()
    filed.git("branch", "side", deep)
    tries = [
        ("update-ref", "refs/heads/main", forged),
        ("update-ref", "refs/heads/main", deep),
        ("reset", "-q", "--hard", forged),
        ("merge", "-q", "--ff-only", deep),
        ("merge", "-q", "--no-ff", "-m", "Merge", deep),
        ("fetch", "-q", ".", f"+{forged}:refs/heads/main", "--update-head-ok"),
        ("push", "-q", ".", "side:main"),
        ("branch", "-f", "main", forged),
    ]
    assert [argv[0] for argv in tries if git(filed.wiki, *argv, who=ANA).code == 0] == []
    assert filed.git("rev-parse", "main").strip() == before


def test_people_reset_revert_branch_and_merge_as_they_like(filed: Any, finding: Any) -> None:
    filed.night([finding("One.", seen=2), finding("Two.")])
    for argv in (
        ("revert", "--no-edit", "HEAD"),
        ("checkout", "-q", "-b", "idea"),
        ("commit", "-q", "--allow-empty", "-m", "An idea"),
        ("checkout", "-q", "main"),
        ("merge", "-q", "--no-ff", "-m", "Merge", "idea"),
        ("reset", "-q", "--hard", "HEAD~2"),
        ("reset", "-q", "--hard", "ORIG_HEAD"),
        ("commit", "-q", "--amend", "-m", "Said better", "--reset-author", "--allow-empty"),
    ):
        assert git(filed.wiki, *argv, who=ANA).code == 0, argv


def test_a_seats_commit_that_came_past_the_hook_stops_merging_until_it_is_taken_off(filed: Any, finding: Any) -> None:
    filed.edit("# Testing\n", "# Testing\n\nForged.\n")
    git(filed.wiki, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-a", "-m", "Forged")
    night = filed.night([finding("One."), finding("Two."), finding("Three.")])
    assert night.commit is None
    assert re.search(r"change set c-\w+ was refused: main holds \w+, a commit of a seat that no", night.held[0])
    assert listed(filed.ledger)[-1].state == "blocked"
    assert [ill.what[:10] for ill in health.examine(open_repo(filed.wiki))] == ["main holds"]
    assert git(filed.wiki, "commit", "-q", "--amend", "--reset-author", "--no-edit", who=ANA).code == 0
    assert filed.night().added == 1
    assert "Forged." in filed.page(), "it is Ana's now"


def test_the_hook_is_written_when_the_wiki_is_made_and_put_back_by_the_next_night(shop: Any, finding: Any) -> None:
    repo = guard.ensure(shop.wiki)
    assert guard.is_installed(repo)
    hook = repo.folder / "hooks" / guard.NAME
    hook.write_text("#!/bin/sh\nexit 0\n")
    assert not guard.is_installed(repo)
    assert [ill.mend for ill in health.examine(repo)] == ["run: stillhouse doctor --fix"]
    shop.night([finding("One.")])
    assert guard.is_installed(repo)
    assert hook.with_name(f"{guard.NAME}.before-stillhouse").read_text() == "#!/bin/sh\nexit 0\n"
    hook.chmod(0o644)
    assert not guard.is_installed(repo), "a hook that cannot run is none"


def test_a_hook_cannot_be_asked_to_look_away(filed: Any) -> None:
    filed.edit("# Testing\n", "# Testing\n\nForged.\n")
    assert refused(git(filed.wiki, "commit", "-q", "-a", "--no-verify", "-m", "Forged"))


def test_a_wiki_of_before_the_guard_and_a_clone_are_taken_as_they_stand(
    filed: Any, finding: Any, tmp_path: Path
) -> None:
    repo = open_repo(filed.wiki)
    repo.git("update-ref", "-d", COVERED)
    assert len(guard.uncovered(repo)) == 1
    filed.night([finding("One."), finding("Two."), finding("Three.")])
    assert guard.uncovered(repo) == []
    copied = tmp_path / "copied"
    start(["git", "clone", "-q", str(filed.wiki), str(copied)], cwd=tmp_path)
    assert guard.uncovered(guard.ensure(copied)) == []


def test_what_people_push_may_come_and_a_strange_seats_commit_may_not(filed: Any) -> None:
    repo = open_repo(filed.wiki)
    head, tree = repo.head(), repo.git("rev-parse", "main^{tree}").text.strip()
    mine = git(filed.wiki, "commit-tree", tree, "-p", head, "-m", "Mine", who=ANA).text.strip()
    strange = git(filed.wiki, "commit-tree", tree, "-p", mine, "-m", "Strange").text.strip()
    with pytest.raises(RefusedError, match="a commit of a seat that no change set covers"):
        repo.move(strange, head)
    repo.move(mine, head)
    assert repo.head() == mine


def test_leftovers_of_a_dead_run_are_torn_down_and_its_change_set_is_blocked(
    filed: Any, finding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: Any) -> None:
        os.kill(os.getpid(), 9)

    pid = os.fork()
    if pid == 0:
        monkeypatch.setattr("wiki.carry.verify", dies)
        filed.night([finding("One."), finding("Two."), finding("Three.")])
        os._exit(0)
    os.waitpid(pid, 0)
    assert filed.git("worktree", "list").count("\n") == 2
    night = filed.night()
    assert night.added == 1
    assert any("removed the worktree of change set" in note for note in night.notes)
    assert filed.git("worktree", "list").count("\n") == 1
    assert [(one.state, one.reasons) for one in listed(filed.ledger)[1:]] == [
        ("blocked", ("its run died",)),
        ("merged", ()),
    ]


def test_main_moves_in_one_place_and_only_a_change_set_gives_leave() -> None:
    root = Path(guard.__file__).parents[1]
    texts = {p.name: p.read_text("utf-8") for room in ("flows", "content", "wiki") for p in (root / room).rglob("*.py")}
    assert {name for name, text in texts.items() if re.search(r"\bCover\(", text)} == {"changes.py"}
    assert {name for name, text in texts.items() if ".advance(" in text} == {"carry.py"}
    assert {name for name, text in texts.items() if re.search(r"repo\.move\(", text)} <= {"remote.py"}


def test_files_keep_their_mode(filed: Any, finding: Any) -> None:
    filed.path().chmod(0o755)
    filed.commit("Made to run")
    filed.night([finding("One.", seen=2), finding("Two.")])
    assert filed.git("ls-files", "-s", "shop/testing.md").startswith("100755")
    assert filed.path().stat().st_mode & 0o111
    assert filed.is_clean()


def test_a_persons_commit_falls_before_or_after_a_merge_and_never_into_it(
    filed: Any, finding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Completed] = []
    advance = Repo.advance
    filed.path("notes").write_text("# Notes\n")
    filed.commit()

    def meanwhile(self: Repo, cover: Any) -> None:
        advance(self, cover)
        filed.path("notes").write_text("# Notes\n\nJust now.\n")
        tried.append(git(filed.wiki, "commit", "-q", "-a", "-m", "Meanwhile", who=ANA))

    monkeypatch.setattr(Repo, "advance", meanwhile)
    filed.night([replace(finding("One."), seen=5), finding("Two.")])
    monkeypatch.undo()
    assert b"index.lock" in tried[0].err
    filed.commit("Now")
    filed.night()
    assert "Just now." in filed.page("notes")
    assert "seen in 5" in filed.page()
    assert filed.states()[finding("One.").id] == "live", "their commit took nothing back"


def test_a_merge_that_git_is_in_the_middle_of_is_no_commit_past_the_gate(
    filed: Any, finding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed.night([finding("One."), finding("Two."), finding("Three.")])
    repo = open_repo(filed.wiki)
    done = repo.ref(COVERED)
    git(filed.wiki, "update-ref", COVERED, f"{done}~1")  # main is there, what covers it is not yet
    assert guard.uncovered(repo) == [done]

    def arrives(_seconds: float) -> None:
        git(filed.wiki, "update-ref", COVERED, done)

    monkeypatch.setattr(guard.time, "sleep", arrives)
    assert guard.uncovered(repo) == []
    assert health.covered(repo, "") is None


def test_whoever_comes_first_sets_the_wiki_up_and_the_others_wait(tmp_path: Path) -> None:
    for turn in range(5):
        root = tmp_path / str(turn) / "wiki"
        at_once = Barrier(6)

        def begin(root: Path = root, at_once: Barrier = at_once) -> Repo:
            at_once.wait()
            return guard.ensure(root)

        with ThreadPoolExecutor(6) as pool:
            made = [job.result() for job in [pool.submit(begin) for _ in range(6)]]
        assert all(guard.is_installed(repo) for repo in made)
        assert [path.name for path in root.iterdir()] == [".git"], "a lock that leaves nothing behind"
