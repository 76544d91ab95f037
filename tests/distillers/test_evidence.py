"""A quote counts only where it stands word for word in the archive."""

from dataclasses import replace

import pytest
from proposals import event

from distillers.claims import quote_of, quotes, statements
from distillers.evidence import fault, locate
from distillers.record.events import Event

PROSE = event("s1", 3, "first line\nthe cursor was closed too early\nlast line", prose=True)


def bad(text: str, of: Event = PROSE, **changed: object) -> str | None:
    found = quote_of(of, of.text.split("\n")[1] if "\n" in of.text else of.text)
    assert found
    return fault([replace(found, text=text, **changed)], {of.id: of})


def test_a_verbatim_quote_within_one_line_is_found_at_its_line() -> None:
    assert locate("cursor was closed", PROSE) == [5]
    assert bad("cursor was closed") is None


def test_stretches_may_be_left_out_but_not_swapped() -> None:
    assert bad("the cursor…too early") is None
    assert bad("too early…the cursor") == "the quote is not at its line"


@pytest.mark.parametrize("text", ["the cursor was opened", "line\nthe cursor", "…", "", "The Cursor was closed"])
def test_what_is_not_word_for_word_is_refused(text: str) -> None:
    assert bad(text) == "the quote is not at its line"


def test_a_quote_must_name_its_line_origin_and_file() -> None:
    assert bad("cursor was closed", line=4) == "the quote is not at its line"
    assert bad("cursor was closed", origin="ticket") == "origin, session or file is not the archived one"
    assert bad("cursor was closed", file="/logs/other.jsonl") == "origin, session or file is not the archived one"
    assert bad("cursor was closed", event="0" * 16) == "its event is not in the archive"


def test_a_candidate_without_evidence_is_refused() -> None:
    assert fault([], {}) == "no evidence"


@pytest.mark.parametrize("changed", [{"kind": "summary"}, {"origin": "recalled"}])
def test_a_summary_or_our_own_words_coming_back_are_no_evidence(changed: dict[str, str]) -> None:
    held = replace(event("s1", 1, "always run the checks"), **changed)
    found = quote_of(held, held.text)
    assert found
    assert fault([found], {held.id: held}) == "a summary or our own retrieval is no evidence"


def test_a_masked_secret_is_quoted_by_its_kind_alone() -> None:
    held = event("s1", 1, "the token is [REDACTED:github-token:0a1b2c3d] and works")
    found = quote_of(held, held.text)
    assert found
    assert found.text == "the token is [REDACTED:github-token] and works"
    assert fault([found], {held.id: held}) is None


def test_a_wrapped_sentence_is_quoted_line_by_line() -> None:
    held = event("s1", 1, "The pool leaks, because\n  nobody closes it. It also\nblocks.", prose=True)
    first = next(statements(held.text))
    assert first.text == "The pool leaks, because nobody closes it."
    assert [(q.line, q.text) for q in quotes(held, first)] == [(2, "The pool leaks, because"), (3, "nobody closes it.")]


def test_a_long_quote_is_cut_at_a_word_and_still_found() -> None:
    held = event("s1", 1, "word " * 200 + "end")
    found = quote_of(held, held.text)
    assert found
    assert len(found.text) <= 300
    assert found.text.endswith("word…")
    assert fault([found], {held.id: held}) is None
