"""The sheet: the Markdown page of a draft that an editor reads. Nothing in it is active, nothing hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from content.checks import Problem
from content.draft import Draft
from content.phrases import day, few
from content.text import reveal
from content.trace import Row, digest_of
from distillers.claims import alike, tokens
from distillers.findings import Finding, Quote
from scheduling.approvals import Request, Ruling
from wiki.text import clip, inert

SIGNS: Mapping[str, str] = {"block": "✗ blocks", "warn": "! look", "note": "· note"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions of a draft, sentence by sentence."""

    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    moved: tuple[Row, ...]
    """The same words, resting on other evidence now."""
    kept: int


def markdown(
    draft: Draft,
    asked: Request,
    problems: Sequence[Problem],
    rows: Sequence[Row],
    previous: Sequence[Row],
    given: Sequence[Ruling] = (),
    findings: Mapping[str, Finding] | None = None,
) -> str:
    """The page that an editor reads: the text first, then what helps to judge it. Nothing in it is active."""
    known = findings or {}
    parts = [
        _head(draft, asked),
        _earlier(given),
        _text(draft.body),
        _problems(problems),
        _changes(diff(previous, rows), known) if previous else "",
        _evidence(rows, known),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def diff(before: Sequence[Row], after: Sequence[Row]) -> Difference:
    """What changed from ``before`` to ``after``; footnotes are left out."""
    old = {row.text: row for row in before if row.made != "source"}
    new = {row.text: row for row in after if row.made != "source"}
    same = [row for text, row in new.items() if text in old]
    return Difference(
        added=tuple(row for text, row in new.items() if text not in old),
        removed=tuple(row for text, row in old.items() if text not in new),
        moved=tuple(row for row in same if _rests_on(row) != _rests_on(old[row.text])),
        kept=len(same),
    )


def _rests_on(row: Row) -> list[tuple[str, tuple[str, ...]]]:
    return sorted((each.finding, tuple(sorted(e.quote_sha256 for e in each.evidence))) for each in row.trace)


def _head(draft: Draft, asked: Request) -> str:
    return (
        f"**{inert(draft.front.title, 200)}** · `{draft.front.slug}` · pillar {inert(draft.front.pillar, 80)}\n\n"
        f"_{inert(draft.front.description, 400)}_\n\n"
        f"You decide about exactly the text below. Request `{asked.id}`, SHA-256 of the text `{draft.body_sha256}`."
    )


def _earlier(given: Sequence[Ruling]) -> str:
    lines = [
        f"- {day(each.at)}, {inert(each.editor, 80)}: {each.decision}. {inert(each.notes, 2000)}".rstrip()
        for each in given
    ]
    return "## What was said before\n\n" + "\n".join(lines) if lines else ""


def _text(body: str) -> str:
    """The body with nothing active in it and every hidden character spelled out; headings stay below the review's."""
    shown = re.sub(r"^(#{1,4})(?= )", r"##\1", reveal(body).strip(), flags=re.MULTILINE)
    return f"## The text\n\n{_tame(shown)}\n\n---"


def _tame(text: str) -> str:
    parts = re.split(r"(`+[^`\n]+`+)", text)
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;").replace("![", "!\\[") for part in parts)


def _problems(problems: Sequence[Problem]) -> str:
    lines = [f"| {SIGNS[each.level]} | {each.check} | {_cell(each.what, 300)} |" for each in problems]
    return "## Checks\n\n| | check | finding |\n|---|---|---|\n" + "\n".join(lines) if lines else ""


def _changes(difference: Difference, findings: Mapping[str, Finding]) -> str:
    added, removed = _stated(difference.added), _stated(difference.removed)
    lines = [
        *(f"- **new** {inert(row.text, 300)}" for row in added),
        *(f"- **gone** {inert(row.text, 300)}{_why(row, findings)}" for row in removed),
        *(f"- **other evidence** {inert(row.text, 300)}{_why(row, findings)}" for row in difference.moved),
    ]
    joining = len(difference.added) - len(added)
    also = f" Counts and dates changed in {few(joining, 'connecting sentence')}." if joining else ""
    return f"## Since the last draft\n\n{few(difference.kept, 'sentence').capitalize()} stayed.{also}\n\n" + "\n".join(
        lines
    )


def _stated(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.made != "template"]


def _why(row: Row, findings: Mapping[str, Finding]) -> str:
    """What became of the findings of a sentence that is gone or rests on something else now."""
    met = [findings[name] for name in row.findings if name in findings]
    said = [f"{f.id} is superseded by {f.superseded_by}" for f in met if f.superseded_by]
    said += [f"{f.id} is {f.status}" for f in met if not f.superseded_by and f.status != "written"]
    said += [f"{f.id} fell to {f.confidence}" for f in met if f.confidence != "high"]
    return f" ({'; '.join(said)})" if said else ""


def _evidence(rows: Sequence[Row], findings: Mapping[str, Finding]) -> str:
    stated = [row for row in rows if row.made in {"finding", "editor"}]
    lines = [_line(row, findings) for row in stated]
    head = "| sentence | says | whose words | first seen | where | quote |\n|---|---|---|---|---|---|\n"
    hint = "Name a sentence (`s-…`) or finding (`f-…`) in your notes to have it left out of the next draft."
    return f"## Evidence\n\n{hint}\n\n{head}" + "\n".join(lines) if lines else ""


def _line(row: Row, findings: Mapping[str, Finding]) -> str:
    """One row of the table: the sentence, and of all its evidence the quote that is most like it."""
    met = [(traced, each) for traced in row.trace for each in traced.evidence]
    if not met:
        return f"| `{row.id}` | {_cell(row.text, 90)} | **the editor's own** | | | |"
    said = {digest_of(quote): quote.text for name in row.findings for quote in _quotes(name, findings)}
    words = tokens(row.text)
    traced, lead = max(met, key=lambda pair: alike(words, tokens(said.get(pair[1].quote_sha256, ""))))
    first = min((each.at for _, each in met if each.at), default="")
    file = re.sub(r"[^\w .,#@()+=-]", "_", lead.file.rpartition("/")[2])[:60]
    where = f"`{traced.finding}` on `{traced.page}`, `{file}:{lead.line}`"
    more = f" +{len(met) - 1}" if len(met) > 1 else ""
    quote = _cell(said.get(lead.quote_sha256, ""), 160)
    return f"| `{row.id}` | {_cell(row.text, 90)} | {lead.origin}{more} | {first[:10]} | {where} | {quote} |"


def _quotes(name: str, findings: Mapping[str, Finding]) -> Sequence[Quote]:
    return findings[name].evidence if name in findings else ()


def _cell(text: str, limit: int) -> str:
    return inert(clip(reveal(text), limit), limit + 60).replace("|", "&#124;")
