"""Whether a later ticket speaks of the same thing: then what the earlier one stated is not certain any more.

Where it says that it takes the place of the earlier one, or reverts it, what that one stated holds no longer. Nor does
it where a later one removes or replaces what the earlier one was about, and no ticket after it has that again.

Two tickets speak of the same thing if they share names that few tickets of the domain use. A name that half of them use
(the product's own command, the main file) says nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from distillers.anew import renamed
from distillers.claims import identifiers, tokens
from distillers.findings import Candidate, squash
from distillers.givenup import dropped, given_up
from distillers.pages import WEAK
from distillers.titles import subject

RARE = 0.02
"""Share of a domain's tickets that may use a name for it to tie two of them together …"""
RARE_FLOOR = 4
"""… or this many, in small domains."""
FEW = 3
"""A name that so few tickets use ties two of them together by itself."""
TIES = 2
"""Rare names that two tickets must share (all of them, if a statement has fewer)."""
_ID = r"(#\d+|[A-Za-z]+-\d+(?:\.\d+)?|(?=[0-9a-f]*\d)[0-9a-f]{7,40})\b"
_ALL_OF = r"(?:(?!(?:by|some|parts?|and|or|but)\b)[\w`'’/-]+ )"
"""A word between what is done and the id of what it is done to."""
_PUTS_AWAY = re.compile(
    rf"\b(?:supersed(?:es|ing)|revert(?:s|ing)|obsoletes) {_ALL_OF}{{0,6}}?{_ID}"
    rf"|\breplaces (?:the )?{_ALL_OF}{{0,2}}?{_ID}"
    rf"|(?<!be )(?<!is )(?<!was )(?<!been )\b(?:superseded|reverted|revert) (?:(?!in\b){_ALL_OF}){{0,3}}?{_ID}",
    re.IGNORECASE,
)
"""How a ticket says which other one holds no longer; not that it does not hold itself any more."""
_REVERTS = re.compile(r'^Revert "(.{8,}?)"')
"""How git titles a change that takes another one back."""
ABOUT = 260
"""Characters of a claim in which it says what it is about."""
NAME = 4
"""Characters of the shortest name that means one thing only."""
HASH = 12
"""Digits of a commit's hash in the id of its unit."""


def spoken_of(stated: Sequence[tuple[Candidate, str]]) -> set[str]:
    """Keys of the ticket statements, given with their dates, that a later ticket speaks of."""
    tickets = [(c, at) for c, at in stated if c.rule.startswith("ticket")]
    units = {c.evidence[0].unit: "" for c, _ in tickets}
    for candidate, at in tickets:
        units[candidate.evidence[0].unit] = max(units[candidate.evidence[0].unit], at)
    using = _using(tickets)
    limit = max(RARE_FLOOR, int(RARE * len(units)))
    return {c.key for c, _ in tickets if _followed(c, using, units, limit)}


def replaced(stated: Sequence[tuple[Candidate, str]]) -> dict[str, str]:
    """Keys of ticket statements, given with their dates, by the key of the statement that says it took their place.

    The later ticket names the earlier one by its id or commit, or bears its title as what it reverts.
    """
    tickets = sorted(((c, at) for c, at in stated if c.rule.startswith("ticket")), key=lambda one: (one[1], one[0].key))
    telling = [(new, at, *_named(new)) for new, at in tickets]
    return (
        _dropped(tickets)
        | _renounced(tickets)
        | {
            old.key: new.key
            for new, at, names, title in telling
            if names or title
            for old, was in tickets
            if was < at and _put_away(old, names, title) and old.evidence[0].unit != new.evidence[0].unit
        }
    )


def put_away(text: str) -> frozenset[str]:
    """The ids of tickets and commits that a text says it takes the place of, or reverts, in small letters."""
    return frozenset(name.lower() for match in _PUTS_AWAY.finditer(text) for name in match.groups() if name)


def ends(candidate: Candidate) -> bool:
    """Whether a statement gives up a name or says that it takes another ticket's place: older ones rest on that."""
    return any(_named(candidate)) or any(True for quote in candidate.evidence for _ in given_up(quote.text))


def _renounced(tickets: Sequence[tuple[Candidate, str]]) -> dict[str, str]:
    """Keys of statements by the key of the last later one that gives up what they are about."""
    using = _using(tickets)
    limit = max(RARE_FLOOR, int(RARE * len({c.evidence[0].unit for c, _ in tickets})))
    gave: dict[str, list[tuple[str, Candidate]]] = defaultdict(list)
    has: dict[str, str] = defaultdict(str)
    for new, at in tickets:
        names = frozenset(given_up(text_of(new)))
        called = {old.lower() for old, _ in renamed(text_of(new))}
        for name in names - called if new.tier != "low" else ():
            gave[name].append((at, new))
        for name in identifiers(text_of(new)) - names:
            has[name] = max(has[name], at)
    found = {
        old.key: _last_of(old, was, gave, has, frozenset(n for n in about(old) if len(using[n]) <= limit))
        for old, was in tickets
        if old.tier != "low"
    }
    return {key: new.key for key, new in found.items() if new is not None}


def _dropped(tickets: Sequence[tuple[Candidate, str]]) -> dict[str, str]:
    """Keys of statements by the key of a later one whose title takes away what their title names.

    The two tickets must share a name as well: a word alone may mean another thing.
    """
    titled = [(c, at, tokens(_title(c))) for c, at in tickets if c.tier != "low"]
    named: dict[str, set[str]] = defaultdict(set)
    for one, _ in tickets:
        topics = (topic for topic in one.topics if not topic.startswith(WEAK))
        named[one.evidence[0].unit] |= {*identifiers(text_of(one)), *topics}
    found: dict[str, str] = {}
    for new, at, _ in titled:
        what, names = dropped(_title(new)), named[new.evidence[0].unit]
        about = [(old, was) for old, was, words in titled if what and what <= words]
        if about and max(was for _, was in about) <= at:
            found |= {old.key: new.key for old, was in about if was < at and names & named[old.evidence[0].unit]}
    return found


def _title(candidate: Candidate) -> str:
    return candidate.claim.split(": ")[0]


def _last_of(
    old: Candidate,
    was: str,
    gave: dict[str, list[tuple[str, Candidate]]],
    has: dict[str, str],
    names: frozenset[str],
) -> Candidate | None:
    """The newest statement after ``was`` that gives up one of the names, if nothing has that name again after it."""
    own = old.evidence[0].unit
    later = [
        (at, new.key, new)
        for name in sorted(names)
        for at, new in gave.get(name, ())
        if at > was and at >= has[name] and new.evidence[0].unit != own
    ]
    return max(later, key=lambda one: one[:2])[2] if later else None


def about(candidate: Candidate) -> frozenset[str]:
    """What a statement is about: the names that it has, not those that it gives up itself, nor numbers of tickets."""
    text = candidate.claim
    names = identifiers(text[:ABOUT]) - frozenset(given_up(text))
    return frozenset(name for name in names if len(name) >= NAME and not name.startswith("#"))


def text_of(candidate: Candidate) -> str:
    """What a statement says and quotes."""
    return "\n".join((candidate.claim, *(quote.text for quote in candidate.evidence)))


def _named(new: Candidate) -> tuple[frozenset[str], str]:
    """The ids and the title of what a statement says it takes the place of."""
    title = _REVERTS.match(new.claim)
    return frozenset(new.ends), subject(title[1]) if title else ""


def _put_away(old: Candidate, names: frozenset[str], title: str) -> bool:
    unit = old.evidence[0].unit.lower()
    return bool(title and squash(title) in squash(old.claim)) or any(_is(unit, name) for name in names)


def _is(unit: str, name: str) -> bool:
    hashed = re.fullmatch(r"[0-9a-f]{12,40}", name)
    return unit in {name, f"commit-{name[:HASH]}"} if hashed else unit == name or ("#" in name and unit.endswith(name))


def _followed(candidate: Candidate, using: dict[str, set[str]], dated: dict[str, str], limit: int) -> bool:
    own, names = candidate.evidence[0].unit, _names(candidate)
    shared: Counter[str] = Counter()
    for users in (using[name] for name in names if len(using[name]) <= limit):
        shared.update(dict.fromkeys(users - {own}, TIES if len(users) <= FEW else 1))
    ties = min(TIES, len(names))
    return any(count >= ties and dated[unit] > dated[own] for unit, count in shared.items())


def _using(tickets: Sequence[tuple[Candidate, str]]) -> dict[str, set[str]]:
    using: dict[str, set[str]] = defaultdict(set)
    for candidate, _ in tickets:
        for name in _names(candidate):
            using[name].add(candidate.evidence[0].unit)
    return using


def _names(candidate: Candidate) -> frozenset[str]:
    """The names in a statement, a path also by its last part; its words if it has no names."""
    names = identifiers(" ".join(quote.text for quote in candidate.evidence))
    return names | {name.rsplit("/", 1)[1] for name in names if "/" in name} or tokens(candidate.claim)
