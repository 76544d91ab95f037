"""What of a ticket belongs together: neighbours that go on from each other, and a change with its reason.

A bare change ("Added X") says nothing that the repository does not show. Beside the ticket's own reason, cause or
problem it does, so it joins the nearest of those that has room for it; alone it is left to the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from distillers.claims import identifiers, tokens
from distillers.rules.stated import Stated
from distillers.rules.stood import said
from distillers.rules.tiers import defect, tier, unended
from distillers.rules.worth import Role, role
from distillers.titles import subject

Part = tuple[Stated, ...]
Joined = tuple[Part, ...]
"""Parts of one claim, in the order in which they stand in the ticket."""

TOGETHER = 330
"""Characters up to which neighbouring sentences make one part …"""
NEAR = 1
"""Sentences that stand so near to each other are about one thing."""
SHARED = 2
"""Words of weight that two parts about one thing share, if they share no name."""
ROOM = 420
"""… and up to which parts make one claim …"""
ENDED = 640
"""… or one that tells what was wrong and how it ended: half of it reads as if it were so still."""


def together(chosen: Sequence[Stated]) -> Iterator[Part]:
    """Neighbours under one heading joined, as long as the part stays short; none begins with the rest of an item."""
    part: list[Stated] = []
    for one in chosen:
        if part and not _goes_on(part, one):
            yield tuple(part)
            part = []
        if part or not _torn(one):
            part.append(one)
    if part:
        yield tuple(part)


def _torn(one: Stated) -> bool:
    """Whether a sentence goes on with an item's first one, and names nothing itself."""
    return one.statement.item and not one.statement.first and not identifiers(one.text)


def _goes_on(part: Sequence[Stated], one: Stated) -> bool:
    """Whether a sentence goes on with the part: the next of the same paragraph, or the next item of the same list."""
    last = part[-1]
    near = one.place - last.place <= (1 if one.before is None else 2) and one.event.id == last.event.id
    goes_on = not one.statement.first or (one.statement.item and last.statement.item)
    same = (one.statement.heading, one.lead) == (last.statement.heading, last.lead)
    return near and same and goes_on and sum(len(each.text) for each in part) + len(one.text) <= TOGETHER


def joined(parts: Iterable[Part], least: int) -> list[Joined]:
    """The parts of a settled ticket as claims: each that tells something by itself, with the bare ones it has room for.

    A problem takes the changes that ended it; what no other has room for stands alone. A part whose sentences all score
    below ``least`` never stands alone. Nothing joins what stands under titles that share no word: two tickets may bear
    one number.
    """
    claims = [claim for some in _titled(parts) for claim in _joined(some, least)]
    return sorted(claims, key=lambda some: _place(some[0]))


def _titled(parts: Iterable[Part]) -> list[list[Part]]:
    """The parts by the title of the file that they stand in; those whose titles share a word together."""
    groups: list[tuple[frozenset[str], list[Part]]] = []
    for part in parts:
        own = tokens(subject(part[0].event.title.split(" > ")[0]))
        some = next((some for title, some in groups if title & own or not (title and own)), None)
        if some is None:
            groups.append((own, [part]))
        else:
            some.append(part)
    return [some for _, some in groups]


def _joined(parts: Sequence[Part], least: int) -> list[Joined]:
    graded = [(part, role(part)) for part in parts]
    weak = [part for part, is_a in graded if is_a != "nothing" and max(one.score for one in part) < least]

    def strong(kind: Role) -> list[Part]:
        return [part for part, is_a in graded if is_a == kind and part not in weak]

    every = _ended(_hosted(strong("told"), strong("change"), strong("problem")))
    _taken([some for some in every if tier(some, done=True) != "high"], weak)
    every += [[part] for part in strong("nothing")]
    return [tuple(sorted(some, key=_place)) for some in every]


def _hosted(told: Iterable[Part], changes: Sequence[Part], wrong: Iterable[Part]) -> list[list[Part]]:
    """What tells something by itself with the changes and problems near it, problems with theirs, and what is left."""
    claims = [[part] for part in told]
    problems = [[part] for part in wrong]
    left = _taken(problems, _taken(claims, changes))
    alone = [some for some in problems if len(some) == 1]
    left += _taken(claims, [part for some in alone for part in some])
    return [*claims, *(some for some in problems if len(some) > 1), *_gathered(left)]


def _gathered(parts: Iterable[Part]) -> list[list[Part]]:
    """Parts that nothing else has room for: those about one thing together."""
    claims: list[list[Part]] = []
    for part in parts:
        if _taken(claims, [part]):
            claims.append([part])
    return claims


def _ended(claims: Sequence[list[Part]]) -> list[list[Part]]:
    """The claims, those that only tell what was wrong joined to one that tells what was done, if one has the room."""
    wrong = [some for some in claims if unended(some) or defect(some)]
    told = [some for some in claims if some not in wrong]
    left: list[list[Part]] = []
    for some in wrong:
        hosts = [one for one in told if any(_related(one, part) for part in some) and _size([*one, *some]) <= ENDED]
        if hosts:
            min(hosts, key=lambda one: _apart(one[0], some[0])).extend(some)
        else:
            left.append(some)
    return [*told, *left]


def _taken(claims: Sequence[list[Part]], parts: Sequence[Part]) -> list[Part]:
    """What of ``parts`` no claim has room for; the others have joined the nearest."""
    left: list[Part] = []
    for part in parts:
        about = [one for one in claims if len(claims) == 1 or _related(one, part)]
        near = sorted(about, key=lambda claim: _apart(claim[0], part))
        host = next((claim for claim in near if _size([*claim, part]) <= ROOM), None)
        if host is None:
            left.append(part)
        else:
            host.append(part)
    return left


def _related(claim: Sequence[Part], part: Part) -> bool:
    """Whether a part is about what the claim is about: it stands beside it, or shares a name or some words with it."""
    text, told = said(part), " ".join(map(said, claim))
    beside = any(one[0].event.id == part[0].event.id and abs(one[0].place - part[0].place) <= NEAR for one in claim)
    return beside or bool(identifiers(text) & identifiers(told)) or len(tokens(text) & tokens(told)) >= SHARED


def _apart(one: Part, other: Part) -> tuple[bool, bool, int]:
    """How far two parts stand from each other: the same section and list first."""
    return (
        one[0].event.id != other[0].event.id,
        one[0].statement.heading != other[0].statement.heading,
        abs(one[0].place - other[0].place),
    )


def _size(parts: Sequence[Part]) -> int:
    return sum(len(one.text) + 2 for part in parts for one in part)


def _place(part: Part) -> int:
    return part[0].place
