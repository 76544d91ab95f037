"""What a claim is about: the name that a ticket gives the matter, which stands before it in bold, and where it is from.

Of one ticket's lines only the first has the name; the others stand below it, with what is theirs alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from distillers.findings import GLOBAL, Finding
from wiki.cited import cited_as
from wiki.text import CLAIM_CHARS, inert

ORDER = "Standing order: "
LEAD_CHARS = 120
NAMED_CHARS = 24
"""A ticket is named beside its matter if its id is no longer than that."""

_STOP = re.compile(r"[.!?](?:\s|$)")
_COLON = re.compile(r": (?=\S)")
_SCOPE = re.compile(r"\w+(?:\([^)]*\))?!?|[\w.#-]*\d[\w.#-]*|\w+ \d+|(?i:pull request)")
"""What names a kind of change ("feat(cli)") or a ticket ("ENT-248"), not the matter."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A claim as its line says it: ``head``, with the name of the matter, goes before ``rest``."""

    head: str
    """``**Name** (T-12, 2026-11-03): ``, which a line below another of its ticket leaves out; "" if it has none."""
    rest: str

    @property
    def whole(self) -> str:
        """Both."""
        return self.head + self.rest


def matter(finding: Finding) -> Matter:
    """How the line of ``finding`` says its claim."""
    lead, rest = lead_of(finding)
    if not lead:
        return Matter("", inert(finding.claim, CLAIM_CHARS))
    said, told = inert(lead, LEAD_CHARS), inert(rest, CLAIM_CHARS - len(lead))
    where = "" if finding.domain == GLOBAL else _where(finding, lead)
    return Matter(f"**{said}** ({where}): " if where else f"**{said}:** ", told)


def said(finding: Finding) -> str:
    """The claim with the name of its matter, whoever said it where: what a person decides about."""
    lead, rest = lead_of(finding)
    if not lead:
        return inert(finding.claim, CLAIM_CHARS)
    return f"**{inert(lead, LEAD_CHARS)}:** {inert(rest, CLAIM_CHARS - len(lead))}"


def is_of_ticket(finding: Finding) -> bool:
    """Whether a ticket is what a finding rests on first."""
    return bool(finding.evidence) and finding.evidence[0].origin == "ticket"


def without_scope(lead: str) -> str:
    """The name of a matter without what only names a kind of change or a ticket before it."""
    scope, _, name = lead.partition(": ")
    return without_scope(name) if name and _SCOPE.fullmatch(scope) else lead


def _where(finding: Finding, lead: str) -> str:
    """The id and the day of the ticket, as far as they are known and say something."""
    if not is_of_ticket(finding):
        return ""
    quote = finding.evidence[0]
    name = cited_as(quote.unit)
    is_told = len(name) <= NAMED_CHARS and not quote.unit.startswith("commit-") and not _names(lead, quote.unit)
    return ", ".join(part for part in (name if is_told else "", inert(quote.at[:10], 10)) if part)


def _names(lead: str, unit: str) -> bool:
    """Whether the name of a matter says already which ticket it is: "273.02: Share a store" is of BACK-273.02."""
    scope, _, name = lead.partition(": ")
    return unit in lead or bool(name and _SCOPE.fullmatch(scope) and any(map(str.isdigit, scope)) and scope in unit)


def lead_of(finding: Finding) -> tuple[str, str]:
    """The name of the matter that a claim begins with, and the rest of it; "" and all of it if it has none."""
    claim = " ".join(finding.claim.split())
    if claim.startswith(ORDER):
        return ORDER[:-2], claim.removeprefix(ORDER)
    if finding.evidence and not is_of_ticket(finding):
        return "", claim
    stop = _STOP.search(claim)
    first = claim[: min(stop.start() if stop else len(claim), LEAD_CHARS)]
    ends = [one.start() for one in _COLON.finditer(first) if not _is_quoting(first[: one.start()])]
    ends = [end for end in ends if not _SCOPE.fullmatch(claim[:end])]
    begun = [end for end in ends if claim[end + 2].isupper() or claim[end + 2] == "`"]
    end = begun[0] if begun else ends[-1] if ends else 0
    return (claim[:end], claim[end + 2 :]) if end else ("", claim)


def _is_quoting(text: str) -> bool:
    """Whether a code span or a quotation is open where ``text`` ends."""
    return text.count("`") % 2 == 1 or text.count('"') % 2 == 1
