"""What a claim opens with: what the ticket is about."""

import pytest

from distillers.titles import subject


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("feat(cart): keep the header of empty exports", "Keep the header of empty exports (cart)"),
        ("fix(#74): Fix the lock file's name", "Fix the lock file's name"),
        ("fix(cart): the cart keeps its header", "The cart keeps its header"),
        ("Pull Request: Store carts by day", "Store carts by day"),
        ("SHOP-24: Completion of names (#12)", "Completion of names"),
        ("27.06: Search in one place", "Search in one place"),
        ("address review feedback", ""),
        ("fix(cart): address PR review feedback for --raw", ""),
        ("Address review: help text, exit codes", "Help text, exit codes"),
        ("CLI: show the version", "CLI: show the version"),
        ("cart.py loses rows", "cart.py loses rows"),
        ('Revert "feat: carts"', 'Revert "feat: carts"'),
    ],
)
def test_a_title_loses_its_kind_its_numbers_and_that_a_review_was_answered(title: str, said: str) -> None:
    assert subject(title) == said
