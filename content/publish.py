"""Publication: an approved text, byte for byte, from ``content/drafts`` to ``content/published``.

Each step can be repeated, so a publication that was killed is finished by running it again:

    approved in the ledger → published file written → published in the ledger → draft removed
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from content import articles, trace
from content.articles import Published, Record, published
from content.draft import Draft, changed, parse
from content.files import article_file, read, remove, write
from scheduling.approvals import ChangedTextError, Ruling, approval_of, get_request, rulings, void
from scheduling.base.errors import RefusedError
from scheduling.base.workspace import Workspace
from scheduling.runs import Run
from scheduling.seats import require

__all__ = ["Published", "finish", "publish", "published", "retire"]


def publish(run: Run, workspace: Workspace, slug: str, ruling: Ruling) -> Path:
    """Publishes the article ``slug``, which ``ruling`` approved; returns the published file.

    Raises :class:`RefusedError` if the ruling is no approval in force for this article, and
    :class:`ChangedTextError` if the text is not the one that was read: then the ruling is void and a new review needed.
    """
    require(run, "rule")
    record = articles.get(run.ledger, slug)
    _in_force(run, record, ruling)
    target = article_file(workspace.published, slug)
    if record.state == "published" or not article_file(workspace.drafts, slug).is_file():
        _still(record, ruling, parse(target.name, read(target)))
    else:
        source = article_file(workspace.drafts, slug)
        draft = parse(source.name, read(source))
        _same_text(run, record, ruling, draft)
        articles.apply_ruling(run, ruling)
        rows = trace.load(run.ledger, slug, draft.body_sha256)
        write(article_file(workspace.published, slug, ".trace.json"), trace.as_json(slug, draft.body_sha256, rows))
        write(target, final(draft, ruling).data)
    if articles.get(run.ledger, slug).state != "published":
        with run.change(
            "publish", slug, ruling=ruling.id, body_sha256=ruling.body_sha256, editor=ruling.editor
        ) as rows:
            articles.move(rows, run, slug, "published", decision=ruling.id, at=ruling.at)
    remove(article_file(workspace.drafts, slug))
    remove(article_file(workspace.drafts, slug, ".trace.json"))
    return target


def final(draft: Draft, ruling: Ruling) -> Draft:
    """The draft as it is published: the same body, and front matter that names the decision."""
    fields = {
        "status": "published",
        "draft": "false",
        "date": ruling.at[:10],
        "lastmod": ruling.at[:10],
        "decided_by": ruling.editor,
        "decision": ruling.id,
    }
    return changed(f"{draft.front.slug}.md", draft, fields)


def finish(run: Run, workspace: Workspace) -> list[str]:
    """Completes what was approved but not published when a process died; returns the slugs."""
    done: list[str] = []
    for record in articles.listed(run.ledger, ("in_review", "approved")):
        ruling = next((r for r in rulings(run.ledger, record.subject) if r.request == record.request), None)
        if ruling is None or ruling.voided:
            continue
        with suppress(RefusedError):  # publish has voided what can no longer be published; the next daily asks anew
            if ruling.decision == "approve":
                publish(run, workspace, record.slug, ruling)
            articles.apply_ruling(run, ruling)
            done.append(record.slug)
    return done


def retire(run: Run, workspace: Workspace, slug: str, why: str) -> None:
    """Takes a published article back: it is no longer listed, and its file returns to no folder that is built."""
    require(run, "rule")
    with run.change("retire", slug, why=why) as rows:
        articles.move(rows, run, slug, "retired")
    remove(article_file(workspace.published, slug))
    remove(article_file(workspace.published, slug, ".trace.json"))


def _in_force(run: Run, record: Record, ruling: Ruling) -> None:
    standing = approval_of(run.ledger, record.subject, ruling.body_sha256)
    if standing is None or standing.id != ruling.id:
        raise RefusedError(
            f"{record.slug} is not approved: no approval in force covers it", hint="see `stillhouse review list`"
        )
    if record.state not in {"in_review", "approved", "published"} or record.request != ruling.request:
        raise RefusedError(
            f"{record.slug} is {record.state}, and request {ruling.request} is not its open one",
            hint="see `stillhouse review list`",
        )


def _still(record: Record, ruling: Ruling, draft: Draft) -> None:
    if draft.body_sha256 != ruling.body_sha256:
        raise ChangedTextError(
            f"the published text of {record.slug} is not the one that was approved", hint="restore it, or retire it"
        )


def _same_text(run: Run, record: Record, ruling: Ruling, draft: Draft) -> None:
    asked = get_request(run.ledger, ruling.request)
    if draft.body_sha256 == ruling.body_sha256 and draft.front_sha256 == asked.detail["front_sha256"]:
        return
    why = f"the text of {record.slug} changed after it was approved"
    void(run, ruling.request, why)
    with run.change("void approval", record.slug, ruling=ruling.id) as rows:
        articles.move(rows, run, record.slug, "draft")
    raise ChangedTextError(
        f"{why}, so the approval is void", hint="run `stillhouse daily`, read it again and decide anew"
    )
