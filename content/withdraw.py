"""Withdrawing: what a purge does to articles. What rests on purged findings is cut, and an editor decides anew.

    affected (which sentences) ──→ ledger: text, trace and state ──→ files ──→ asked anew

Nothing is edited in silence: a published article leaves its folder and waits as a draft, its approval void.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, delete

from content import articles, review, trace
from content.articles import Record, article_rows
from content.checks import blocking
from content.draft import Draft, compose, parse
from content.files import article_file, remove, write
from content.trace import sentence_rows, spans
from scheduling.approvals import void
from scheduling.base.errors import CorruptError
from scheduling.base.workspace import Workspace
from scheduling.ledger.scrub import plain, scrub, swap
from scheduling.ledger.store import Ledger
from scheduling.runs import Run

WHY = "something was purged from its text"
COLUMNS = (article_rows.c.title, sentence_rows.c.text, sentence_rows.c.section, sentence_rows.c.trace)
_REFERENCE = re.compile(r"\[\^([\w-]+)\](?!:)")
_NOTE = re.compile(r"\[\^([\w-]+)\]:")


@dataclass(frozen=True, slots=True)
class Purge:
    """What has to leave articles: findings, and texts in all their forms."""

    findings: frozenset[str] = frozenset()
    forms: tuple[str, ...] = ()

    def means(self, text: str) -> bool:
        """Whether one of the forms stands in ``text``."""
        return any(form in text for form in self.forms)


@dataclass(frozen=True, slots=True)
class Affected:
    """An article with something to cut: which blocks of its body, and how many sentences stand there."""

    record: Record
    path: Path
    draft: Draft
    rows: tuple[trace.Row, ...]
    blocks: frozenset[int]

    @property
    def sentences(self) -> tuple[trace.Row, ...]:
        """The sentences that go."""
        return tuple(row for row in self.rows if row.block in self.blocks)


def affected(ledger: Ledger, workspace: Workspace, what: Purge) -> list[Affected]:
    """The articles on disk that hold, or rest on, what is purged, by slug; published ones too."""
    found: list[Affected] = []
    for record in articles.listed(ledger):
        for folder in (workspace.published, workspace.drafts):
            one = _look(ledger, record, article_file(folder, record.slug), what)
            found += [one] if one else []
    return found


def withdraw(run: Run, workspace: Workspace, one: Affected, what: Purge) -> Draft | None:
    """Cuts what is purged, takes the article back to its drafts and voids what was decided about it.

    Returns the draft that is left, or None: nothing that rests on a finding was left, and the article is retired.
    """
    slug = one.record.slug
    made, rows_of = _left(one, what)
    alive = any(row.findings for row in rows_of)
    if one.record.request:
        void(run, one.record.request, WHY)
    with run.change("withdraw", slug, sentences=len(one.sentences)) as rows:
        rows.execute(delete(sentence_rows).where(sentence_rows.c.article == slug))
        values = {"title": made.front.title if alive else "", "previous": "", "findings": _ids(rows_of)}
        if one.record.state != "retired":
            if alive:
                trace.store(rows, slug, made.body_sha256, rows_of)
            articles.move(rows, run, slug, "draft", body_sha256=made.body_sha256, digest=articles.BY_HAND, **values)
            if not alive:
                articles.move(rows, run, slug, "retired")
    _put(workspace, made if alive and one.record.state != "retired" else None, slug, rows_of)
    return made if alive and one.record.state != "retired" else None


def ask_anew(run: Run, workspace: Workspace, made: Draft, mask: Callable[[str], str]) -> str:
    """Opens the review of what is left of an article; returns why there is none, "" if it is open."""
    problems = review.check(run.ledger, workspace, made, mask)
    stops = blocking(problems)
    if stops:
        return f"{stops[0].check}: {stops[0].what}"
    review.open_review(run, made, problems)
    return ""


def scrubbed(rows: Connection, forms: Sequence[str]) -> int:
    """Takes ``forms`` out of what the ledger remembers of articles; returns how many fields held one."""
    return scrub(rows, COLUMNS, forms)


def renamed_in(rows: Connection, commits: Mapping[str, str]) -> int:
    """Lets stored traces name rewritten commits of the wiki by their new ids; returns how many did."""
    return swap(rows, (sentence_rows.c.trace,), commits)


def _look(ledger: Ledger, record: Record, path: Path, what: Purge) -> Affected | None:
    if not path.is_file():
        return None
    try:
        draft = parse(path.name, path.read_bytes())
    except CorruptError:
        return None
    rows = trace.load(ledger, record.slug, draft.body_sha256) or _traced(ledger, record, draft)
    lines = draft.body.split("\n")
    hit = {n for n, (start, stop) in enumerate(spans(draft.body)) if what.means("\n".join(lines[start:stop]))}
    hit |= {row.block for row in rows if what.findings.intersection(row.findings) or what.means(row.text)}
    named = what.findings.intersection(draft.front.findings) or what.means(draft.data.decode("utf-8", "replace"))
    return Affected(record, path, draft, tuple(rows), frozenset(hit)) if hit or named else None


def _traced(ledger: Ledger, record: Record, draft: Draft) -> list[trace.Row]:
    """The trace of a text that a person edited since it was written."""
    book: dict[str, Sequence[trace.Known]] = {}
    for body in trace.known_bodies(ledger, record.slug):
        book.update(trace.book_from(trace.load(ledger, record.slug, body)))
    return trace.trace_body(record.slug, draft.body, book)


def _left(one: Affected, what: Purge) -> tuple[Draft, list[trace.Row]]:
    body = _without(one.draft.body, one.blocks)
    body = plain(body, what.forms)
    rows = trace.trace_body(one.record.slug, body, trace.book_from([r for r in one.rows if r.block not in one.blocks]))
    front = one.draft.front
    gone = {row.text for row in one.sentences}
    faq = tuple(a for a in front.faq if not any(text in a.answer or text in a.question for text in gone))
    fresh = replace(
        front,
        title=plain(front.title, what.forms),
        description="" if any(text in front.description for text in gone) else plain(front.description, what.forms),
        findings=tuple(json.loads(_ids(rows))),
        faq=tuple(a for a in faq if not what.means(a.question) and not what.means(a.answer)),
        status="draft",
        draft=True,
    )
    return compose(fresh, body), rows


def _without(body: str, blocks: Collection[int]) -> str:
    """``body`` without these blocks, and without the footnotes that nothing refers to any more."""
    lines = body.split("\n")
    cut = {line for n, (start, stop) in enumerate(spans(body)) if n in blocks for line in range(start, stop)}
    left = [line for n, line in enumerate(lines) if n not in cut]
    used = set(_REFERENCE.findall("\n".join(left)))
    text = "\n".join(line for line in left if not (note := _NOTE.match(line)) or note[1] in used)
    return re.sub(r"\n{3,}", "\n\n", text)


def _put(workspace: Workspace, made: Draft | None, slug: str, rows: Sequence[trace.Row]) -> None:
    if made is not None:
        traced = trace.as_json(slug, made.body_sha256, rows)
        write(article_file(workspace.drafts, slug, ".trace.json"), traced)
        write(article_file(workspace.drafts, slug), made.data)
    for folder in (workspace.published, *(() if made is not None else (workspace.drafts,))):
        for suffix in (".md", ".trace.json"):
            remove(article_file(folder, slug, suffix))


def _ids(rows: Sequence[trace.Row]) -> str:
    return json.dumps(sorted({name for row in rows for name in row.findings}))


def renamed(workspace: Workspace, commits: Mapping[str, str]) -> None:
    """Lets the traces beside articles name rewritten commits of the wiki by their new ids."""
    for folder in (workspace.drafts, workspace.published):
        for path in sorted(folder.glob("*.trace.json")):
            text = path.read_text("utf-8")
            write(path, re.sub(r"\b[0-9a-f]{40,64}\b", lambda found: commits.get(found[0], found[0]), text).encode())
