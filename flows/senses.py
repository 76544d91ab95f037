"""What the verifier looks with: the archive for evidence, the redactor for secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from distillers import labels
from distillers.evidence import fault
from distillers.findings import Finding
from distillers.record.archive import Archive
from distillers.record.redact import Redactor


def reread(archive: Archive, findings: Sequence[Finding]) -> Mapping[str, str]:
    """Why, by id, the evidence of some of ``findings`` (of one domain) does not stand, read again in one go."""
    if not findings:
        return {}
    domain = findings[0].domain
    wanted = sorted({quote.event for finding in findings for quote in finding.evidence})
    found = archive.many(domain, wanted)
    said = labels.events(archive.ledger, domain, [event for event in wanted if event not in found])
    events = {**found, **said}
    return {finding.id: why for finding in findings if (why := fault(finding.evidence, events))}


def secrets(redactor: Redactor, text: str) -> Sequence[str]:
    """The kinds of secrets that stand in ``text``, each once."""
    return sorted({span.kind for span in redactor.spans(text)})
