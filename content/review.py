"""The review: what an editor is shown of a draft, and the request that binds their answer to exactly that text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from content import articles, trace
from content.checks import Case, Problem, blocking, run_checks
from content.draft import Draft, parse
from content.files import article_file, read, write
from content.sheet import Difference, diff, markdown
from distillers.findings import Finding
from scheduling.approvals import (
    ChangedTextError,
    Request,
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

__all__ = ["Difference", "Shown", "check", "diff", "load_draft", "markdown", "open_review", "show", "take_up_edits"]


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
