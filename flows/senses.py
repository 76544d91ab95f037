"""What the verifier looks with: the archive for evidence, the redactor for secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from distillers import labels
from distillers.evidence import fault
from distillers.findings import GLOBAL, Finding
from distillers.record.archive import Archive
from distillers.record.events import Event
from distillers.record.redact import Redactor
from wiki.verifier import Senses


def senses(archive: Archive, redactor: Redactor) -> Senses:
    """What verifiers look with, several at once too: each guards what it must, so none waits while another compares."""

    def evidence(findings: Sequence[Finding]) -> Mapping[str, str]:
        return reread(archive, findings)

    def kinds(text: str) -> Sequence[str]:
        return secrets(redactor, text)

    return Senses(evidence, kinds)


def reread(archive: Archive, findings: Sequence[Finding]) -> Mapping[str, str]:
    """Why, by id, the evidence of some of ``findings`` (all of one domain) does not stand, read again in one go."""
    if not findings:
        return {}
    owner = findings[0].domain
    wanted = sorted({quote.event for finding in findings for quote in finding.evidence})
    events: dict[str, Event] = {}
    for domain in archive.domains() if owner == GLOBAL else (owner,):
        events |= archive.many(domain, wanted)
        events |= labels.events(archive.ledger, domain, [event for event in wanted if event not in events])
    return {finding.id: why for finding in findings if (why := fault(finding.evidence, events))}


def secrets(redactor: Redactor, text: str) -> Sequence[str]:
    """The kinds of secrets that stand in ``text``, each once."""
    return sorted({span.kind for span in redactor.spans(text)})
