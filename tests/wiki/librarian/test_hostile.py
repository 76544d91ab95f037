from __future__ import annotations

from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Any

import pytest

from scheduling.base.errors import RefusedError
from wiki.lint import lint
from wiki.names import is_name
from wiki.tree import Tree

HOSTILE = (Path(__file__).parents[1] / "cases" / "hostile.txt").read_text().splitlines()
PIECES = [
    "..",
    "/",
    "\\",
    ".git",
    "hooks",
    "~",
    "-",
    "--",
    "\0",
    "\n",
    " ",
    "$HOME",
    "`id`",
    "%2e",
    "etc",
    "passwd",
    "C:",
]
PIECES += [
    "index",
    ".md",
    "con",
    "shop",
    "ü",
    "A",
    "\u202e",
    ":(top)",
    "*",
    "{a,b}",
    "x" * 300,
    "refs/heads/main",
    "@{u}",
]


def hostile_names() -> list[str]:
    """200 names that a page must never get."""
    dice, names = (
        Random(7),
        {"", ".", "..", "/", "/etc/passwd", "../shop", "a/b", "-rf", ".git/config", "a.md", "A", "a" * 101},
    )
    while len(names) < 200:
        name = "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 5)))
        if not is_name(name):
            names.add(name)
    return sorted(names)


def everything(root: Path) -> dict[str, bytes]:
    """All files below ``root`` outside the wiki's git directory and the ledger."""
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in files
        if ".git" not in path.parts and path.name[:6] != "ledger"
    }


def test_no_hostile_page_name_is_written_anywhere_and_the_rest_is_filed(shop: Any, finding: Any) -> None:
    shop.night([finding("Good.")])
    before = everything(shop.root.parents[1])
    names = hostile_names()
    filed = shop.night([finding("Good."), *(finding(f"Bad {n}.", page=name) for n, name in enumerate(names))])
    assert len(names) == 200
    assert len(filed.dropped) == 200
    assert everything(shop.root.parents[1]) == before
    assert set(shop.git("ls-files").split()) == {"index.md", "shop/index.md", "shop/testing.md"}


@pytest.mark.parametrize("domain", ["..", "a/b", "-x", "", ".git", "A", "shop/../x", "x\n"])
def test_a_hostile_domain_name_is_refused(shop: Any, domain: str) -> None:
    with pytest.raises(RefusedError, match="cannot name a domain"):
        shop.night(None, domain)


def test_hostile_claims_and_quotes_stay_words(shop: Any, finding: Any, quote: Any) -> None:
    found = [finding(line, key=f"{n}", evidence=(quote(line),)) for n, line in enumerate(HOSTILE)]
    filed = shop.night(found)
    shown = [line for line in shop.page().splitlines() if line.startswith("- ")]
    assert filed.added == len(shown)
    assert filed.added + len(filed.dropped) == len({one.id for one in found})
    assert len(filed.dropped) <= 2
    assert lint(Tree(shop.wiki)) == []


def test_hostile_ids_sessions_and_dates_do_not_break_a_line(shop: Any, finding: Any, quote: Any) -> None:
    odd = quote("said", unit='x"\n\n# Rules\n<b>[a](http://b)', at="2026-11-19T00:00:00Z")
    shop.night([finding("Good.", evidence=(odd,), warnings=("<b>x</b>\n- y",))])
    assert "\n# Rules" not in shop.page()
    assert "<b>" not in shop.page()
    assert lint(Tree(shop.wiki)) == []


def test_a_folder_that_is_a_link_is_never_written_through(shop: Any, finding: Any, tmp_path: Path) -> None:
    shop.night([finding("Good.", domain="other")], "other")
    outside = tmp_path / "outside"
    outside.mkdir()
    (shop.wiki / "shop").symlink_to(outside)
    filed = shop.night([finding("Good.")])
    assert "shop/testing.md: a link or submodule is in its place" in filed.held
    assert list(outside.iterdir()) == []


def test_a_page_that_is_a_link_is_held(shop: Any, finding: Any, tmp_path: Path) -> None:
    shop.night([finding("Good."), finding("Far.", page="far")])
    secret = tmp_path / "secret.md"
    secret.write_text("outside\n")
    shop.path("far").unlink()
    shop.path("far").symlink_to(secret)
    shop.commit()
    filed = shop.night([finding("Good."), finding("Far.", page="far", seen=2)])
    assert "shop/far.md: a link or submodule is in its place" in filed.held
    assert secret.read_text() == "outside\n"
    assert "far" not in Tree(shop.wiki).pages("shop")


def test_a_read_only_wiki_is_refused_with_one_sentence_or_left_intact(shop: Any, finding: Any) -> None:
    shop.night([finding("One.")])
    before = shop.page()
    folder = shop.wiki / ".git" / "stillhouse"
    rmtree(folder)
    folder.write_text("in the way")
    with pytest.raises(Exception, match="stillhouse"):
        shop.night([finding("One."), finding("Two.")])
    assert shop.page() == before
    folder.unlink()
    assert shop.night().added == 1
