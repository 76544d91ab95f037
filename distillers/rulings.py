"""What people ruled about findings, as settling takes it: values that decide, and no ledger.

A ruling belongs to the finding it was given on, under whatever lead that finding is worded later: an earlier log that
comes in late may give it another id, and then the ruling is found by the quote that led it when it was read. A rule
that changed may word it otherwise: then what was read leads, with its own words, whatever quotes the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from distillers.findings import Candidate, Confidence, Finding, Quote, squash
from distillers.grade import weaker

SHARE = 0.5
"""Of what the shorter of two claims quotes: so much of it in the other makes them one, if a person read one of them."""
Label = Literal["accept", "reject", "reword"]
"""accept   it is so
reject   it is not, or not worth keeping; the reason is kept
reword   the matter is so, and this is how it is said: the person's own sentence becomes the claim
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One person's word on one finding, as evidence: ``cited`` is the line of the decision that says it."""

    label: Label
    domain: str
    text: str
    """The reason of a rejection, the sentence of a rewording; of an acceptance what was accepted."""
    editor: str
    cited: Quote


@dataclass(frozen=True, slots=True)
class Rulings:
    """``verdicts`` by finding id, and the most that a demoted rule may reach alone."""

    verdicts: Mapping[str, Verdict] = field(default_factory=dict[str, Verdict])
    tiers: Mapping[str, Confidence] = field(default_factory=dict[str, Confidence])

    def of(self, domain: str) -> Rulings:
        """What concerns one domain: its own verdicts, and how far each rule is believed anywhere."""
        return Rulings({key: one for key, one in self.verdicts.items() if one.domain == domain}, self.tiers)

    def parts(self) -> Iterator[str]:
        """Text that is the same for the same rulings, none if there are none."""
        yield from (f"{key} {one}" for key, one in sorted(self.verdicts.items()))
        yield from (f"{rule} at most {tier}" for rule, tier in sorted(self.tiers.items()))

    def lowered(self, one: Candidate) -> Candidate:
        """A candidate of a demoted rule with the tier that is left to it."""
        most = self.tiers.get(one.rule)
        return replace(one, tier=weaker(one.tier, most)) if most and most != one.tier else one

    def judged(self, finding: Finding, names: Iterable[str]) -> Finding:
        """The finding as the newest verdict on any of its ``names`` (ids that it has or had) leaves it."""
        met = [self.verdicts[name] for name in {finding.id, *names} if name in self.verdicts]
        if not met:
            return finding
        return _judged(finding, max(met, key=lambda one: (one.cited.at, one.cited.event, one.cited.line)))


def _judged(finding: Finding, given: Verdict) -> Finding:
    if given.label == "reject":
        why = f"rejected by {given.editor}: {given.text}"
        return replace(finding, status="rejected", warnings=(*finding.warnings, why))
    cited, dated = given.cited, max(finding.valid_from, given.cited.at[:10])
    sure = replace(finding, confidence="high", status="accepted", valid_from=dated)
    if given.label == "reword":
        return replace(sure, claim=given.text, evidence=(cited, *finding.evidence))
    return replace(sure, evidence=(*finding.evidence[:1], cited, *finding.evidence[1:]))


def led(groups: Iterable[Sequence[Candidate]], read: Sequence[Candidate]) -> list[tuple[Candidate, ...]]:
    """``groups`` of candidates that state the same; those that quote what was ``read`` are one, and it leads them."""
    quoted = list(map(_quoted, read))
    by_event: dict[str, set[int]] = defaultdict(set)
    for number, quotes in enumerate(quoted):
        for event, _ in quotes:
            by_event[event].add(number)
    joined: dict[int, list[Candidate]] = {number: [] for number in range(len(read))}
    others: list[tuple[Candidate, ...]] = []
    for group in groups:
        near = {number for one in group for quote in one.evidence for number in by_event.get(quote.event, ())}
        said = list(map(_quoted, group)) if near else []
        number = next((n for n in sorted(near) if any(_quote_alike(quoted[n], each) for each in said)), None)
        if number is None:
            others.append(tuple(group))
        else:
            joined[number] += group
    return [*others, *((_placed(read[number], some), *some) for number, some in joined.items())]


def _placed(one: Candidate, others: Sequence[Candidate]) -> Candidate:
    """``one`` under the topics that are found for it now; if none are, it stays on its page."""
    topics = next((each.topics for each in others if each.topics), ())
    return replace(one, topics=topics, page="" if topics else one.page)


def _quote_alike(mine: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> bool:
    """Whether two claims, by what they quote of which event, rest on the same."""
    common = sum(len(text) for event, text in theirs if any(event == e and (text in t or t in text) for e, t in mine))
    return 0 < common >= SHARE * min(sum(len(text) for _, text in some) for some in (mine, theirs))


def _quoted(one: Candidate) -> list[tuple[str, str]]:
    return [(quote.event, squash(quote.text)) for quote in one.evidence]
