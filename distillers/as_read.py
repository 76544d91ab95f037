"""What people ruled on, as they read it: the claims of their decisions, proposed anew in their own words and quotes.

A rule that is changed may word a claim otherwise, quote more, or find it no more. What a person decided about must not
fall with that: as long as what they read was said can be found again, it leads what says the same.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from distillers import history
from distillers.evidence import fault, relocated
from distillers.findings import Candidate, Finding, Quote, finding_id
from distillers.record.archive import Archive
from distillers.rulings import Rulings


def as_read(rows: Connection, archive: Archive, domain: str, given: Rulings) -> list[Candidate]:
    """The findings of ``domain`` that were ruled on as candidates, as they were read, in the order of their ids.

    Those whose lead is gone from ``archive`` are left out, and so is any other quote that is.
    """
    moments = {key: one.cited.at for key, one in given.verdicts.items() if one.domain == domain}
    read = history.at(rows, moments)
    events = archive.many(domain, (quote.event for one in read.values() for quote in one.evidence))
    found: list[Candidate] = []
    for key, one in sorted(read.items()):
        lead = next((q for q in one.evidence if finding_id(one.domain, one.key, q.text) == key), None)
        quotes = [lead, *(q for q in one.evidence if q is not lead)] if lead else []
        there = [now for quote in quotes if (now := relocated(_alone(one, quote), events))]
        held = [now.evidence[0] for now in there if fault(now.evidence, events) is None]
        if lead and held and held[0].text == lead.text:
            found.append(replace(_alone(one, lead), evidence=tuple(held)))
    return found


def _alone(one: Finding, quote: Quote) -> Candidate:
    return Candidate(
        domain=one.domain,
        kind=one.kind,
        claim=one.claim,
        key=one.key,
        page=one.page,
        rule=one.rule,
        tier="medium",
        evidence=(replace(quote, passage=""),),
        warnings=one.warnings,
    )
