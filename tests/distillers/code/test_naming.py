"""What counts as a name of code, what as code, and which names a claim itself lets go."""

import pytest

from distillers.code.naming import Marker, is_name, named, words
from distillers.code.parting import parted
from distillers.code.tree import Scope


@pytest.mark.parametrize(
    ("claim", "names"),
    [
        ("The cart is capped by `cap_lines()` in shop/cart.py.", ["shop/cart.py", "cap_lines"]),
        ("MAX_LINES, capLines and LineCap are one setting.", ["MAX_LINES", "capLines", "LineCap"]),
        ("`_cap_lines` is called by `__init__`.", ["_cap_lines"]),
        ("See cart.test.ts and ../web/[id].tsx, not v1.2.py3.", ["cart.test.ts"]),
        ("Prices are rounded at the end, says the API.", []),
        ("größe_max and naïve_cap are no names that are looked for.", []),
    ],
)
def test_names_are_told_by_their_shape(claim: str, names: list[str]) -> None:
    assert [name for name, _ in named(claim)] == names


def test_words_of_code_are_taken_apart_at_everything_else() -> None:
    assert words(b"+def cap_lines(self, x): # \xc3\xa9t\xc3\xa9\xff cart") == {b"cap_lines", b"self", b"cart"}
    assert is_name("_cap_lines")
    assert not is_name("Lines")
    assert not is_name("__cap__")


def test_a_mark_tells_nothing_without_its_key() -> None:
    assert Marker(b"a" * 32).mark("cap_lines") != Marker(b"b" * 32).mark("cap_lines")
    assert list(Marker(b"a" * 32).marks({"x", "y"})) == sorted(Marker(b"a" * 32).mark(name) for name in "xy")


@pytest.mark.parametrize(
    "claim",
    [
        "Remove the cap_lines helper and its tests.",
        "The limit is MAX_LINES instead of `cap_lines`.",
        "`cap_lines()` was removed from the cart.",
        "The cart has a limit: `cap_lines` → `limit_lines`.",
        "Pages moved from `cap_lines` to a limit.",
        "The total is of the cart, not `cap_lines`.",
        "cap_lines doesn't exist in the new API.",
    ],
)
def test_a_name_that_the_claim_lets_go_does_not_count(claim: str) -> None:
    assert parted(claim, ["cap_lines"]) == ["cap_lines"]


@pytest.mark.parametrize(
    "claim",
    [
        "`cap_lines` removes what is beyond 99 lines.",
        "The cart calls `cap_lines`. The old page was removed.",
        "Without it the total, as `cap_lines` has it, is wrong.",
    ],
)
def test_a_name_that_the_claim_rests_on_counts(claim: str) -> None:
    assert parted(claim, ["cap_lines"]) == []


@pytest.mark.parametrize("path", ["shop/cart.py", "requirements.txt", "Makefile", "web/bin", "notes/plan.ipynb"])
def test_code_is_what_is_neither_prose_nor_a_ticket(path: str) -> None:
    assert Scope(("tickets", "log.jsonl")).is_code(path)


@pytest.mark.parametrize("path", ["README.md", "docs/a.py", "web/Docs/b.ts", "logo.PNG", "tickets/1.txt", "log.jsonl"])
def test_prose_tickets_and_media_are_no_code(path: str) -> None:
    assert not Scope(("tickets", "log.jsonl")).is_code(path)
