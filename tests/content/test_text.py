import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from content.text import hidden, inline, plain, reveal, sentences, slugged
from wiki.text import visible

HOSTILE = (Path(__file__).parent / "cases" / "hostile.txt").read_text("utf-8").splitlines()
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
INERT = {"paragraph_open", "paragraph_close", "inline", "text", "code_inline", "text_special"}


def kinds(markdown: str) -> set[str]:
    tokens = READER.parse(f"Before it.\n\n{markdown}\n\nAfter it.")
    return {each.type for token in tokens for each in (token, *(token.children or ()))}


@pytest.mark.parametrize("line", HOSTILE)
def test_whatever_a_log_says_is_plain_text_and_code_in_an_article(line: str) -> None:
    assert kinds(inline(line)) <= INERT
    assert not re.search(r"\{[{%:<#]", inline(line))


@given(st.text(max_size=80))
def test_no_text_becomes_markup(text: str) -> None:
    assert kinds(inline(text)) <= INERT


@given(st.text(alphabet="ab. `*_<>[]\\{}&#|~!-=/1", max_size=40))
def test_no_arrangement_of_markup_characters_becomes_markup(text: str) -> None:
    assert kinds(inline(text)) <= INERT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("open it with exclusive=True in config.toml", "open it with `exclusive=True` in `config.toml`"),
        ("never pass --no-verify to it", "never pass `--no-verify` to it"),
        ("load_constants() reads src/tide/read.py", "`load_constants()` reads `src/tide/read.py`"),
        ("either/or and 3.5 GB stay words", "either/or and 3.5 GB stay words"),
        ("use the frames in tests/frames/.", "use the frames in `tests/frames/`."),
        ("`make test` stays one span", "`make test` stays one span"),
    ],
)
def test_names_that_read_as_code_are_set_as_code(text: str, shown: str) -> None:
    assert inline(text) == shown


@pytest.mark.parametrize("line", [line for line in HOSTILE if "{" not in line and "`" not in line])
def test_inline_and_back_is_what_was_visible(line: str) -> None:
    assert plain(inline(line)) == visible(line)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("Use v1.2. Then go on.", ["Use v1.2.", "Then go on."]),
        ("Some tools, e.g. Make, stay. Others go!", ["Some tools, e.g. Make, stay.", "Others go!"]),
        ("Run `a. B` first.[^1] Then `c`.[^2]", ["Run `a. B` first.", "Then `c`."]),
        ("**Cause.** The reader stopped.", ["**Cause.**", "The reader stopped."]),
        ("", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_hidden_characters_are_spelled_out() -> None:
    assert reveal("pay\u200b load\u202e \x07") == "pay⟦U+200B⟧ load⟦U+202E⟧ ⟦U+0007⟧"
    assert reveal("naïve – “x” fix\tand\n日本") == "naïve – “x” fix\tand\n日本"
    assert not any(hidden(char) for char in "x |é–“日")


def test_a_slug_holds_letters_digits_and_single_dashes() -> None:
    assert slugged("  What we learned: Übersicht & more! ") == "what-we-learned-ubersicht-more"
    assert slugged("日本") == ""
