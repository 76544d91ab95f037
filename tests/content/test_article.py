"""What an editor gets to read."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from content.brief import Asked, Brief, prepare
from content.drafting import written
from content.phrases import few, listed, span
from content.pillars import default_pillars
from content.skeleton import Skeleton
from content.trace import book_from, trace_body
from distillers.findings import Finding

CASES = Path(__file__).parent / "cases"
READER = MarkdownIt("commonmark", {"html": True})
ASKED = [Asked("how long does the full test suite take", 3), Asked("who painted the boat", 1)]


def active(markdown: str) -> set[str]:
    """Kinds of token that do something when the text is shown."""
    tokens = READER.parse(markdown)
    kinds = {each.type for token in tokens for each in (token, *(token.children or ()))}
    return kinds & {"html_block", "html_inline", "image", "link_open"}


def _said(like: Finding, number: int, text: str, title: str = "") -> Finding:
    claim = f"{title}: {text}" if title else text
    quote = replace(like.evidence[0], text=text)
    return replace(like, id=f"f-{number:08x}", claim=claim, page=f"page-{number % 3}", evidence=(quote,))


def test_the_example_reads_as_it_should(findings: list[Finding], page_refs: Any) -> None:
    brief = prepare(default_pillars(["tidewatch"])[0], findings, page_refs(findings), asked=ASKED)
    assert isinstance(brief, Brief)
    draft, _, objections = written(brief, Skeleton(), "tidewatch-2026-11-19")
    assert objections == ()
    assert draft.data.decode() == (CASES / "article.md").read_text("utf-8")


def test_no_claim_of_a_log_is_active_in_a_draft_or_its_review(house: Any) -> None:
    lines = list(enumerate((CASES / "hostile.txt").read_text("utf-8").splitlines()))
    bad = [_said(house.findings[3], n, f"{line} alpha{n} beta{n} gamma{n} delta{n}") for n, line in lines]
    titled = [
        _said(house.findings[0], n + 500, f"alpha{n} beta{n} gamma{n} delta{n} stood.", line)
        for n, line in enumerate(lines)
    ]
    for some in (bad[:12], bad[12:24], bad[24:], titled[:12], titled[12:]):
        made = house.draft(some)
        body = house.file(made.slug).read_text("utf-8").split("\n---\n", 1)[1]
        assert made.created, made.reason
        assert active(body) == set()
        assert active(made.markdown) == set()
        assert not re.search(r"\{[{%]", body)


def test_a_sentence_that_an_editor_wrote_is_the_editors_and_the_others_stay_traced(brief: Brief) -> None:
    draft, rows, _ = written(brief, Skeleton(), "x")
    edited = draft.body.replace("buffered frames.", "buffered frames. Nobody saw it.")
    edited = edited.replace("one reading a minute", "two a minute")
    after = trace_body("x", edited, book_from(rows))
    own = [row.text for row in after if row.made == "editor"]
    assert own == ["A year of one station at two a minute takes 41 MB.", "Nobody saw it."]
    assert [r.id for r in after if r.made != "editor"] == [r.id for r in rows if "one reading a minute" not in r.text]


def test_a_hidden_character_is_spelled_out_for_the_editor(house: Any) -> None:
    made = house.draft()
    text = house.file(made.slug).read_text("utf-8")
    house.file(made.slug).write_text(text.replace("half of the", "half\u202e of the"), "utf-8")
    again = house.draft()
    assert "half⟦U+202E⟧ of the" in again.markdown
    assert "\u202e" not in again.markdown


def test_the_review_shows_text_checks_and_evidence(house: Any) -> None:
    made = house.draft()
    for part in ("## The text", "## Checks", "## Evidence", "whose words"):
        assert part in made.markdown
    assert re.search(r"(\d+) of \1 statements are traced", made.markdown)
    assert "`5a714f6e-1111.jsonl:207`" in made.markdown
    assert "/logs/" not in made.markdown


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (["2026-11-03"], "on 3 November 2026"),
        (["2026-11-09", "2026-11-03"], "between 3 and 9 November 2026"),
        (["2026-10-09", "2026-11-03"], "between 9 October and 3 November 2026"),
        (["2025-12-31", "2026-01-01"], "between 31 December 2025 and 1 January 2026"),
        (["", ""], "at an unrecorded time"),
    ],
)
def test_dates_read_as_people_write_them(dates: list[str], said: str) -> None:
    assert span(dates) == said


def test_counts_read_as_people_write_them() -> None:
    assert [few(1, "fix"), few(2, "fix"), few(13, "cause")] == ["one fix", "two fixes", "13 causes"]
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
