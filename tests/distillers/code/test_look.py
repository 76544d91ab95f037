"""What is gone from real repositories: read only, grown or rewritten, and told from files alone while nothing moves."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from gitrepo import GitRepo

from distillers.code import reading
from distillers.code.cache import Cache
from distillers.code.look import Looked, look
from distillers.code.naming import Marker
from distillers.code.places import Place, place, stamp

KEY = b"k" * 32
CLAIM = "`cap_lines()` in cart.py caps the cart at MAX_LINES."
Look = Callable[..., Looked]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo.make(tmp_path / "shop")


@pytest.fixture
def seen(tmp_path: Path) -> Look:
    def look_at(*roots: Path, key: bytes = KEY) -> Looked:
        return look({"shop": [Place(root) for root in roots]}, Cache(tmp_path / "code", key), Marker(key))

    return look_at


def gone(looked: Looked, claim: str = CLAIM) -> list[str]:
    return looked.code["shop"].gone.names(claim)


def write(repo: GitRepo, message: str, **files: str) -> str:
    for path in [path for path in repo.root.iterdir() if path.is_file()]:
        path.unlink()
    return repo.commit(message, **{name.replace("__", "."): text for name, text in files.items()})


def test_a_name_is_gone_once_it_stands_nowhere_and_back_when_it_stands_again(repo: GitRepo, seen: Look) -> None:
    write(repo, "Cap", cart__py="def cap_lines():\n    return MAX_LINES\n")
    assert gone(seen(repo.root)) == []
    write(repo, "Rename", basket__py="def limit_lines():\n    return MAX_LINES\n")
    assert gone(seen(repo.root)) == ["cart.py", "cap_lines"]
    write(repo, "Back", basket__py="cap_lines = MAX_LINES\n")
    assert gone(seen(repo.root)) == ["cart.py"]


def test_a_name_that_never_stood_in_code_is_not_gone(repo: GitRepo, seen: Look) -> None:
    write(repo, "Tell", README__md="`cap_lines` caps at MAX_LINES in a `cart`.\n", a__py="pass\n")
    write(repo, "Tell no more", README__md="Nothing.\n", a__py="pass\n")
    assert gone(seen(repo.root)) == []


def test_what_prose_says_today_does_not_make_a_name_stand(repo: GitRepo, seen: Look) -> None:
    write(repo, "Cap", cart__py="cap_lines = MAX_LINES = 99\n")
    write(repo, "Uncap", cart__py="MAX_LINES = 99\n", README__md="There was a `cap_lines`.\n")
    assert gone(seen(repo.root)) == ["cap_lines"]


def test_what_grew_ends_where_one_look_at_all_ends(repo: GitRepo, seen: Look, tmp_path: Path) -> None:
    for text in ("cap_lines = 1\n", "MAX_LINES = 1\n", "other = 1\n"):
        write(repo, "Step", cart__py=text)
        grown = gone(seen(repo.root))
    shutil.rmtree(tmp_path / "code")
    assert gone(seen(repo.root)) == grown == ["cap_lines", "MAX_LINES"]


def test_a_rewritten_history_is_read_anew(repo: GitRepo, seen: Look) -> None:
    write(repo, "Start", a__py="pass\n")
    first = repo.git("rev-parse", "HEAD")
    write(repo, "Cap", cart__py="cap_lines = 1\n")
    write(repo, "Uncap", a__py="MAX_LINES = 1\n")
    assert gone(seen(repo.root)) == ["cart.py", "cap_lines"]
    repo.git("reset", "-q", "--hard", first)
    assert gone(seen(repo.root)) == []


def test_what_stands_on_the_main_branch_stands_whatever_is_checked_out(repo: GitRepo, seen: Look) -> None:
    write(repo, "Cap", cart__py="cap_lines = MAX_LINES = 99\n")
    repo.git("checkout", "-q", "-b", "try")
    write(repo, "Uncap", basket__py="MAX_LINES = 99\n")
    assert gone(seen(repo.root)) == []
    repo.git("branch", "-f", "main", "try")
    assert gone(seen(repo.root)) == ["cart.py", "cap_lines"]


def test_while_nothing_moves_no_git_is_started(repo: GitRepo, seen: Look) -> None:
    write(repo, "Cap", cart__py="cap_lines = 1\n")
    write(repo, "Uncap", a__py="pass\n")
    before = gone(seen(repo.root))
    (repo.root / ".git" / "objects").rename(repo.root / ".git" / "away")  # git would find no repository
    assert seen(repo.root).notes == ()
    assert gone(seen(repo.root)) == before != []


def test_a_repository_that_is_gone_stands_as_it_was_last_seen(repo: GitRepo, seen: Look) -> None:
    write(repo, "Cap", cart__py="cap_lines = 1\n")
    write(repo, "Uncap", a__py="pass\n")
    before = gone(seen(repo.root))
    shutil.rmtree(repo.root)
    looked = seen(repo.root)
    assert gone(looked) == before != []
    assert "taken as it was last seen" in looked.notes[0]


def test_a_folder_that_is_no_repository_says_nothing(tmp_path: Path, seen: Look) -> None:
    looked = seen(tmp_path / "nowhere", tmp_path)
    assert (gone(looked), looked.notes, looked.code["shop"].parts()) == ([], (), ())


def test_a_name_that_moved_to_another_repository_of_the_domain_stands(
    repo: GitRepo, tmp_path: Path, seen: Look
) -> None:
    other = GitRepo.make(tmp_path / "lib")
    write(repo, "Cap", cart__py="cap_lines = 1\n")
    write(repo, "Moved out", a__py="pass\n")
    write(other, "Moved in", lines__py="cap_lines = 1\n")
    assert gone(seen(repo.root, other.root)) == ["cart.py"]


def test_what_is_kept_holds_no_name_and_may_be_lost(repo: GitRepo, seen: Look, tmp_path: Path) -> None:
    write(repo, "Cap", cart__py="cap_lines = 1\n")
    write(repo, "Uncap", a__py="pass\n")
    before = gone(seen(repo.root))
    (kept,) = (tmp_path / "code").iterdir()
    assert not any(name in kept.read_bytes() for name in (b"cap_lines", b"cart", b"shop"))
    for broken in (b"", b"{}\n", b"not json", kept.read_bytes()[:-3]):
        kept.write_bytes(broken)
        assert gone(seen(repo.root)) == before
    assert gone(seen(repo.root, key=b"other" * 8)) == before


def test_a_repository_that_left_the_settings_is_forgotten(repo: GitRepo, seen: Look, tmp_path: Path) -> None:
    write(repo, "Cap", cart__py="cap_lines = 1\n")
    seen(repo.root)
    Cache(tmp_path / "code", KEY).keep_only({Place(repo.root)})
    assert len(list((tmp_path / "code").iterdir())) == 1
    Cache(tmp_path / "code", KEY).keep_only(set())
    assert list((tmp_path / "code").iterdir()) == []


HOSTILE = {
    "core.fsmonitor": "{evil}",
    "core.worktree": "/",
    "diff.external": "{evil}",
    "diff.evil.textconv": "{evil}",
    "diff.evil.command": "{evil}",
    "diff.orderFile": "/nonexistent",
    "diff.relative": "true",
    "log.showRoot": "false",
    "log.showSignature": "true",
    "color.ui": "always",
    "gpg.program": "{evil}",
}


def test_a_hostile_configuration_runs_nothing_hides_nothing_and_nothing_is_written(
    repo: GitRepo, seen: Look, tmp_path: Path
) -> None:
    write(repo, "Cap", cart__py="cap_lines = 1\n")
    (repo.root / ".git" / "info").mkdir(exist_ok=True)
    (repo.root / ".git" / "info" / "attributes").write_text("*.py diff=evil\n", "utf-8")
    write(repo, "Uncap", a__py="pass\n")
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n", "utf-8")
    evil.chmod(0o755)
    for name, value in HOSTILE.items():
        repo.git("config", name, value.format(evil=evil))
    before = repo.bytes()
    looked = seen(repo.root)
    assert (gone(looked), looked.notes) == (["cart.py", "cap_lines"], ())
    assert not (tmp_path / "ran").exists()
    assert repo.bytes() == before


def lose(repo: GitRepo, blob: str) -> None:
    (repo.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()


def test_a_history_with_holes_tells_what_is_there(repo: GitRepo, seen: Look) -> None:
    write(repo, "Cap", cart__py="cap_lines = 1\n")
    lost = repo.git("rev-parse", "HEAD:cart.py")
    write(repo, "Again", cart__py="MAX_LINES = 1\n")
    write(repo, "Uncap", a__py="pass\n")
    lose(repo, lost)
    looked = seen(repo.root)
    assert gone(looked) == ["cart.py"]
    assert "2 of its commits cannot be read" in looked.notes[0]


def test_code_of_today_that_is_not_there_leaves_only_files_to_be_told(repo: GitRepo, seen: Look) -> None:
    write(repo, "Cap", cart__py="cap_lines = 1\n")
    write(repo, "Uncap", a__py="what = 1\n")
    lose(repo, repo.git("rev-parse", "HEAD:a.py"))
    looked = seen(repo.root)
    assert gone(looked) == ["cart.py"]
    assert "of files alone" in looked.notes[0]


def test_a_history_that_is_too_long_is_read_from_its_end(
    repo: GitRepo, seen: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repo, "Cap", cart__py="cap_lines = 1\n")
    write(repo, "Uncap", a__py="pass\n")
    monkeypatch.setattr(reading, "LONGEST", 10)
    looked = seen(repo.root)
    assert gone(looked) == ["cart.py"]
    assert "too long" in looked.notes[0]


def test_a_stamp_moves_with_every_branch_that_counts(repo: GitRepo) -> None:
    write(repo, "One", a__py="1\n")
    stamps = [stamp(repo.root)]
    for words in (("commit", "-q", "--allow-empty", "-m", "x"), ("pack-refs", "--all"), ("checkout", "-q", "-b", "b")):
        repo.git(*words)
        stamps.append(stamp(repo.root))
    assert len(set(stamps)) == len(stamps)
    repo.git("worktree", "add", "-q", "../tree", "main")
    assert stamp(repo.root.parent / "tree") == stamps[2], "a linked work tree stands where its branch does"
    (repo.root / ".git" / "reftable").mkdir()
    assert stamp(repo.root) == ""


def test_tickets_that_lie_in_the_repository_are_no_code(tmp_path: Path, repo: GitRepo) -> None:
    sources = [repo.root / "tickets", tmp_path, repo.root]
    assert place(repo.root, sources) == Place(repo.root, ("tickets",))
