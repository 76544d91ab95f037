from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from scheduling.base.errors import BusyError, CorruptError, RefusedError
from scheduling.base.process import run
from wiki.checkout import bring_forward
from wiki.git import Cover, MovedError, Repo, ensure_repo, open_repo
from wiki.locks import clear_stale, living_git
from wiki.staging import refuse_unfinished, stage, staged
from wiki.tree import Tree
from wiki.worktree import worktree

CASES = Path(__file__).with_name("cases")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return ensure_repo(tmp_path / "wiki")


def put(repo: Repo, parent: str, files: Mapping[str, bytes | None], message: str, date: str) -> str:
    """A commit as a merged change set makes it."""
    with worktree(repo, "c-0123", parent) as tree:
        commit = tree.commit(files, message, date)
    repo.advance(Cover("c-0123", parent, commit))
    return commit


def age(path: Path, seconds: float) -> None:
    old = path.stat().st_mtime - seconds
    os.utime(path, (old, old))


def test_a_commit_touches_neither_work_tree_nor_index(repo: Repo) -> None:
    commit = put(repo, "", {"shop/testing.md": b"# T\r\n"}, "File\n", "2026-11-20")
    assert repo.head() == commit
    assert not (repo.root / "shop").exists()
    assert staged(repo) == {}
    assert repo.contents([repo.files(commit)["shop/testing.md"].blob]).popitem()[1] == b"# T\r\n"


def test_the_same_input_gives_the_same_commit(repo: Repo, tmp_path: Path) -> None:
    other = ensure_repo(tmp_path / "other")
    files: dict[str, bytes | None] = {"b/c.md": b"x", "a.md": b"\xff\x00\n"}
    assert put(repo, "", files, "File\n", "2026-11-20") == put(other, "", files, "File\n", "2026-11-20")


def test_a_commit_on_top_of_an_old_head_is_refused(repo: Repo) -> None:
    first = put(repo, "", {"a.md": b"1"}, "File\n", "2026-11-20")
    second = put(repo, first, {"a.md": b"2"}, "File\n", "2026-11-20")
    with pytest.raises(MovedError):
        put(repo, first, {"a.md": b"3"}, "File\n", "2026-11-20")
    assert repo.head() == second


def test_a_file_set_to_none_goes(repo: Repo) -> None:
    first = put(repo, "", {"a.md": b"1", "b.md": b"2"}, "File\n", "2026-11-20")
    assert set(repo.files(put(repo, first, {"a.md": None}, "File\n", "2026-11-20"))) == {"b.md"}


def test_a_lost_object_is_named(repo: Repo) -> None:
    with pytest.raises(CorruptError, match="lost the object"):
        repo.contents(["1" * 40])


def test_the_repository_above_is_never_taken_for_ours(tmp_path: Path) -> None:
    ensure_repo(tmp_path)
    (tmp_path / "wiki").mkdir()
    with pytest.raises(RefusedError, match="no git repository"):
        open_repo(tmp_path / "wiki")
    inner = ensure_repo(tmp_path / "wiki")
    put(inner, "", {"a.md": b"1"}, "File\n", "2026-11-20")
    assert open_repo(tmp_path).head() == ""


def test_hostile_configuration_of_the_machine_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calm = put(ensure_repo(tmp_path / "calm"), "", {"a.md": b"1\r\n"}, "File\n", "2026-11-20")
    home, touched = tmp_path / "home", tmp_path / "touched"
    (home / "hooks").mkdir(parents=True)
    for hook in ("pre-commit", "post-commit", "reference-transaction", "post-index-change", "post-checkout"):
        (home / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {touched}\nexit 1\n")
        (home / "hooks" / hook).chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\n hooksPath = {home / 'hooks'}\n autocrlf = true\n fsmonitor = touch {touched}\n"
        f" attributesFile = {home / 'attributes'}\n[commit]\n gpgsign = true\n[gpg]\n program = touch {touched}\n"
        f"[alias]\n commit-tree = !touch {touched}\n[i18n]\n commitEncoding = latin1\n[init]\n defaultBranch = evil\n"
        f'[user]\n name = Mallory\n[filter "x"]\n clean = touch {touched}\n smudge = touch {touched}\n'
    )
    (home / "attributes").write_text("* filter=x\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Mallory")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    wild = ensure_repo(tmp_path / "wild")
    assert put(wild, "", {"a.md": b"1\r\n"}, "File\n", "2026-11-20") == calm
    stage(wild, wild.files(calm))
    assert Tree(wild.root).commit == calm
    assert not touched.exists()


def test_hooks_of_the_repository_itself_do_not_run(repo: Repo, tmp_path: Path) -> None:
    (repo.folder / "hooks").mkdir()
    hook = repo.folder / "hooks" / "reference-transaction"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'touched'}\nexit 1\n")
    hook.chmod(0o755)
    put(repo, "", {"a.md": b"1"}, "File\n", "2026-11-20")
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize(
    "name", ["-rf.md", "--help", "--output=x.md", "$(touch x).md", "a b.md", "ü.md", "a\nb.md", '"q".md', "-", "@{u}"]
)
def test_names_like_options_are_only_names(repo: Repo, name: str) -> None:
    commit = put(repo, "", {f"shop/{name}": b"x"}, "File\n", "2026-11-20")
    assert set(repo.files(commit)) == {f"shop/{name}"}
    stage(repo, repo.files(commit))
    assert set(staged(repo)) == {f"shop/{name}"}


def hostile_refs() -> list[str]:
    """50 names that are options, commands, paths or syntax of git rather than references."""
    given = (CASES / "hostile_refs.txt").read_text("utf-8").splitlines()
    return [line.replace("\\n", "\n").replace("\\0", "\0") for line in given]


def test_fifty_references_like_options_are_not_found_and_do_nothing(repo: Repo) -> None:
    commit = put(repo, "", {"a.md": b"x"}, "File\n", "2026-11-20")
    before = {path: path.read_bytes() for path in repo.root.parent.rglob("*") if path.is_file()}
    refs = hostile_refs()
    assert len(set(refs)) == 50
    for ref in refs:
        if "\0" not in ref:  # no program can be given that
            assert repo.ref(ref) == "", ref
            assert not repo.reaches(ref, commit), ref
    assert {path: path.read_bytes() for path in repo.root.parent.rglob("*") if path.is_file()} == before


def test_hostile_configuration_of_the_repository_itself_changes_nothing(tmp_path: Path) -> None:
    files: dict[str, bytes | None] = {"a.md": b"1\r\n", "shop/b.md": b"x\n"}
    calm = put(ensure_repo(tmp_path / "calm"), "", files, "File\n", "2026-11-20")
    wild, touched = ensure_repo(tmp_path / "wild"), tmp_path / "touched"
    (tmp_path / "evil").mkdir()
    for hook in ("reference-transaction", "post-checkout", "post-index-change", "pre-commit"):
        (tmp_path / "evil" / hook).write_text(f"#!/bin/sh\ntouch {touched}\nexit 1\n")
        (tmp_path / "evil" / hook).chmod(0o755)
    with (wild.folder / "config").open("a") as config:
        config.write(
            f"[core]\n hooksPath = {tmp_path / 'evil'}\n autocrlf = true\n fsmonitor = touch {touched}\n"
            f" sshCommand = touch {touched}\n editor = touch {touched}\n[commit]\n gpgsign = true\n"
            f"[gpg]\n program = touch {touched}\n[alias]\n worktree = !touch {touched}\n"
            f'[filter "x"]\n clean = touch {touched}\n smudge = touch {touched}\n required = true\n'
            f'[diff "x"]\n textconv = touch {touched}\n command = touch {touched}\n[user]\n name = Mallory\n'
        )
    (wild.folder / "info").mkdir(exist_ok=True)
    (wild.folder / "info" / "attributes").write_text("* filter=x diff=x\n")
    assert put(wild, "", files, "File\n", "2026-11-20") == calm
    assert bring_forward(wild) == ()
    assert (wild.root / "a.md").read_bytes() == b"1\r\n"
    assert "shop/b.md" in wild.diff(calm)
    assert not touched.exists()


@pytest.mark.parametrize("name", ["index.lock", "HEAD.lock", "refs/heads/main.lock", "packed-refs.lock"])
def test_a_lock_that_a_dead_git_left_is_removed_with_a_note(repo: Repo, name: str) -> None:
    put(repo, "", {"a.md": b"x"}, "File\n", "2026-11-20")
    (repo.folder / name).write_text("")
    age(repo.folder / name, 60)
    assert clear_stale(repo) == [f"removed {name}, left by a git that died"]
    assert not (repo.folder / name).exists()


def test_the_lock_of_a_living_git_is_respected(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wiki.locks.LOCK_WAIT", 0.2)
    pipe, end = os.pipe()
    pid = os.fork()
    if pid == 0:  # a real git that waits on its standard input
        os.close(end)
        os.dup2(pipe, 0)
        os.chdir(repo.root)
        os.execvp("git", ["git", "hash-object", "--stdin"])
    try:
        os.close(pipe)
        while living_git(repo) != pid:
            pass
        (repo.folder / "index.lock").write_text("")
        age(repo.folder / "index.lock", 60)
        with pytest.raises(BusyError, match=str(pid)):
            clear_stale(repo)
        assert (repo.folder / "index.lock").exists()
    finally:
        os.close(end)
        os.waitpid(pid, 0)
    assert clear_stale(repo)


@pytest.mark.parametrize("what", ["MERGE_HEAD", "rebase-merge", "CHERRY_PICK_HEAD"])
def test_a_merge_or_rebase_under_way_is_refused_in_one_sentence(repo: Repo, what: str) -> None:
    (repo.folder / what).write_text("")
    with pytest.raises(RefusedError, match="in the middle of a merge or rebase"):
        refuse_unfinished(repo)


def test_a_detached_head_is_refused(repo: Repo) -> None:
    commit = put(repo, "", {"a.md": b"x"}, "File\n", "2026-11-20")
    run(["git", "checkout", "-q", "--detach", commit], cwd=repo.root)
    with pytest.raises(RefusedError, match="detached head"):
        refuse_unfinished(repo)


@pytest.mark.parametrize("date", ["2999-01-01", "1601-01-01", ""])
def test_a_day_that_git_does_not_know_is_no_reason_not_to_commit(repo: Repo, date: str) -> None:
    assert put(repo, "", {"a.md": b"1"}, "File\n", date) == repo.head()
