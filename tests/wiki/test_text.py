from __future__ import annotations

from html import unescape
from pathlib import Path
from re import sub

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from wiki.edit import Text
from wiki.lint import flaw
from wiki.text import clip, inert, public, visible

HOSTILE = (Path(__file__).parent / "cases" / "hostile.txt").read_text().splitlines()
PIECES = [
    *"[]()!^`\\<>*_#|&;{}$%:\"'=~-+ \n\t",
    "``",
    "<b>",
    "http://x.y",
    "www.x.y",
    "m@x.y",
    "[REDACTED:k]",
    "- ",
    "1. ",
]
PIECES += ["[^1]", "^f-1a2b3c4d", "]:", "javascript:", "&lt;", "word", "\u202e", "%%", "~~"]


def block(text: str) -> Text:
    """A block as it is filed, with ``text`` as claim and as quote."""
    note = f'[^1a2b3c4d]: high · human · session 1 line 1: "{text}"'
    return Text(f"- {text} [^1a2b3c4d] ^f-1a2b3c4d", (("1a2b3c4d", note),))


def read(text: str) -> str:
    """What a person sees of ``text`` rendered as a list item."""
    html = MarkdownIt("commonmark", {"html": False}).render(f"- {text} end")
    return unescape(sub(r"<[^>]+>", "", html)).strip().removesuffix(" end")


@pytest.mark.parametrize("line", HOSTILE)
def test_no_hostile_line_stays_active_as_claim_or_quote(line: str) -> None:
    for text in (line, f"before {line}", f"x`{line}", f"{line} {line}"):
        shown = inert(text, 300)
        assert not shown or flaw(block(shown)) == ""


@pytest.mark.parametrize("line", HOSTILE)
def test_a_hostile_line_still_reads_as_itself(line: str) -> None:
    if "`" not in line and "REDACTED" not in line:
        assert read(inert(line, 300)).split() == line.split()


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join))
@settings(max_examples=1500, deadline=None)
def test_no_mixture_of_markup_stays_active(text: str) -> None:
    shown = inert(text, 300)
    assert not shown or flaw(block(shown)) == ""


@pytest.mark.parametrize("line", [line for line in HOSTILE if line.startswith(("<", "![", "[[", "#", "[click]("))])
def test_the_check_itself_sees_markup_that_was_not_made_inert(line: str) -> None:
    assert flaw(block(line))


def test_code_spans_survive_and_stay_readable() -> None:
    assert inert("Run `make test -- <name>` and ``a`b``, not `__all__`.", 300) == (
        "Run `make test -- <name>` and ``a`b``, not `__all__`."
    )


def test_ordinary_words_are_left_as_they_are() -> None:
    text = "Don't re-run 3 of 5 tests (it's slow): snake_case, C:\\Users, ~20 min, a -> b, 50% & more; \"quoted\" v1.2!"
    assert inert(text, 300) == text


def test_hidden_and_turning_characters_and_terminal_codes_go() -> None:
    assert visible(
        "\u202eab\u200bc\u2066\x1b[31mred\x1b[0m\x1b]8;;http://x\x07link\x00 \ufeffe\u00adf\r\ng\U000e0041"
    ) == ("abcredlink ef g")


def test_long_text_is_cut_at_a_word_and_never_inside_a_mask() -> None:
    assert clip("one two three four", 12) == "one two…"
    assert clip("x" * 400, 300) == "x" * 299 + "…"
    assert clip("word " * 3 + "[REDACTED:api-key] tail", 25) == "word word word…"


def test_the_keyed_hash_of_a_mask_is_never_shown() -> None:
    assert public("a [REDACTED:api-key:deadbeef] b") == "a [REDACTED:api-key] b"
    assert inert("a [REDACTED:api-key:deadbeef] b", 300) == "a [REDACTED:api-key] b"
    assert flaw(block("[REDACTED:api-key:deadbeef]")) == "holds the keyed hash of a secret"
