"""Settling: from all candidates of a domain to its findings, the same whatever the order in which logs came in.

    candidates ─→ weighed against each other ─→ restatements join ─→ graded ─→ later tickets cap
               ─→ newest of a key wins ─→ mended or replaced by a later ticket ─→ pages ─→ findings

What an agent proposes stands apart: it never joins, raises, words or supersedes what a rule found, and is at most
medium. Conflicts are scoped by equal keys, never by likeness; what loses keeps its dates and evidence, superseded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from distillers.claims import alike, identifiers, tokens
from distillers.findings import AGENT, Candidate, Finding, Quote, finding_id, squash
from distillers.grade import ORDER, grade, weaker
from distillers.later import replaced, spoken_of
from distillers.overtaken import Overtaken, faded, ordered, parted
from distillers.pages import paged
from distillers.resolved import mended, outlived, resolved, undone
from distillers.restated import SAME, overruled, restated, said
from distillers.retold import TELLS
from distillers.rulings import Rulings, led
from distillers.salience.limit import limited, spared
from distillers.titles import tells

COMMITTED = "commit-message"
"""The rule that reads what a session wrote into a commit."""
TITLE = "ticket-title"
"""The rule that files a title alone: readers kept 4 of 14."""
WITNESSES: Mapping[str, int] = {"failed-then-fixed": 2}
"""Rules whose claims are filed once several sessions saw them: what failed once was mistyped or in the wrong folder."""
KEPT = 6
"""Quotes kept of one finding: the best of each session first."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Candidates that state the same; ``lead`` words the finding."""

    lead: Candidate
    all: tuple[Candidate, ...]

    @property
    def voices(self) -> tuple[Candidate, ...]:
        """Those whose word counts beside the lead's: a commit and the message that a session wrote for it are one."""
        written = self.lead.rule == COMMITTED
        return tuple(one for one in self.all if (one.rule == COMMITTED) == written)

    @property
    def ticket(self) -> Candidate:
        """The lead as later tickets judge it: what a session wrote into a commit by that commit, if it is there."""
        own = self.lead.rule != COMMITTED
        found = self.lead if own else next((one for one in self.all if one.rule.startswith("ticket")), self.lead)
        return replace(found, key=self.lead.key, claim=self.lead.claim, tier=self.lead.tier)

    @property
    def newest(self) -> str:
        return max((quote.at for one in self.all for quote in one.evidence), default="")

    @property
    def order(self) -> str:
        """When it was said, for who compares: a ticket without a date comes before all that have one, by its number."""
        return ordered(self.ticket.evidence[0].unit, self.newest)


def settle(
    candidates: Iterable[Candidate], rulings: Rulings | None = None, read: Sequence[Candidate] = ()
) -> list[Finding]:
    """The findings of one domain, ordered by page, kind and id; ``read`` is what people ruled on, as they read it."""
    given = rulings or Rulings()
    turns, proposed = parted(map(given.lowered, candidates))
    lowered = _distinct(limited(proposed))
    groups = list(map(_group, led((same for some in _apart(lowered) for same in restated(some)), read)))
    dated = [(group.ticket, group.order) for group in groups]
    capped = spoken_of(dated)
    alone = _alone(groups)
    findings = {f.id: f for f in (_finding(g, g.lead.key in capped, g.lead.key in alone) for g in groups)}
    settled = mended(_superseded(_ruled(findings.values(), groups, given)), resolved(dated))
    standing = {f.key for f in settled if f.status == "accepted"}
    later = outlived(dated) | undone(dated) | replaced(dated)
    later |= overruled((g.lead.key, g.all) for g in groups if g.lead.key in standing)
    overtaken = Overtaken(turns, dated)
    why = {key: told for key, told in overtaken.why().items() if later.get(key) not in standing}
    stands = _leaned_on(_put_away(faded(settled, why, given.verdicts), later), spared(proposed))
    stands = overtaken.called(stands)
    return sorted(paged(stands, {_named(g.lead): g.lead.topics for g in groups}), key=lambda f: (f.page, f.kind, f.id))


def _apart(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """What rules found, and what agents proposed beyond it: a proposal that restates a rule's is of no use."""
    ruled = [one for one in candidates if not one.by_agent]
    quoted: dict[tuple[str, int], list[str]] = defaultdict(list)
    named: dict[frozenset[str], list[frozenset[str]]] = defaultdict(list)
    for one in ruled:
        if one.tier != "low":
            named[identifiers(said(one))].append(tokens(said(one)))
            for quote in one.evidence:
                quoted[quote.event, quote.line].append(squash(quote.text))

    def known(one: Candidate) -> bool:
        lead, words = one.evidence[0], tokens(one.claim)
        said = squash(lead.text)
        return any(said in text or text in said for text in quoted[lead.event, lead.line]) or any(
            alike(words, other) >= SAME for other in named[identifiers(one.claim)]
        )

    return ruled, [one for one in candidates if one.by_agent and not known(one)]


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each proposal once, in canonical order; of two that differ in little else the stronger one."""
    unique: dict[tuple[object, ...], Candidate] = {}
    for one in sorted(candidates, key=_rank):
        unique.setdefault((one.key, one.rule, one.refuted, tuple((q.event, q.line, q.text) for q in one.evidence)), one)
    return list(unique.values())


def _rank(candidate: Candidate) -> tuple[object, ...]:
    lead = candidate.evidence[0]
    strength = (candidate.refuted, -ORDER.index(candidate.tier))
    return (
        *strength,
        lead.at or "9",
        -(candidate.worth or 0.0),
        candidate.key,
        candidate.rule,
        lead.event,
        lead.line,
        lead.text,
        repr(candidate),
    )


def _group(same: Sequence[Candidate]) -> _Group:
    return _Group(same[0], tuple(same))


def _alone(groups: Iterable[_Group]) -> frozenset[str]:
    """The keys of what fewer sessions saw than its rule needs (:data:`WITNESSES`)."""
    seen: dict[str, set[str]] = defaultdict(set)
    least: dict[str, int] = {}
    for group in groups:
        if group.lead.rule in WITNESSES:
            least[group.lead.key] = WITNESSES[group.lead.rule]
            seen[group.lead.key] |= {quote.unit for one in group.all for quote in one.evidence}
    return frozenset(key for key, enough in least.items() if len(seen[key]) < enough)


def _finding(group: _Group, capped: bool, alone: bool) -> Finding:
    lead, evidence = group.lead, _evidence(group)
    tier = "medium" if capped and lead.tier == "high" else lead.tier
    warnings = tuple(sorted({warning for one in group.all for warning in one.warnings}))
    quotes = [quote for one in group.voices for quote in one.evidence]
    confidence = "low" if alone else grade(tier, quotes, lead.claim, warnings)
    if lead.by_agent:
        confidence = weaker(confidence, "medium")
    return Finding(
        id=finding_id(lead.domain, lead.key, lead.evidence[0].text),
        domain=lead.domain,
        kind=lead.kind,
        claim=lead.claim,
        key=lead.key,
        page=lead.page,
        confidence="medium" if capped and confidence == "high" else confidence,
        status="waiting" if confidence == "low" else "accepted",
        valid_from=group.newest[:10],
        superseded_by="",
        rule=lead.rule,
        seen=len({quote.unit for one in group.all for quote in one.evidence}),
        warnings=warnings,
        evidence=evidence,
    )


def _evidence(group: _Group) -> tuple[Quote, ...]:
    """The lead's quotes, then the first of each further voice, then what tellings say besides, each oldest first."""
    kept = list(group.lead.evidence)
    said = {(quote.unit, squash(quote.text)) for quote in kept}
    others = [(0, one.evidence[0]) for one in group.all[1:]]
    others += [(1, quote) for one in group.all[1:] if one.rule in TELLS for quote in one.evidence[1:]]
    for _, quote in sorted(others, key=lambda one: (one[0], one[1].at or "9", one[1].file, one[1].line, one[1].text)):
        if len(kept) < KEPT and (quote.unit, squash(quote.text)) not in said:
            said.add((quote.unit, squash(quote.text)))
            kept.append(quote)
    return tuple(kept)


def _superseded(findings: Iterable[Finding]) -> list[Finding]:
    """Of the findings with one key the newest supported one stays; the others name it. A rejected one stands aside."""
    keyed: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        keyed[finding.id if finding.status == "rejected" else finding.key].append(finding)
    return [one for same in keyed.values() for one in _newest_wins(same)]


def _newest_wins(same: Sequence[Finding]) -> list[Finding]:
    ranked = sorted(same, key=lambda f: (not f.rule.startswith(AGENT), f.confidence != "low", _last(f), f.id))
    winner = ranked[-1]
    return [one if one is winner else replace(one, status="superseded", superseded_by=winner.id) for one in ranked]


def _put_away(findings: Sequence[Finding], by_key: Mapping[str, str]) -> list[Finding]:
    """The findings that a later ticket says it replaced, or a person overruled, name that one, if it stands itself."""
    standing = {one.key: one.id for one in findings if one.status == "accepted"}

    def settled(one: Finding) -> Finding:
        newer = standing.get(by_key.get(one.key, ""))
        if one.status != "accepted" or newer in (None, one.id):
            return one
        return replace(one, status="superseded", superseded_by=newer)

    return [settled(one) for one in findings]


def _leaned_on(findings: Sequence[Finding], spared: frozenset[str]) -> list[Finding]:
    """The findings; a bare title, and what is worth too little, is of low confidence unless it puts a claim away."""
    leaned = {one.superseded_by for one in findings}

    def slight(one: Finding) -> bool:
        return one.key in spared or (one.rule == TITLE and not tells(one.claim))

    return [
        replace(one, confidence="low", status="waiting")
        if one.status == "accepted" and one.id not in leaned and slight(one)
        else one
        for one in findings
    ]


def _last(finding: Finding) -> tuple[str, int]:
    return max(((quote.at, quote.line) for quote in finding.evidence), default=("", 0))


def _ruled(findings: Iterable[Finding], groups: Sequence[_Group], given: Rulings) -> list[Finding]:
    names: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        names[_named(group.lead)].update(map(_named, group.all))
    return [given.judged(finding, names[finding.id]) for finding in findings]


def _named(one: Candidate) -> str:
    return finding_id(one.domain, one.key, one.evidence[0].text)
