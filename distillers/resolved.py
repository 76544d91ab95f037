"""Whether a later ticket mends what an earlier one tells as a known defect, or takes away what its title adds.

It mends it if it says that it fixes something, in a sentence that names what the earlier one is about: at least half of
its names, one of which few tickets use, and some of its words besides. It takes away a thing that it says is removed if
all words of that thing stand in the earlier title, both share a name, and no title after it has the thing again.
Nothing has to bear the other's number. What a session told of a name goes as what a ticket told of it does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from distillers.claims import identifiers, tokens
from distillers.findings import Candidate, Finding, squash
from distillers.grade import grade
from distillers.later import RARE, RARE_FLOOR, replaced
from distillers.retold import TELLS, TICKET

HALF = 0.5
"""Share of the names of a known defect that its mending names."""
WORDS = 2
"""Words of it that the mending says as well, those of the shared names left out."""
OPENING = 12
"""Letters by which a claim's own words are known behind its title."""
_KNOWN = re.compile(r"\bknown[ _-](?:issue|limitation|bug|problem|defect|gap)s?\b|\blimitations?\b", re.IGNORECASE)
"""How a ticket says that what is wrong stays so for now."""
_MENDS = re.compile(
    r"^\W*(?:\w+(?:\([^)]*\))?!?: +)?(?:also )?(?:fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|mend(?:s|ed)?|repair(?:s|ed)?"
    r"|lift(?:s|ed)?|correct(?:s|ed)?|stop(?:s|ped)?)\b(?! (?:the )?tests?\b)"
    r"|\bno longer\b|\b(?:is|are) (?:now )?(?:fixed|restored|resolved)\b|\bresolves the known\b",
    re.IGNORECASE,
)
"""How a sentence says that something was wrong until then."""
_ENDS = r"(?=$|[,;:.()]| (?:from|in|on|for|of|to|with|by|and|or|when|that|which|since|because|as|after|so)\b)"
_AWAY = re.compile(
    r"(?:^|[,;:] |\band )(?:\w+(?:\([^)]*\))?!?: +)?"
    r"(?:remov(?:e[sd]?|ing)|drop(?:s|ped)?|delet(?:e[sd]?|ing)|hid(?:e[sd]?|den))"
    rf" (?:the )?(?P<what>\w[\w /'-]{{4,50}}?){_ENDS}"
    rf"|^(?:the )?(?P<gone>\w[\w /'-]{{4,50}}?) (?:is|are|was|were|has been|have been) (?:now |also )?"
    rf"(?:removed|dropped|deleted|gone|no longer shown){_ENDS}",
    re.IGNORECASE,
)
"""How a clause of a title or a sentence says what is there no more."""


@dataclass(frozen=True, slots=True)
class _Told:
    key: str
    unit: str
    at: str
    names: frozenset[str]
    words: frozenset[str]
    known: bool
    mends: bool


def resolved(stated: Sequence[tuple[Candidate, str]]) -> dict[str, str]:
    """Keys of ticket statements that tell a known defect, given with their dates, by the key of what mended it last."""
    told = [_told(c, at) for c, at in stated if c.rule.startswith("ticket") and not c.refuted and not c.warnings]
    using: dict[str, set[str]] = defaultdict(set)
    for one in told:
        for name in one.names:
            using[name].add(one.unit)
    limit = max(RARE_FLOOR, int(RARE * len({one.unit for one in told})))
    rare = frozenset(name for name, units in using.items() if len(units) <= limit)
    mending = sorted((one for one in told if one.mends and not one.known), key=lambda one: (one.at, one.key))
    return {old.key: new.key for old in told if old.known for new in mending if _mended(old, new, rare)}


def undone(stated: Sequence[tuple[Candidate, str]]) -> dict[str, str]:
    """Keys of ticket statements, given with their dates, by the key of the last one that takes away what they add."""
    tickets = sorted(
        ((c, at, title(c)) for c, at in stated if c.rule.startswith("ticket") and not c.refuted and c.tier != "low"),
        key=lambda one: (one[1], one[0].key),
    )
    titled = [(c, at, tokens(name), frozenset(identifiers(_said(c)))) for c, at, name in tickets]
    found: dict[str, str] = {}
    for new, at, name in tickets:
        names = frozenset(identifiers(_said(new)))
        for thing in _away((name, *(quote.text for quote in new.evidence))):
            about = [one for one in titled if thing <= one[2] and one[0].evidence[0].unit != new.evidence[0].unit]
            if all(was < at for _, was, _, _ in about):
                found |= {old.key: new.key for old, _, _, had in about if names & had}
    return found


def outlived(stated: Sequence[tuple[Candidate, str]]) -> dict[str, str]:
    """Keys of what sessions told, given with their dates, by the key of the later ticket that puts such away."""
    own = {c.key for c, _ in stated if c.rule in TELLS and c.rule != TICKET}
    seen = [(replace(c, rule=TICKET) if c.key in own else c, at) for c, at in stated]
    return {old: new for old, new in replaced(seen).items() if old in own and new not in own} if own else {}


def title(candidate: Candidate) -> str:
    """What a claim opens with before it says what its ticket says; its first part if that cannot be told."""
    parts, said = candidate.claim.split(": "), squash(candidate.evidence[0].text)[:OPENING]
    cut = next((n for n in range(1, len(parts)) if squash(": ".join(parts[n:])).startswith(said)), 1)
    return ": ".join(parts[:cut])


def _away(texts: Iterable[str]) -> Iterator[frozenset[str]]:
    """The words of each thing that texts say is there no more, if there are enough to know it by."""
    for text in texts:
        for match in _AWAY.finditer(text):
            thing = tokens(match["what"] or match["gone"])
            if len(thing) >= WORDS:
                yield thing


def _said(candidate: Candidate) -> str:
    return " ".join(quote.text for quote in candidate.evidence)


def mended(findings: Sequence[Finding], by_key: Mapping[str, str]) -> list[Finding]:
    """The findings; a known defect, filed or not, names what mended it, which is filed if the defect was.

    ``by_key`` is what :func:`resolved` returned. Passages of the record that only such a defect rests on rank lower.
    """
    filed = {by_key[one.key] for one in findings if one.key in by_key and one.status == "accepted"}
    raised = [_raised(one) if one.key in filed and one.status == "waiting" else one for one in findings]
    standing = {one.key: one.id for one in raised if one.status == "accepted"}
    return [
        replace(one, status="superseded", superseded_by=standing[by_key[one.key]])
        if one.status in {"accepted", "waiting"} and by_key.get(one.key) in standing
        else one
        for one in raised
    ]


def _raised(finding: Finding) -> Finding:
    """It with the medium confidence that its evidence bears, if it does."""
    confidence = grade("medium", finding.evidence, finding.claim, finding.warnings)
    return finding if confidence == "low" else replace(finding, confidence="medium", status="accepted")


def _told(candidate: Candidate, at: str) -> _Told:
    text = _said(candidate)
    names = frozenset(name for name in identifiers(text) if not name.startswith("#"))
    known = _KNOWN.search(f"{candidate.claim} {text}") is not None
    mends = any(_MENDS.search(quote.text) for quote in candidate.evidence)
    return _Told(candidate.key, candidate.evidence[0].unit, at, names, tokens(text), known, mends)


def _mended(old: _Told, new: _Told, rare: frozenset[str]) -> bool:
    shared = old.names & new.names
    if old.unit == new.unit or old.at >= new.at or not shared & rare or len(shared) < HALF * len(old.names):
        return False
    return len((old.words & new.words) - tokens(" ".join(shared))) >= WORDS
