"""Distilling a domain: changed units through the rules, candidates into the ledger, all of them settled into findings.

    archive ──unit──→ rules ──→ evidence checked ──→ candidates ─┐
    archive ──digest→ agent, if there is one ──→ proposals judged ┤
    archive ──SQL───→ archive rules ──→ evidence checked ────────┴→ settle ──→ findings, with the passages around
                                                                           their quotes (only differences are written)

One task per unit, done as long as the unit's digest and the rules stay the same, so a night costs what is new. Findings
are a function of all candidates: a night over two halves ends where two nights over the halves end.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from distillers import findings_store, passages, questions
from distillers.as_read import as_read
from distillers.asking import Asked, Asking, ask
from distillers.code.standing import Standing, judge
from distillers.edited import edits
from distillers.evidence import check, fault
from distillers.findings import Candidate, Finding
from distillers.links import links
from distillers.record.archive import Archive
from distillers.record.units import Unit
from distillers.rules import ARCHIVE_RULES, SESSION_RULES, TICKET_RULES, edition
from distillers.rulings import Rulings
from distillers.settle import settle
from scheduling.runs import Run
from scheduling.seats import require
from scheduling.tasks import Checkout, Offer, checkout_many, finish_many, offer_many, task_id

BATCH = 64
"""Units whose tasks are checked out, and whose candidates are stored, in one transaction."""

NOTHING: Mapping[str, str] = {}
Progress = Callable[[str, int, int], None]
"""Told (domain, units done, units to do) after each batch."""


@dataclass(frozen=True, slots=True)
class Distilled:
    """What a night found: new or changed findings by confidence, and what was dropped, counted by reason."""

    high: int = 0
    medium: int = 0
    low: int = 0
    dropped: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict[str, int])
    units: int = 0
    """Sessions and tickets that were distilled because they were new or had changed."""
    retired: int = 0
    """Findings that nothing supports any more."""
    asked: Asked = field(default_factory=Asked)
    """What asking an agent came to."""
    unread: tuple[str, ...] = ()
    """What of the domains' code could not be read."""


def distil(
    run: Run,
    archive: Archive,
    domains: Iterable[str],
    *,
    rulings: Rulings | None = None,
    code: Mapping[str, Standing] | None = None,
    asking: Asking | None = None,
    on_progress: Progress | None = None,
) -> Distilled:
    """Distils the given domains; ``rulings`` are people's decisions on findings and rules.

    ``code`` is what stands in a domain's code: a claim that rests on a name that is gone is of low confidence, and one
    whose ticket's change is gone is worth less. With ``asking`` an agent is asked about the sessions that are new or
    changed, after the rules.

    Raises :class:`scheduling.base.errors.RefusedError` if the seat of ``run`` may not propose, and
    :class:`scheduling.base.errors.ConflictError` if another living run distils one of the units.
    """
    require(run, "propose")
    total = Distilled()
    for domain in sorted(domains):
        asked = replace(asking, barred=total.asked.problem) if asking else None
        given, stands = (rulings or Rulings()).of(domain), (code or {}).get(domain)
        total = _sum(total, _domain(run, archive, domain, given, stands, asked, on_progress))
    return total


def _domain(
    run: Run,
    archive: Archive,
    domain: str,
    rulings: Rulings,
    code: Standing | None,
    asking: Asking | None,
    on_progress: Progress | None,
) -> Distilled:
    rules = edition()
    infos = archive.units(domain)
    digests = {info.unit: info.digest for info in infos}
    offers = [Offer(f"{domain}/{unit}", f"{digest} {rules}") for unit, digest in sorted(digests.items())]
    waiting = set(offer_many(run, "distil", domain, offers)) if offers else set[str]()
    units = [unit for unit in sorted(digests) if _task(domain, unit) in waiting]
    reasons: Counter[str] = Counter()
    done = 0
    for batch in _batches(archive.iter_units(domain, units)):
        reasons += _batch(run, domain, batch)
        done += len(batch)
        if on_progress:
            on_progress(domain, done, len(units))
    state = _hash([rules, *(f"{unit} {digest}" for unit, digest in sorted(digests.items()))])
    reasons += _whole(run, archive, domain, state)
    asked = ask(run, archive, domain, infos, asking) if asking else Asked()
    state = _hash(
        [state, passages.edition(), *_proposed(run, domain, digests), *rulings.parts(), *(code.parts() if code else ())]
    )
    written = _settle(run, archive, domain, digests, state, rulings, code)
    return replace(_counted(written, reasons, len(units)), asked=asked)


def _proposed(run: Run, domain: str, units: Iterable[str]) -> list[str]:
    """What agents proposed, in one word; nothing if they never proposed anything."""
    with run.ledger.read() as rows:
        asks = {questions.task(domain, unit) for unit in units}
        stands = findings_store.fingerprint(rows, domain, questions.KIND, asks)
    return [stands] if stands else []


def _batches(units: Iterable[Unit]) -> Iterator[list[Unit]]:
    stream = iter(units)
    while batch := list(islice(stream, BATCH)):
        yield batch


def _batch(run: Run, domain: str, units: Sequence[Unit]) -> Counter[str]:
    taken = {checkout.task: checkout for checkout in checkout_many(run, [_task(domain, one.unit) for one in units])}
    proposals: dict[str, list[Candidate]] = {}
    reasons: Counter[str] = Counter()
    of_task = {_task(domain, unit.unit): unit for unit in units if _task(domain, unit.unit) in taken}
    for task, unit in of_task.items():
        proposals[task], dropped = sift(unit, propose(unit))
        reasons += dropped
    with run.ledger.read() as rows:
        before = findings_store.of_tasks(rows, list(of_task))
    _keep(run, domain, list(taken.values()), proposals, edits(of_task, before))
    return reasons


def propose(unit: Unit) -> list[Candidate]:
    """What all rules for this kind of unit propose."""
    rules = SESSION_RULES if unit.medium == "session" else TICKET_RULES
    return [candidate for rule in rules for candidate in rule.find(unit)]


def sift(unit: Unit, proposals: Iterable[Candidate]) -> tuple[list[Candidate], Counter[str]]:
    """The proposals whose quotes stand in the unit as archived, and how many were dropped for which reason."""
    events = {event.id: event for event in unit.events}
    return _sifted(proposals, lambda one: fault(one.evidence, events))


def _sifted(
    proposals: Iterable[Candidate], why: Callable[[Candidate], str | None]
) -> tuple[list[Candidate], Counter[str]]:
    judged = [(one, why(one)) for one in proposals]
    return [one for one, bad in judged if bad is None], Counter(bad for _, bad in judged if bad is not None)


def _whole(run: Run, archive: Archive, domain: str, state: str) -> Counter[str]:
    """The rules that count over the whole domain, as one task."""
    taken = checkout_many(run, offer_many(run, "distil-domain", domain, [Offer(domain, state)]))
    if not taken:
        return Counter()
    found = [one for rule in ARCHIVE_RULES for one in rule.find(archive, domain)]
    kept, dropped = _sifted(found, lambda one: check(one, archive))
    _keep(run, domain, taken, {taken[0].task: kept})
    return dropped


def _keep(
    run: Run,
    domain: str,
    taken: Sequence[Checkout],
    proposals: Mapping[str, Sequence[Candidate]],
    edited: Mapping[str, str] = NOTHING,
) -> None:
    if not taken:
        return
    count = sum(map(len, proposals.values()))
    with run.change("propose", domain, tasks=len(taken), candidates=count) as rows:
        findings_store.put_by(rows, edited)
        findings_store.propose(rows, {one.task: proposals.get(one.task, ()) for one in taken}, domain, run.id)
        finish_many(rows, taken)


def _settle(
    run: Run,
    archive: Archive,
    domain: str,
    digests: Mapping[str, str],
    state: str,
    rulings: Rulings,
    code: Standing | None,
) -> tuple[list[Finding], int]:
    """Settles the domain if anything it depends on changed; returns new or changed findings and how many went."""
    taken = checkout_many(run, offer_many(run, "settle", domain, [Offer(domain, state)]))
    if not taken:
        return [], 0
    living = {name for unit in digests for name in (_task(domain, unit), questions.task(domain, unit))}
    living.add(task_id("distil-domain", domain))
    with run.ledger.read() as rows:
        proposals = findings_store.proposed(rows, domain, living)
        read = as_read(rows, archive, domain, rulings)
    judged = judge(code, proposals, lambda: links(archive, domain))
    found = judged.warned(settle(judged.lowered(proposals), rulings, read))
    wanted = passages.with_passages(found, archive.many(domain, passages.wanted(found)))
    with run.change("settle", domain, candidates=len(proposals), findings=len(wanted)) as rows:
        findings_store.withdraw(rows, domain, living)
        written = findings_store.replace(rows, domain, wanted, run.id)
        taken[0].finish(rows)
    fresh = {*written.added, *written.changed}
    return [finding for finding in wanted if finding.id in fresh], len(written.gone)


def _counted(written: tuple[list[Finding], int], reasons: Counter[str], units: int) -> Distilled:
    fresh, gone = written
    count = Counter(finding.confidence for finding in fresh)
    return Distilled(
        count["high"], count["medium"], count["low"], reasons.total(), dict(sorted(reasons.items())), units, gone
    )


def _sum(one: Distilled, other: Distilled) -> Distilled:
    reasons = Counter(one.reasons) + Counter(other.reasons)
    return Distilled(
        one.high + other.high,
        one.medium + other.medium,
        one.low + other.low,
        one.dropped + other.dropped,
        dict(sorted(reasons.items())),
        one.units + other.units,
        one.retired + other.retired,
        one.asked + other.asked,
    )


def _task(domain: str, unit: str) -> str:
    return task_id("distil", f"{domain}/{unit}")


def _hash(parts: Iterable[str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()
