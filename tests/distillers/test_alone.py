"""Which sentences of a session can be read without it."""

import pytest

from distillers.rules.alone import alone, says_itself


@pytest.mark.parametrize(
    "text",
    [
        "`export_cart()` never writes a header, because the import adds one.",
        "By default, `shop import` only reads carts that are open.",
        "`src/cart.py`: the default is `retries=0`.",
    ],
)
def test_a_sentence_that_names_its_thing_stands_alone(text: str) -> None:
    assert alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "The issue is that the pool is closed too early.",
        "The `--force` flag only installs the same hooks again.",
        "If `message` is provided, it is used instead of the default.",
        "2. `cart.py` — the header is written first.",
        "From the terminal: falls back to the global hook.",
        "The `export_cart()` function was returning rows without a header.",
        "Your `cart.py` cannot be imported.",
    ],
)
def test_a_sentence_about_what_only_the_talk_names_or_what_is_over_does_not(text: str) -> None:
    assert not alone(text)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("use `@shop/prompts` instead", True),
        ("we are not trying to make a cross platform tool", True),
        ("I don't want to publish manually.", False),
        ("(we use it explicitly in other places)", False),
        ("@rules.md", False),
    ],
)
def test_what_a_person_typed_names_its_object(text: str, stands: bool) -> None:
    assert says_itself(text) == stands
