"""What a sentence or a title says of names and things that are otherwise since."""

from __future__ import annotations

import pytest

from distillers.anew import denies, regained, remade, removed, renamed
from distillers.givenup import given_up


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Renamed `mail.colour` to `mail.color` in all settings.", [("mail.colour", "mail.color")]),
        ("rename shop/carts -> shop/baskets consistently", [("shop/carts", "shop/baskets")]),
        ("Rename cartCount to basketCount", [("cartCount", "basketCount")]),
        ("The tool was renamed from get_cart to get_basket.", [("get_cart", "get_basket")]),
        ("Rename the colour package to color and update its callers", [("colour", "color")]),
        ("Breaking: settings key changed from mail.colour to mail.color.", [("mail.colour", "mail.color")]),
        ("Migrate CartTotal into BasketTotal when a cart is read", [("CartTotal", "BasketTotal")]),
        ("Rename the spec file to match the number of its task", []),
        ("`loadCarts` → `readRows` → `parse` is what a request runs through", []),
        ("Changed the return type from `Promise<void>` to `Promise<string>`", []),
        ("Moved `total` from `carts.py` to `orders.py`", []),
    ],
)
def test_a_rename_is_told_by_its_verb_or_by_what_kind_of_name_changed(text: str, names: list[tuple[str, str]]) -> None:
    assert list(renamed(text)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Merge `cartTotal` and `orderTotal` into a single `total()`", {"carttotal", "ordertotal"}),
        ("Combine cartTotal, orderTotal and billTotal into one", {"carttotal", "ordertotal", "billtotal"}),
        ("Changed `cart.lock` → `cart.db` in all calls", {"cart.lock"}),
        ("Remove unused `cartTotal`", {"carttotal"}),
        ("moving the jobs from Node 20.1.0 to 20.2.0", {"20.1.0"}),
        ("Old files are deleted after `carts.move()`", set()),
        ("A request goes `loadCarts` → `readRows`", set()),
        ("`OPEN → CLOSED` and CLOSED_EARLY → OPEN are steps of an order", set()),
        ("Remove the /carts and /carts/move routes from src/shop/server.ts", set()),
        ("Rename cartCount to basketCount", {"cartcount"}),
        ("All fields of v2.1.0 are read, as those from v2.0.0 are", set()),
        ("The stale changes in src/a.ts, src/b.ts, and src/c.ts were dropped", set()),
    ],
)
def test_what_is_given_up_is_what_the_act_is_done_to(text: str, names: set[str]) -> None:
    assert set(given_up(text)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Restore the old repo.walk() for the main branch", ["repo.walk"]),
        ("Replaced the shell template with `Run.spawn()`, which keeps the terminal", ["run.spawn"]),
        ("Reverted back to `Run.spawn`", ["run.spawn"]),
        ("Carts use `Run.spawn` as before", []),
    ],
)
def test_what_is_used_again_is_told_by_what_it_takes_the_place_of(text: str, names: list[str]) -> None:
    assert list(regained(text)) == names


@pytest.mark.parametrize(
    ("title", "things"),
    [
        ("Rework the order list into cards", ["order list"]),
        ("feat(web): redesign Order List + Cart Page as one table", ["order list", "cart page"]),
        ("Simplify cart total: one call", ["cart total"]),
        ("Rebuild Page 2 as a form", ["page 2"]),
        ("Rework carts", []),
        ("Add an order list", []),
        ("Refactor the order list", []),
    ],
)
def test_a_title_tells_what_is_made_anew(title: str, things: list[str]) -> None:
    assert list(remade(title)) == things


@pytest.mark.parametrize(
    ("title", "things"),
    [
        ("Simplify the order list: drop price badge and stock count", ["price badge", "stock count"]),
        ("remove the price badge from labels", ["price badge"]),
        ("Remove unused price badge", []),
        ("Hide the price badge", []),
    ],
)
def test_a_title_tells_what_is_there_no_more(title: str, things: list[str]) -> None:
    assert list(removed(title)) == things


def test_a_sentence_takes_back_what_was_claimed() -> None:
    assert denies("The earlier claim that carts are kept was outdated.")
    assert denies("Review: the README claimed that carts are kept.")
    assert not denies("Carts claim no stock.")
