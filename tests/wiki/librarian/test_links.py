"""Pages that share files, commands, names or tickets point at each other."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from wiki.links import files_in
from wiki.lint import lint
from wiki.reading import Senses
from wiki.tree import Tree


def seen(shop: Any, slug: str) -> str:
    """The See also line of a page, without its anchor; "" if there is none."""
    found = re.search(r"\n## See also\n- (.*) \^s-[0-9a-f]{8}\n", shop.page(slug))
    return found[1] if found else ""


@pytest.fixture
def shared(finding: Any, quote: Any) -> list[Any]:
    """Three pages: two share a file and a ticket, the third shares nothing."""
    ticket = quote("Closed.", unit="T-12", origin="ticket")
    return [
        finding("`src/cart.py` rounds down.", page="cart", evidence=(quote("rounds down"), ticket)),
        finding("Test src/cart.py with odd prices.", page="testing", evidence=(quote("odd prices"), ticket)),
        finding("Bake at noon.", page="ovens"),
        finding("Mind <b> and `a](x`.", page="prices"),
    ]


def test_a_line_that_the_verifier_refuses_is_left_out_and_the_rest_is_merged(shop: Any, shared: Any) -> None:
    night = shop.night(shared, senses=Senses(secrets=lambda text: ["token"] if "(T-12, `src" in text else []))
    assert night.added == 4
    assert seen(shop, "cart") == seen(shop, "testing") == ""


def test_pages_that_share_a_file_or_ticket_are_linked_both_ways_and_others_are_not(shop: Any, shared: Any) -> None:
    shop.night(shared)
    assert seen(shop, "cart") == "[Testing](testing.md) (T-12, `src/cart.py`)"
    assert seen(shop, "testing") == "[Cart](cart.md) (T-12, `src/cart.py`)"
    assert seen(shop, "ovens") == ""
    assert lint(Tree(shop.wiki)) == []
    assert shop.is_clean()


def test_a_second_night_changes_nothing_and_grown_pages_equal_those_of_one_night(
    shop: Any, another: Any, shared: Any, finding: Any, quote: Any
) -> None:
    shop.night(shared[:1])
    assert seen(shop, "cart") == ""
    shop.night(shared[:2])
    more = [*shared, finding("Decide once.", page="cart", kind="fact"), finding("Old.", page="cart", kind="decision")]
    shop.night(more)
    assert shop.night(more).commit is None
    another.night(more)
    assert shop.tree_hash() == another.tree_hash()


def test_links_follow_a_page_that_a_person_renames_or_calls_otherwise(shop: Any, shared: Any) -> None:
    shop.night(shared)
    shop.git("mv", "shop/cart.md", "shop/basket.md")
    shop.commit()
    path = shop.path("basket")
    path.write_text(path.read_text().replace("title: Cart", "title: The basket"))
    shop.commit()
    shop.night(shared)
    assert seen(shop, "testing") == "[The basket](basket.md) (T-12, `src/cart.py`)"
    assert seen(shop, "basket") == "[Testing](testing.md) (T-12, `src/cart.py`)"


def test_a_line_that_a_person_changed_is_theirs_and_one_they_deleted_stays_away(shop: Any, shared: Any) -> None:
    shop.night(shared)
    shop.edit("- [Testing](testing.md) (T-12", "- Always read [Testing](testing.md) (T-12", "cart")
    text = shop.path("testing").read_text()
    shop.path("testing").write_text(re.sub(r"\n## See also\n.*\n", "", text))
    shop.commit()
    shop.night([*shared[:2], shared[3]])
    shop.night(shared)
    assert seen(shop, "cart").startswith("Always read")
    assert "See also" not in shop.page("testing")


def test_links_go_with_what_they_rest_on_and_come_back_with_it(shop: Any, another: Any, shared: Any) -> None:
    again = [replace(one, seen=2) for one in shared]
    another.night([shared[0], *again[1:]])
    shop.night(shared)
    shop.night(shared[:1])
    assert "See also" not in shop.page("cart")
    assert not Tree(shop.wiki).has("shop", "testing")
    shop.night([shared[0], *again[1:]])
    assert shop.tree_hash() == another.tree_hash()


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("see src/a/b.py and ./lib/x.tsx.", ["lib/x.tsx", "src/a/b.py"]),
        ("`README.md`, and e.g. v1.2 or and/or", ["README.md"]),
        ("https://host.example/a/b.html", []),
        ("`pytest tests/a.py`", []),
    ],
)
def test_files_are_told_from_other_words(text: str, files: list[str]) -> None:
    assert files_in(text) == files


def test_pages_that_share_a_ticket_name_its_matter_and_not_its_id(shop: Any, finding: Any, quote: Any) -> None:
    def told(page: str, said: str) -> Any:
        where = quote(said, unit="T-12", origin="ticket")
        return finding(f"feat(till): Round prices: {said}", page=page, evidence=(where,))

    shop.night([told("cart", "Prices in `src/cart.py` round down."), told("testing", "`src/cart.py` is tested.")])
    assert seen(shop, "cart") == "[Testing](testing.md) (Round prices)"
