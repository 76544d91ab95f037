"""The ledger is lost: what the librarian knew of its blocks is in the wiki's own history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest


def lose(shop: Any) -> None:
    """The ledger is gone."""
    for path in shop.root.glob("ledger.*"):
        path.unlink()


@pytest.fixture
def found(shop: Any, finding: Any) -> list[Any]:
    """Findings after three nights, between which a person changed, took away, renamed and deleted."""
    one, two, three = finding("Use `a/b.py`."), finding("Two."), finding("See `a/b.py`.", page="other")
    four, five = finding("Four.", page="third"), finding("Five.", page="fourth", kind="fact")
    shop.night([one, two, three, four, five])
    shop.night([finding("Bake.", domain="bakery", page="ovens")], domain="bakery")
    shop.edit("- Two.", "- Two, says Ana.")
    shop.git("mv", "shop/third.md", "shop/renamed.md")
    shop.git("rm", "-q", "shop/fourth.md")
    shop.commit()
    found = [one, two, three, replace(four, seen=2), five, finding("Six."), finding("Seven.", page="gone")]
    shop.night(found)
    shop.edit(next(line for line in shop.page().splitlines() if "Six." in line) + "\n", "")
    shop.commit()
    shop.night(found[:-1])
    return found[:-1]


def test_after_a_lost_ledger_the_same_night_changes_nothing_and_knows_the_same(shop: Any, found: Any) -> None:
    shop.night(found)
    tree, states = shop.tree_hash(), shop.states()
    lose(shop)
    assert shop.night(found).commit is None
    assert shop.tree_hash() == tree
    assert shop.states() == states


def test_what_a_person_took_away_stays_away_and_what_they_changed_stays_theirs(
    shop: Any, found: Any, finding: Any
) -> None:
    lose(shop)
    shop.night([replace(one, seen=5) for one in found])
    assert "- Six." not in shop.page()
    assert "- Two, says Ana. [^" in shop.page()
    assert "seen in 5" in shop.page(), "what is the librarian's is kept up to date"
    assert "seen in 5" in shop.page("renamed")
    assert not shop.path("fourth").exists()


def test_what_the_librarian_itself_took_away_may_come_back(shop: Any, found: Any, finding: Any) -> None:
    lose(shop)
    shop.night([*found, finding("Seven.", page="gone")])
    assert "- Seven." in shop.page("gone")
