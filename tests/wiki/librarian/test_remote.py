"""The wiki with a remote: people push to it while nights file, and nothing of anybody is lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scheduling.base.errors import RefusedError
from scheduling.base.process import run as start
from scheduling.runs import running
from wiki.erase import erasure
from wiki.git import Cover, Repo, ensure_repo
from wiki.history import rewrite
from wiki.remote import Remote, address, pull, push, rewritten, share
from wiki.worktree import worktree

ME = {"GIT_CONFIG_GLOBAL": "/dev/null"} | {
    f"GIT_{who}_{what}": f"{value}"
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ana"), ("EMAIL", "ana@example.invalid"))
}


@dataclass(frozen=True)
class Ana:
    """A person with a clone of their own."""

    root: Path

    def git(self, *argv: str) -> str:
        return start(["git", *argv], cwd=self.root, env=ME).text

    def change(self, path: str, old: str, new: str) -> None:
        """Pulls, edits one page (or adds to it), commits and pushes."""
        self.git("pull", "-q", "--rebase", "origin", "main")
        file = self.root / path
        file.parent.mkdir(exist_ok=True)
        text = file.read_text() if file.exists() else ""
        assert old in text
        file.write_text(text.replace(old, new, 1))
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"Ana: {new}")
        self.git("push", "-q", "origin", "HEAD:main")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    path = tmp_path / "remote.git"
    start(["git", "init", "-q", "--bare", "--initial-branch=main", str(path)], cwd=tmp_path)
    return path


@pytest.fixture
def remote(bare: Path) -> Remote:
    return Remote(str(bare))


@pytest.fixture
def wiki(shop: Any, finding: Any, remote: Remote) -> Repo:
    """The shop's wiki after a first night, pushed."""
    shop.night([finding("One."), finding("Two.", page="other")])
    repo = ensure_repo(shop.wiki)
    assert pull(repo, remote).how == "same", "an empty remote has nothing to pull"
    assert push(repo, remote).done
    return repo


@pytest.fixture
def ana(wiki: Repo, bare: Path, tmp_path: Path) -> Ana:
    start(["git", "clone", "-q", str(bare), str(tmp_path / "ana")], cwd=tmp_path)
    return Ana(tmp_path / "ana")


def log(bare: Path) -> str:
    return start(["git", "log", "--format=%an %s", "main"], cwd=bare).text


def test_what_a_person_pushed_comes_in_before_work_and_is_theirs(
    shop: Any, wiki: Repo, remote: Remote, ana: Ana, finding: Any
) -> None:
    ana.change("shop/testing.md", "- One.", "- One, on Mondays.")
    assert pull(wiki, remote).how == "forward"
    assert shop.is_clean()
    assert "- One, on Mondays." in shop.path().read_text()
    shop.night([finding("One.", seen=3), finding("Two.", page="other"), finding("Three.")])
    assert push(wiki, remote).done
    ana.git("pull", "-q", "--ff-only", "origin", "main")
    page = (ana.root / "shop/testing.md").read_text()
    assert "- One, on Mondays." in page
    assert "- Three." in page


def test_a_push_during_the_night_is_merged_planned_upon_and_never_lost(
    shop: Any, wiki: Repo, remote: Remote, ana: Ana, bare: Path, finding: Any
) -> None:
    found = [finding("One."), finding("Two.", page="other"), finding("Three.", page="third")]
    ana.change("shop/other.md", "- Two.", "- Two, says Ana.")
    shop.night(found)
    refiled: list[int] = []
    notes = share(wiki, remote, lambda: refiled.append(shop.night(found).added))
    assert "planned again" in notes[0]
    assert refiled == [0]
    assert "Ana Ana: - Two, says Ana." in log(bare)
    assert start(["git", "rev-parse", "main"], cwd=bare).text.strip() == wiki.head()
    assert "- Two, says Ana." in shop.page("other")
    assert "- Three." in shop.page("third")
    assert shop.states()[found[1].id] == "human"
    assert shop.is_clean()
    assert share(wiki, remote, lambda: None) == ()


def test_one_who_pushes_between_every_try_loses_nothing(
    shop: Any, wiki: Repo, remote: Remote, ana: Ana, bare: Path, finding: Any
) -> None:
    shop.night([finding("One."), finding("Two.", page="other"), finding("Three.", page="third")])
    turns = iter(range(100))
    ana.change("shop/ana.md", "", "First.\n")
    notes = share(wiki, remote, lambda: ana.change(f"shop/ana-{next(turns)}.md", "", "More.\n"))
    assert "the next night tries again" in notes[-1]
    assert log(bare).count("Ana Ana:") == 6
    assert pull(wiki, remote).how == "merged"
    assert push(wiki, remote).done
    assert log(bare).count("Ana Ana:") == 6
    assert "- Three." in start(["git", "show", "main:shop/third.md"], cwd=bare).text


def test_lines_that_both_changed_are_left_to_a_person_and_nothing_moves(
    shop: Any, wiki: Repo, remote: Remote, ana: Ana
) -> None:
    ana.change("shop/testing.md", "- One.", "- One, says Ana.")
    shop.edit("- One.", "- One, says Bo.")
    shop.commit()
    before = wiki.head()
    with pytest.raises(RefusedError, match=r"same lines changed: shop/testing\.md"):
        pull(wiki, remote)
    assert wiki.head() == before
    assert shop.is_clean()
    assert "says Bo" in shop.path().read_text()
    with pytest.raises(RefusedError):
        share(wiki, remote, lambda: None)


def test_unsaved_edits_on_a_page_that_the_remote_changed_are_not_touched(
    shop: Any, wiki: Repo, remote: Remote, ana: Ana
) -> None:
    ana.change("shop/testing.md", "- One.", "- One, says Ana.")
    shop.path("other").write_text("mine")
    assert pull(wiki, remote).how == "forward", "an edit elsewhere is not in the way"
    assert shop.path("other").read_text() == "mine"
    ana.change("shop/other.md", "- Two.", "- Two, says Ana.")
    with pytest.raises(RefusedError, match=r"shop/other\.md \(it has uncommitted edits\)"):
        pull(wiki, remote)
    assert shop.path("other").read_text() == "mine"


def test_a_remote_that_cannot_be_reached_stops_nothing(wiki: Repo, tmp_path: Path) -> None:
    gone = Remote(str(tmp_path / "gone"))
    pulled = pull(wiki, gone)
    assert pulled.how == "unreachable"
    assert "could not be asked" in pulled.note
    wiki.git("update-ref", "-d", "refs/stillhouse/remote")
    pushed = push(wiki, gone)
    assert (pushed.done, pushed.rejected) == (False, False)
    assert "did not take the push" in pushed.note


def test_another_remote_that_is_empty_gets_everything(wiki: Repo, tmp_path: Path) -> None:
    start(["git", "init", "-q", "--bare", "--initial-branch=main", str(tmp_path / "new.git")], cwd=tmp_path)
    fresh = Remote(str(tmp_path / "new.git"))
    assert pull(wiki, fresh).how == "same"
    assert push(wiki, fresh).done
    assert start(["git", "rev-parse", "main"], cwd=tmp_path / "new.git").text.strip() == wiki.head()


def test_a_remote_with_another_history_is_refused(wiki: Repo, tmp_path: Path) -> None:
    other = ensure_repo(tmp_path / "other")
    with worktree(other, "c-other", "") as tree:
        other.advance(Cover("c-other", "", tree.commit({"a.md": b"a\n"}, "Other\n", "2026-01-01")))
    with pytest.raises(RefusedError, match="share no history"):
        pull(wiki, Remote(str(tmp_path / "other")))


def test_a_past_that_was_written_anew_does_not_come_back_from_the_remote(
    shop: Any, wiki: Repo, remote: Remote, bare: Path, finding: Any
) -> None:
    with running(shop.ledger, "librarian", "purge") as run:
        rewrite(run, shop.wiki, erasure(["Two."]))
    rewritten(wiki)
    with pytest.raises(RefusedError, match="past was written anew"):
        pull(wiki, remote)
    with pytest.raises(RefusedError, match="past was written anew"):
        share(wiki, remote, lambda: None)
    start(["git", "push", "-q", "--force", str(bare), "main"], cwd=shop.wiki)
    assert pull(wiki, remote).how == "same"
    assert push(wiki, remote).done
    shop.night([finding("One."), finding("Three.")])
    assert share(wiki, remote, lambda: None) == ()


def test_a_wiki_without_a_commit_takes_over_what_the_remote_has(wiki: Repo, remote: Remote, tmp_path: Path) -> None:
    fresh = ensure_repo(tmp_path / "fresh")
    assert pull(fresh, remote).how == "forward"
    assert fresh.head() == wiki.head()
    assert "- One." in (tmp_path / "fresh/shop/testing.md").read_text()


@pytest.mark.parametrize("text", ["ext::sh -c touch% x", "--upload-pack=x", "http://host/x", "", "a b", "-oProxy@h:x"])
def test_addresses_that_could_start_a_program_or_are_not_safe_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no remote"):
        address(text)


@pytest.mark.parametrize("text", ["https://host.example/me/wiki.git", "git@host.example:me/wiki.git", "/srv/wiki.git"])
def test_addresses_as_git_writes_them_are_taken(text: str) -> None:
    assert address(text) == text
