"""The review: what an editor is shown of a draft, and the request that binds their answer to exactly that text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from content import articles, trace
from content.checks import Case, Problem, blocking, run_checks
from content.draft import Draft, parse
from content.files import article_file, read, write
from content.phrases import day
from content.text import reveal
from content.trace import Row, digest_of
from distillers.claims import alike, tokens
from distillers.findings import Finding, Quote
from scheduling.approvals import (
    ChangedTextError,
    Request,
    Ruling,
    get_request,
    open_request,
    request_id,
    rulings,
)
from scheduling.base.errors import RefusedError
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from scheduling.seats import require
from scheduling.tasks import Checkout
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


@dataclass(frozen=True, slots=True)
class Shown:
    """What is put before an editor: the Markdown, and the hash that their decision is bound to."""

    request: Request
    markdown: str
    body_sha256: str


def load_draft(workspace: Workspace, slug: str) -> Draft:
    """The draft ``slug`` as it stands on disk."""
    path = article_file(workspace.drafts, slug)
    draft = parse(path.name, read(path))
    if draft.front.slug != slug:
        raise RefusedError(f"{path} says that its slug is {draft.front.slug!r}", hint=f"set it back to {slug}")
    return draft


def check(ledger: Ledger, workspace: Workspace, draft: Draft, mask: Callable[[str], str]) -> list[Problem]:
    """What the checks say about ``draft`` as it stands, beside everything that is published."""
    slug = draft.front.slug
    rows = trace.load(ledger, slug, draft.body_sha256)
    out = {each.record.slug: each.draft.body for each in articles.published(ledger, workspace)}
    taken = frozenset(each.slug for each in articles.listed(ledger) if each.slug != slug)
    return run_checks(Case(draft, rows, out, taken, mask))


def open_review(run: Run, draft: Draft, problems: Sequence[Problem], checkout: Checkout | None = None) -> Request:
    """Asks for a ruling on ``draft``; an earlier request about other text of it is superseded.

    The request, the article's state and the end of the task (``checkout``) are one transaction. Raises
    :class:`RefusedError` if a check blocks the draft.
    """
    require(run, "draft")
    slug = draft.front.slug
    stops = blocking(problems)
    if stops:
        raise RefusedError(f"{slug} cannot be reviewed: {stops[0].check}: {stops[0].what}", hint="mend the draft")
    record = articles.get(run.ledger, slug)
    key = request_id(record.subject, articles.KIND, draft.body_sha256)
    detail = {
        "slug": slug,
        "title": draft.front.title,
        "pillar": draft.front.pillar,
        "front_sha256": draft.front_sha256,
        "previous": record.previous,
        "problems": [asdict(problem) for problem in problems],
    }
    with run.change("open review", slug, request=key, body_sha256=draft.body_sha256) as rows:
        open_request(rows, run, record.subject, articles.KIND, draft.body_sha256, detail)
        articles.move(rows, run, slug, "in_review", request=key, body_sha256=draft.body_sha256)
        if checkout is not None:
            checkout.finish(rows)
    return get_request(run.ledger, key)


def take_up_edits(run: Run, workspace: Workspace, slug: str) -> Draft | None:
    """Traces the draft anew if a person edited its text; returns it, or None if it stands as it was written.

    Sentences that were written stay traced; new ones are the editor's.
    """
    record = articles.get(run.ledger, slug)
    draft = load_draft(workspace, slug)
    bodies = trace.known_bodies(run.ledger, slug)
    if draft.body_sha256 in bodies:
        return None
    book: dict[str, Sequence[trace.Known]] = {}
    for body in [*(each for each in bodies if each != record.body_sha256), record.body_sha256]:
        book.update(trace.book_from(trace.load(run.ledger, slug, body)))
    rows_of = trace.trace_body(slug, draft.body, book)
    with run.change("take up edits", slug, body_sha256=draft.body_sha256) as rows:
        trace.store(rows, slug, draft.body_sha256, rows_of)
        articles.move(
            rows,
            run,
            slug,
            "draft",
            body_sha256=draft.body_sha256,
            previous=record.body_sha256,
            title=draft.front.title,
            digest=articles.BY_HAND,
            findings=json.dumps(sorted({name for row in rows_of for name in row.findings})),
        )
    path = article_file(workspace.drafts, slug, ".trace.json")
    write(path, trace.as_json(slug, draft.body_sha256, rows_of))
    return draft


def show(ledger: Ledger, workspace: Workspace, request_id: str, findings: Mapping[str, Finding] | None = None) -> Shown:
    """What to put before an editor for a request.

    ``findings`` (by id) let quotes be shown and changes be explained. Raises :class:`ChangedTextError` if the text on
    disk is not the one that the request is about.
    """
    asked = get_request(ledger, request_id)
    slug = str(asked.detail["slug"])
    draft = load_draft(workspace, slug)
    if draft.body_sha256 != asked.body_sha256:
        raise ChangedTextError(
            f"{slug} was changed since request {request_id} was opened", hint="run `stillhouse daily` to ask anew"
        )
    rows = trace.load(ledger, slug, draft.body_sha256)
    previous = trace.load(ledger, slug, str(asked.detail["previous"]))
    problems = [Problem(**each) for each in asked.detail["problems"]]
    given = rulings(ledger, asked.subject)
    text = markdown(draft, asked, problems, rows, previous, given, findings or {})
    return Shown(asked, text, draft.body_sha256)


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
    lines = [
        *(f"- **new** {inert(row.text, 300)}" for row in difference.added),
        *(f"- **gone** {inert(row.text, 300)}{_why(row, findings)}" for row in difference.removed),
        *(f"- **other evidence** {inert(row.text, 300)}{_why(row, findings)}" for row in difference.moved),
    ]
    return f"## Since the last draft\n\n{difference.kept} sentences stayed.\n\n" + "\n".join(lines)


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
