"""From findings to a draft in review: the task "draft <pillar>" from end to end.

    choose a pillar → brief → write → hold to the gate → trace → file → checks → request for a ruling

Every step can be killed. The ledger knows each text that was written before the file is there, so whatever else stands
in the file was typed by a person, is never overwritten, and is taken to review instead.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from content import articles, review, trace
from content.articles import Record
from content.brief import Brief, TooLittle, prepare
from content.checks import Problem, blocking
from content.draft import Draft, Front, compose, new_slug
from content.faq import for_pillar
from content.files import article_file, write
from content.gate import hold
from content.layout import body_of, source
from content.material import Material, in_turn, left_out, note_of, open_article
from content.pillars import Pillar
from content.skeleton import Skeleton
from content.writer import Writer
from scheduling.approvals import Ruling, get_request
from scheduling.base.errors import BusyError, UsageError
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from scheduling.seats import require
from scheduling.tasks import Checkout, checkout, offer

__all__ = ["Drafted", "Material", "draft", "written"]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of it. ``request_id`` is "" if nothing waits for an editor; ``reason`` says why nothing new does."""

    slug: str
    request_id: str
    markdown: str
    created: bool
    reason: str
    path: Path | None = None


def draft(
    run: Run,
    workspace: Workspace,
    pillars: Sequence[Pillar],
    material: Material,
    name: str | None = None,
    writer: Writer | None = None,
) -> Drafted:
    """Drafts the next article and opens its review; or says why there is nothing to draft.

    ``name`` asks for one pillar whether it is due or not; raises :class:`UsageError` if there is none of that name.
    """
    require(run, "draft")
    articles.settle_rulings(run)
    if name is not None and all(pillar.name != name for pillar in pillars):
        known = ", ".join(sorted(pillar.name for pillar in pillars))
        raise UsageError(f"there is no pillar {name}", hint=f"pillars: {known}")
    edited = _edited(run, workspace, material, name)
    if edited is not None:
        return edited
    first: Drafted | None = None
    for pillar in in_turn(run.ledger, pillars, material, name):
        done = _for_pillar(run, workspace, pillar, material, writer or Skeleton())
        if done.created:
            return done
        first = first or done
    return first or _waiting(run.ledger, workspace, material)


def _for_pillar(run: Run, workspace: Workspace, pillar: Pillar, material: Material, writer: Writer) -> Drafted:
    current = open_article(run.ledger, pillar)
    if current is not None and current.state == "approved":
        return Drafted(current.slug, "", "", False, f"{current.slug} is approved and about to be published")
    if current is not None and current.digest == articles.BY_HAND:
        return _as_it_stands(run, workspace, current, material)
    notes = [note_of(ruling) for ruling in articles.sent_back(run.ledger, pillar.name)]
    brief = prepare(
        pillar,
        material.findings,
        material.pages,
        published=articles.spent(run.ledger),
        notes=notes,
        asked=for_pillar(pillar, material.asked),
        left_out=left_out(run.ledger, pillar, notes, material),
    )
    if isinstance(brief, TooLittle):
        return Drafted("", "", "", False, brief.reason)
    return _task(run, workspace, brief, material, writer, current)


def _task(
    run: Run, workspace: Workspace, brief: Brief, material: Material, writer: Writer, current: Record | None
) -> Drafted:
    taken = [record.slug for record in articles.listed(run.ledger)]
    slug = current.slug if current else new_slug(brief.pillar.name, brief.date, taken)
    with run.change("offer draft", brief.pillar.name, brief=brief.digest) as rows:
        task = offer(rows, "draft", brief.pillar.name, depends_on=f"{brief.digest} {writer.name}")
    held = checkout(run, task)
    if held is None:
        if current is None:
            return Drafted("", "", "", False, f"{brief.pillar.name}: nothing is new since the last draft")
        return _as_it_stands(run, workspace, current, material)
    return _write(run, workspace, brief, material, writer, slug, held)


def _write(
    run: Run,
    workspace: Workspace,
    brief: Brief,
    material: Material,
    writer: Writer,
    slug: str,
    held: Checkout,
) -> Drafted:
    record = articles.find(run.ledger, slug)
    if record is None:
        with run.change("brief article", slug, pillar=brief.pillar.name, findings=sorted(brief.findings)) as rows:
            articles.move(rows, run, slug, "brief", pillar=brief.pillar.name, digest=brief.digest)
    made, traced, objections = written(brief, writer, slug)
    back = next(
        (r for r in articles.sent_back(run.ledger, brief.pillar.name) if r.body_sha256 == made.body_sha256), None
    )
    if back is not None:
        return _same_again(run, held, slug, back, new=record is None)
    _store(run, workspace, brief, made, traced)
    problems = [*(Problem("gate", "warn", each) for each in objections)]
    problems += review.check(run.ledger, workspace, made, material.mask)
    path = article_file(workspace.drafts, slug)
    stops = blocking(problems)
    if stops:
        why = f"{slug} is written but cannot be reviewed: {stops[0].check}: {stops[0].what}"
        with run.change("block draft", slug, why=why) as rows:
            held.block(rows, why)
        return Drafted(slug, "", "", False, why, path)
    request = review.open_review(run, made, problems, held)
    return _shown(run.ledger, workspace, request.id, material, created=True, reason="")


def written(brief: Brief, writer: Writer, slug: str) -> tuple[Draft, list[trace.Row], tuple[str, ...]]:
    """The draft that ``writer`` makes of ``brief``, its trace, and what the gate objected to. Writes nothing."""
    skeleton = Skeleton().write(brief)
    held = hold(writer.write(brief), brief, skeleton)
    article = held.article
    body = body_of(article, brief.findings)
    front = Front(
        title=article.title,
        slug=slug,
        description=article.description,
        date=brief.date,
        pillar=brief.pillar.name,
        hub=brief.pillar.hub,
        writer=writer.name,
        findings=tuple(sorted(brief.findings)),
        faq=article.faq,
    )
    notes = trace.notes_of({name: source(finding) for name, finding in brief.findings.items()})
    book = trace.book_of(article, brief.findings, brief.pages, notes)
    return compose(front, body), trace.trace_body(slug, body, book), held.objections


def _store(run: Run, workspace: Workspace, brief: Brief, made: Draft, traced: Sequence[trace.Row]) -> None:
    """The ledger first, then the files: a text that the ledger does not know is a person's."""
    slug, digest = made.front.slug, made.body_sha256
    record = articles.get(run.ledger, slug)
    seen = record.body_sha256 if record.body_sha256 != digest else record.previous
    with run.change("write draft", slug, body_sha256=digest, brief=brief.digest) as rows:
        trace.store(rows, slug, digest, traced)
        articles.move(
            rows,
            run,
            slug,
            "draft",
            title=made.front.title,
            digest=brief.digest,
            body_sha256=digest,
            previous=seen,
            findings=json.dumps(sorted(brief.findings)),
        )
    path = article_file(workspace.drafts, slug)
    if path.is_file() and review.load_draft(workspace, slug).body_sha256 not in trace.known_bodies(run.ledger, slug):
        raise BusyError(f"{path} is being edited", hint="run `stillhouse daily` when you are done")
    write(article_file(workspace.drafts, slug, ".trace.json"), trace.as_json(slug, digest, traced))
    write(path, made.data)


def _as_it_stands(run: Run, workspace: Workspace, current: Record, material: Material) -> Drafted:
    """Nothing to write: the draft waits for its editor, or, if it never got that far, goes to review now."""
    slug = current.slug
    if current.state == "in_review":
        reason = f"{slug} waits for an editor already, and nothing is new since it was written"
        return _shown(run.ledger, workspace, current.request, material, created=False, reason=reason)
    if current.state != "draft":
        path = article_file(workspace.drafts, slug)
        way = f"edit {path} by hand, and the next daily asks about it"
        return Drafted(slug, "", "", False, f"{slug} was sent back, and nothing is new since: {way}")
    return _to_review(run, workspace, review.load_draft(workspace, slug), material, f"{slug} is asked about again")


def _to_review(run: Run, workspace: Workspace, made: Draft, material: Material, reason: str) -> Drafted:
    problems = review.check(run.ledger, workspace, made, material.mask)
    stops = blocking(problems)
    if stops:
        slug = made.front.slug
        why = f"{slug} cannot be reviewed: {stops[0].check}: {stops[0].what}"
        return Drafted(slug, "", "", False, why, article_file(workspace.drafts, slug))
    request = review.open_review(run, made, problems)
    return _shown(run.ledger, workspace, request.id, material, created=True, reason=reason)


def _same_again(run: Run, held: Checkout, slug: str, back: Ruling, *, new: bool) -> Drafted:
    why = (
        f"the next draft would be the text that {back.editor} sent back; edit it by hand, or name what to leave out "
        "(f-… or s-…) in the notes of the decision"
    )
    with run.change("skip draft", slug, why=why) as rows:
        held.finish(rows, note=why)
        if new:
            articles.move(rows, run, slug, "retired")
    return Drafted(slug, "", "", False, why)


def _edited(run: Run, workspace: Workspace, material: Material, name: str | None) -> Drafted | None:
    """Takes a draft to review that a person edited since it was written; None if there is none."""
    for record in articles.listed(run.ledger, ("draft", "in_review", "changes_requested")):
        here = article_file(workspace.drafts, record.slug).is_file()
        if here and name in {None, record.pillar} and (made := review.take_up_edits(run, workspace, record.slug)):
            return _to_review(
                run, workspace, made, material, f"{record.slug} was edited by hand and is asked about again"
            )
    return None


def _waiting(ledger: Ledger, workspace: Workspace, material: Material) -> Drafted:
    waiting = articles.listed(ledger, ("in_review",))
    if not waiting:
        return Drafted("", "", "", False, "no pillar has enough news for an article")
    names = ", ".join(each.slug for each in waiting)
    reason = f"no pillar has news; an editor is waited for: {names}"
    return _shown(ledger, workspace, waiting[0].request, material, created=False, reason=reason)


def _shown(
    ledger: Ledger, workspace: Workspace, request_id: str, material: Material, *, created: bool, reason: str
) -> Drafted:
    shown = review.show(ledger, workspace, request_id, {f.id: f for f in material.findings})
    slug = str(get_request(ledger, request_id).detail["slug"])
    return Drafted(slug, request_id, shown.markdown, created, reason, article_file(workspace.drafts, slug))
