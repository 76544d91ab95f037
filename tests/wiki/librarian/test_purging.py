"""A purge takes a text off every file of the wiki, whoever wrote it, and leaves every other byte."""

from pathlib import Path
from typing import Any

import pytest

from scheduling.runs import running
from wiki.erase import cleaned, erasure
from wiki.git import open_repo
from wiki.history import rewrite
from wiki.objects import held
from wiki.purging import Purged, purge

WORD = "hunter-two"


@pytest.fixture
def filed(shop: Any, finding: Any, quote: Any) -> Any:
    shop.night(
        [
            finding("Run the tests of one package before a push."),
            finding("Never push on a Friday.", evidence=(quote("Never push", unit="77aa0000-1111-2222"),)),
        ]
    )
    return shop


def purged(shop: Any, *, forms: tuple[str, ...] = (), sessions: tuple[str, ...] = ()) -> Purged:
    with running(shop.ledger, "librarian", "purge") as run:
        return purge(run, shop.wiki, erasure(forms, sessions))


def test_a_block_that_a_person_changed_goes_if_it_holds_the_text(filed: Any) -> None:
    filed.edit("Run the tests of one package", f"Run the tests, as {WORD} says, of one package")
    filed.commit()
    filed.night()
    done = purged(filed, forms=(WORD,))
    assert done.blocks == 1
    assert done.files == ("shop/testing.md",)
    assert WORD not in filed.page()
    assert "Never push on a Friday." in filed.page()
    assert filed.is_clean(), "the work tree followed"
    assert filed.night().added == 1, "what the finding itself says is filed again"
    assert "as hunter" not in filed.page()


def test_a_changed_block_that_cites_the_session_goes_and_one_filed_from_what_is_known_stays(filed: Any) -> None:
    filed.edit("Run the tests of one package", "Run only the tests of one package")
    filed.commit()
    filed.night()
    purged(filed, sessions=("5a71c0de-1111-2222", "77aa0000-1111-2222"))
    assert "Run only" not in filed.page()
    assert "Never push on a Friday." in filed.page(), (
        "its finding is still there: the librarian takes it off, not a purge"
    )
    assert filed.states()


def test_lines_go_and_their_neighbours_stay_byte_for_byte(filed: Any) -> None:
    lines = f"\r\nBefore.\r\n{WORD} alone\r\nAfter. \r\n\n```{WORD}\ncode\n```\n"
    filed.path().write_bytes(filed.path().read_bytes() + lines.encode())
    (filed.wiki / "data.bin").write_bytes(b"\xff\xfe\n" + WORD.encode() + b"\n\xff")
    filed.commit()
    purged(filed, forms=(WORD,))
    data = filed.path().read_bytes()
    assert data.endswith(b"\r\nBefore.\r\nAfter. \r\n\n```(purged)\ncode\n```\n")
    assert (filed.wiki / "data.bin").read_bytes() == b"\xff\xfe\n\xff"


def test_nothing_is_committed_if_nothing_holds_it(filed: Any) -> None:
    before = filed.git("rev-parse", "main")
    assert purged(filed, forms=(WORD,)) == Purged()
    assert filed.git("rev-parse", "main") == before


def test_the_past_is_rewritten_on_all_branches_with_authors_and_messages_kept(filed: Any) -> None:
    filed.path().write_text(filed.page() + f"\n{WORD}\n")
    filed.commit(f"About {WORD}")
    filed.git("branch", "side")
    filed.path().write_text(filed.page().replace(f"\n{WORD}\n", ""))
    filed.commit("Taken off")
    what, count = erasure((WORD,)), int(filed.git("rev-list", "--count", "main"))
    assert held(filed.wiki, what) == 2, "a page and a message"
    tree = filed.tree_hash()
    with running(filed.ledger, "librarian", "purge") as run:
        done = rewrite(run, filed.wiki, what)
    assert len(done.commits) == 2
    assert held(filed.wiki, what) == 0
    assert filed.tree_hash() == tree
    assert int(filed.git("rev-list", "--count", "main")) == count
    assert filed.git("log", "-1", "--format=%an %s", "side") == "Ana About (purged)\n"
    assert filed.is_clean()
    assert open_repo(filed.wiki).git("fsck", "--full", "--strict").code == 0


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"---\nbroken: [\n---\n" + WORD.encode() + b"\n", WORD.encode()])
def test_whatever_a_file_holds_the_text_is_gone_from_it(data: bytes, tmp_path: Path) -> None:
    for path in ("shop/a.md", "a.md", "a.txt"):
        left, _ = cleaned(path, data, erasure((WORD,)))
        assert WORD.encode() not in left
        assert left == data or WORD.encode() in data


def test_a_page_that_is_called_by_the_text_gets_another_name(shop: Any, finding: Any) -> None:
    shop.night(
        [finding("Run the tests of one package before a push.", page="hunter-two"), finding("Never on a Friday.")]
    )
    shop.path("hunter-two").write_text(shop.page("hunter-two") + "\nA line of mine.\n")
    shop.commit()
    done = purged(shop, forms=("Hunter two",))
    assert "shop/hunter-two.md" in done.files
    assert not shop.path("hunter-two").exists()
    [name] = [path.stem for path in (shop.wiki / "shop").glob("p-*.md")]
    assert "A line of mine." in shop.page(name)
    assert "Run the tests of one package" in shop.page(name)
    assert shop.is_clean(), "the work tree followed"
    with shop.ledger.read() as rows:
        named = rows.exec_driver_sql("SELECT count(*) FROM blocks WHERE path || target LIKE '%hunter%'").scalar_one()
    assert named == 0
    shop.night([finding("Run the tests of one package before a push.", page="testing"), finding("Never on a Friday.")])
    assert f"({name}.md)" in shop.page("index")
    assert "hunter" not in shop.page("index")
