"""Branches that are rewritten, cut off or elsewhere, and repositories of any shape: only read, never changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gitrepo import GitRepo

from distillers.collect import Collected
from distillers.fetch.base import Target
from distillers.fetch.fetching import Fetched
from distillers.record.archive import Archive

FetchNight = Callable[..., list[Fetched]]


def titles(archive: Archive) -> list[str]:
    heads = [event for name in archive.units("shop") for event in archive.unit("shop", name.unit).events[:1]]  # type: ignore[union-attr]
    return [event.text for event in sorted(heads, key=lambda event: event.at)]


def test_a_branch_that_was_rewritten_takes_back_what_it_lost(
    repo: GitRepo,
    shop: Target,
    fetch_night: FetchNight,
    collect_fetched: Callable[[Target], Collected],
    archive: Archive,
) -> None:
    repo.commit("One")
    old = repo.commit("Two, wrongly")
    fetch_night(shop)
    collect_fetched(shop)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.commit("Two")
    repo.commit("Three")
    assert fetch_night(shop)[0].tickets == 3
    collect_fetched(shop)
    assert titles(archive) == ["One", "Two", "Three"]
    repo.git("reset", "-q", "--hard", old)
    fetch_night(shop)
    collect_fetched(shop)
    assert titles(archive) == ["One", "Two, wrongly"]


def test_a_rewritten_branch_whose_old_commits_are_pruned_is_read_anew(
    repo: GitRepo,
    shop: Target,
    fetch_night: FetchNight,
    collect_fetched: Callable[[Target], Collected],
    archive: Archive,
) -> None:
    repo.commit("One")
    repo.commit("Two, wrongly")
    fetch_night(shop)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.commit("Two")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")
    fetch_night(shop)
    collect_fetched(shop)
    assert titles(archive) == ["One", "Two"]


def test_work_on_another_branch_is_not_merged_work(
    repo: GitRepo, shop: Target, fetch_night: FetchNight, rows: Any
) -> None:
    repo.commit("One")
    fetch_night(shop)
    repo.git("checkout", "-q", "-b", "idea")
    repo.commit("An idea")
    assert fetch_night(shop)[0].tickets == 0
    assert [row["title"] for row in rows()] == ["One"]


def test_branches_that_are_named_are_read_instead(repo: GitRepo, fetch_night: FetchNight, tmp_path: Path) -> None:
    repo.commit("One")
    repo.git("checkout", "-q", "-b", "release/2")
    repo.commit("Two")
    named = Target("shop", "git", str(repo.root), branches=("release/2",))
    assert fetch_night(named)[0].tickets == 2
    missing = Target("shop", "git", str(repo.root), branches=("release/3",))
    assert "has no branch release/3" in fetch_night(missing)[0].problem


def test_reading_changes_no_byte_and_runs_nothing_of_theirs(
    repo: GitRepo, shop: Target, fetch_night: FetchNight, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    script = repo.root / ".git" / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {marker}\n")
    script.chmod(0o755)
    repo.commit("One", **{"a.txt": "1", ".gitattributes": "*.txt diff=evil filter=evil"})
    repo.commit("Two", **{"a.txt": "2"})
    for key in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.clean",
        "core.sshCommand",
        "alias.rev-list",
        "gpg.program",
    ):
        repo.git("config", key, f"!{script}" if key.startswith("alias") else str(script))
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "remote.origin.url", f"ext::{script}")
    repo.git("config", "remote.origin.promisor", "true")
    (repo.root / ".git" / "hooks").mkdir(exist_ok=True)
    for hook in ("reference-transaction", "post-checkout", "post-index-change"):
        (repo.root / ".git" / "hooks" / hook).write_bytes(script.read_bytes())
        (repo.root / ".git" / "hooks" / hook).chmod(0o755)
    before = repo.bytes()
    marker.unlink(missing_ok=True)
    assert fetch_night(shop)[0].tickets == 2
    assert repo.bytes() == before
    assert not marker.exists()


@pytest.mark.parametrize("how", ["bare", "worktree", "shallow"])
def test_repositories_of_other_shapes_are_read_too(
    repo: GitRepo, fetch_night: FetchNight, tmp_path: Path, how: str
) -> None:
    for number in range(3):
        repo.commit(f"Commit {number}")
    other = tmp_path / "other"
    {
        "bare": lambda: repo.git("clone", "-q", "--bare", str(repo.root), str(other)),
        "worktree": lambda: repo.git("worktree", "add", "-q", "--detach", str(other)),
        "shallow": lambda: repo.git("clone", "-q", "--depth=2", f"file://{repo.root}", str(other)),
    }[how]()
    told = fetch_night(Target("shop", "git", str(other)))[0]
    assert (told.problem, told.tickets) == ("", 2 if how == "shallow" else 3)


def test_a_history_that_was_cut_off_takes_nothing_back(
    repo: GitRepo,
    fetch_night: FetchNight,
    tmp_path: Path,
    collect_fetched: Callable[[Target], Collected],
    archive: Archive,
) -> None:
    for number in range(4):
        repo.commit(f"Commit {number}")
    clone = tmp_path / "clone"
    repo.git("clone", "-q", f"file://{repo.root}", str(clone))
    target = Target("shop", "git", str(clone))
    fetch_night(target)
    repo.git("commit", "-q", "--amend", "-m", "Commit 3, again")
    GitRepo(clone).git("fetch", "-q", "--depth=1", "--force", "origin", "main:refs/remotes/origin/main")
    fetch_night(target)
    collect_fetched(target)
    assert titles(archive) == ["Commit 0", "Commit 1", "Commit 2", "Commit 3", "Commit 3, again"]


@pytest.mark.parametrize("what", ["nothing", "a folder", "a folder below", "an empty repository"])
def test_what_is_no_history_is_one_line_of_the_report(
    repo: GitRepo, fetch_night: FetchNight, tmp_path: Path, what: str
) -> None:
    (tmp_path / "plain").mkdir()
    (repo.root / "sub").mkdir()
    place = {"nothing": tmp_path / "none", "a folder": tmp_path / "plain", "a folder below": repo.root / "sub"}
    told = fetch_night(Target("shop", "git", str(place.get(what, repo.root))))[0]
    assert told.tickets == 0
    assert told.problem.endswith("(name its top folder in stillhouse.toml)") or what == "an empty repository"
