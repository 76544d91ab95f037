"""The desk: where a person's decision is taken and carried out. Nothing that an agent can reach leads here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from content import answers, articles, confirming, review, uncertain
from content.publish import finish, publish
from distillers.claims import public
from distillers.findings_store import load
from flows.redaction import redactor
from flows.settings import Settings
from scheduling import approvals, editors, runs, seats
from scheduling.approvals import AlreadyRuledError, Decision, Request, get_request, open_requests
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from wiki import conflicts

ASKED = frozenset({articles.KIND, uncertain.KIND, conflicts.KIND})
"""Kinds of requests that are answered at this desk."""
PAST = {"accept": "accepted", "reject": "rejected", "reword": "reworded"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What an editor is shown. ``closed`` says why there is nothing to decide any more, "" while there is."""

    markdown: str
    body_sha256: str
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for a person: about the draft ``slug``, or about findings or a line if that is ""."""

    request: str
    slug: str
    title: str
    opened: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision: the published file, if it was an approval, and a sentence for the editor."""

    published: Path | None
    message: str


def show(settings: Settings, request_id: str) -> Shown:
    """What to put before an editor for a request, or why it is closed."""
    ledger = Ledger(settings.workspace.ledger)
    asked = get_request(ledger, request_id)
    if asked.state != "open":
        return Shown("", asked.body_sha256, asked.note or f"the request was answered: {asked.state}")
    if asked.kind == uncertain.KIND:
        sheet = confirming.show(ledger, asked)
        return Shown(sheet.markdown, sheet.body_sha256)
    if asked.kind == conflicts.KIND:
        return Shown(conflicts.page(conflicts.of(asked), asked.id), asked.body_sha256)
    shown = review.show(ledger, settings.workspace, request_id, {finding.id: finding for finding in load(ledger)})
    return Shown(shown.markdown, shown.body_sha256)


def decide(
    settings: Settings, request_id: str, decision: Decision, *, editor: str, code: str, body_sha256: str, notes: str
) -> Decided:
    """Takes a person's decision and carries it out: an approval publishes exactly the text with that hash.

    Raises RefusedError if nobody is enrolled, the name or code is wrong, the text changed, or it was decided before.
    Secrets in ``notes`` are masked. What an earlier process left half done is finished first.
    """
    said = redactor(settings).mask(notes)
    with _sitting(settings) as run:
        finish(run, settings.workspace)
        _unchanged(settings, request_id)
        ruling = approvals.rule(
            run, request_id, decision, editor=editor, code=code, body_sha256=body_sha256, notes=said
        )
        slug = ruling.subject.partition(":")[2]
        if decision == "approve":
            path = publish(run, settings.workspace, slug, ruling)
            return Decided(path, f"{slug} is published, approved by {ruling.editor}: {path}")
        articles.apply_ruling(run, ruling)
        return Decided(None, f"{slug}: {decision}, noted for the next brief of its pillar")


def answer(settings: Settings, request_id: str, text: str, *, editor: str, code: str, body_sha256: str) -> Decided:
    """Takes a person's answers about uncertain findings; the next nightly settles and files them.

    Raises UsageError if ``text`` cannot be understood, RefusedError as :func:`decide` does; then nothing is decided.
    """
    mask = redactor(settings).mask
    with _sitting(settings) as run:
        confirming.take_up(run)
        asked = _of(run.ledger, request_id, uncertain.KIND)
        count = confirming.show(run.ledger, asked).count if asked.state == "open" else uncertain.MOST
        given = answers.parse(public(mask(text)), count)
        notes = answers.typed(given)
        approvals.rule(run, request_id, "approve", editor=editor, code=code, body_sha256=body_sha256, notes=notes)
        confirming.take_up(run)
    labels = Counter(one.label for one in given)
    told = ", ".join(f"{number} {PAST[label]}" for label, number in sorted(labels.items()))
    return Decided(None, f"{told}; the next nightly files it")


def choose(
    settings: Settings, request_id: str, word: str, text: str, *, editor: str, code: str, body_sha256: str
) -> Decided:
    """Takes a person's choice between two versions of a line; the librarian's next run carries it out.

    ``word`` is one of :data:`wiki.conflicts.Word`, ``text`` the words that go with ``merged``. Raises UsageError if
    they say nothing clear, RefusedError as :func:`decide` does; then nothing is decided.
    """
    with _sitting(settings) as run:
        conflict = conflicts.of(_of(run.ledger, request_id, conflicts.KIND))
        notes = conflicts.notes_of(word, public(redactor(settings).mask(text)))
        approvals.rule(run, request_id, "approve", editor=editor, code=code, body_sha256=body_sha256, notes=notes)
    return Decided(None, f"{conflict.path} ^{conflict.block}: {word}; the next nightly carries it out")


def take(settings: Settings, request_id: str, given: Mapping[str, str], body_sha256: str) -> Decided:
    """Takes the filled-in form of a review as what its request asks for. Raises what :func:`decide` and
    :func:`answer` raise.
    """
    asked = get_request(Ledger(settings.workspace.ledger), request_id)
    signed = {"editor": given["name"], "code": given["code"], "body_sha256": body_sha256}
    if asked.kind == uncertain.KIND:
        return answer(settings, request_id, given["answers"], **signed)
    if asked.kind == conflicts.KIND:
        return choose(settings, request_id, given["version"], given["text"], **signed)
    return decide(settings, request_id, cast("Decision", given["decision"]), notes=given["notes"], **signed)


def asked_now(settings: Settings) -> Request:
    """The open request about uncertain findings. Raises UsageError if there is none."""
    for request in open_requests(Ledger(settings.workspace.ledger), uncertain.KIND):
        return request
    raise UsageError("no finding waits for a person", hint="the next nightly asks about what it is not sure of")


def asked_as(settings: Settings, request_id: str) -> Request:
    """The request about uncertain findings with this id, open or not. Raises UsageError if there is none."""
    return _of(Ledger(settings.workspace.ledger), request_id, uncertain.KIND)


def line_of(settings: Settings, what: str = "") -> Request:
    """The open request about a line: the only one, or that with the block id or request id ``what``.

    Raises UsageError if there is none, or none is named of several.
    """
    there = open_requests(Ledger(settings.workspace.ledger), conflicts.KIND)
    found = [one for one in there if not what or what.lstrip("^") in (one.id, one.detail["block"])]
    if len(found) != 1:
        known = ", ".join(str(one.detail["block"]) for one in there)
        raise UsageError("no such line waits for a person", hint=f"choose one: {known}" if known else "none waits")
    return found[0]


def waiting(settings: Settings) -> list[Request]:
    """The drafts that wait for an editor, the oldest first."""
    return open_requests(Ledger(settings.workspace.ledger), articles.KIND)


def listed(settings: Settings) -> list[Waiting]:
    """All that waits for a person, the oldest first."""
    return [_waiting(request) for request in open_requests(Ledger(settings.workspace.ledger)) if request.kind in ASKED]


def _waiting(request: Request) -> Waiting:
    if request.kind == uncertain.KIND:
        title = f"{len(request.detail['items'])} findings for a person to judge: stillhouse review findings"
        return Waiting(request.id, "", title, request.opened)
    if request.kind == conflicts.KIND:
        title = f"{request.detail['path']} in two versions: stillhouse review line {request.detail['block']}"
        return Waiting(request.id, "", title, request.opened)
    return Waiting(request.id, str(request.detail["slug"]), str(request.detail["title"]), request.opened)


def request_of(settings: Settings, slug: str) -> Request:
    """The open request about the draft ``slug`` (a request id will do). Raises UsageError if there is none."""
    ledger = Ledger(settings.workspace.ledger)
    for request in open_requests(ledger, articles.KIND):
        if slug in (request.id, request.detail["slug"]):
            return request
    record = articles.find(ledger, slug)
    if record is not None:
        raise AlreadyRuledError(f"{slug} is {record.state}", hint="see `stillhouse review list`")
    raise UsageError(f"there is no draft {slug} in review", hint="see `stillhouse review list`")


def enrol(settings: Settings, name: str) -> editors.Enrolment:
    """Enrols a person as an editor; the secret for their authenticator app is shown this once."""
    with runs.running(Ledger(settings.workspace.ledger), "operator", "enrol") as run:
        seats.appoint(run, settings.organisation)
        return editors.enrol(run, name)


@contextmanager
def _sitting(settings: Settings) -> Generator[Run]:
    with runs.running(Ledger(settings.workspace.ledger), "editor", "decide") as run:
        seats.appoint(run, settings.organisation)
        yield run


def _unchanged(settings: Settings, request_id: str) -> None:
    """Raises ChangedTextError if the draft on disk is not the text of the request, before a code is spent on it."""
    asked = _of(Ledger(settings.workspace.ledger), request_id, articles.KIND)
    if asked.state == "open":
        review.show(Ledger(settings.workspace.ledger), settings.workspace, request_id)


def _of(ledger: Ledger, request_id: str, kind: str) -> Request:
    """The request, if it asks what is answered: no answer about one thing can pass for a decision about another."""
    asked = get_request(ledger, request_id)
    if asked.kind != kind:
        raise UsageError(f"request {request_id} is about {asked.subject}", hint="see `stillhouse review list`")
    return asked
