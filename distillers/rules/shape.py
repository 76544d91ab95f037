"""How a ticket's claim is built and where it stood, as features to be weighed; see :mod:`distillers.salience`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from distillers.rules.stated import Stated
from distillers.rules.worth import role
from distillers.salience.features import stepped

Part = Sequence[Stated]

_HEADING_WORD = re.compile(r"[a-z]{3,}")
_NUMBERED = re.compile(r"#?\d|pr\b", re.IGNORECASE)


def shape(parts: Sequence[Part], *, done: bool | None, claims: int, sentences: int) -> frozenset[str]:
    """The features of a claim of ``parts``, one of ``claims`` from a ticket with so many ``sentences``."""
    every = [one for part in parts for one in part]
    return frozenset([*_place(every, claims, sentences), *_kinds(parts, every), *_headed(every), f"done {done}"])


def _kinds(parts: Sequence[Part], every: Sequence[Stated]) -> Iterator[str]:
    sections, roles = {one.section for one in every}, {role(part) for part in parts}
    yield from (f"section {section}" for section in sections)
    yield f"sections {'+'.join(sorted(sections))}"
    yield from (f"role {one}" for one in roles)
    yield f"roles {'+'.join(sorted(roles))}"
    yield from (name for name, holds in _built(every).items() if holds)
    yield from stepped("items", sum(one.statement.item for one in every), (1, 2, 3, 5))
    yield from stepped("parts", len(parts), (2, 3, 4))
    yield from stepped("told", len(every), (2, 3, 4, 6))
    yield from stepped("score", max(one.score for one in every), (3, 4, 5, 6, 7))
    yield from stepped("least score", min(one.score for one in every), (2, 3, 4, 5))


def _built(every: Sequence[Stated]) -> Mapping[str, bool]:
    return {
        "planned": all(one.planned for one in every),
        "partly planned": any(one.planned for one in every),
        "only items": all(one.statement.item for one in every),
        "led in": any(one.lead for one in every),
        "leans": any(one.before for one in every),
    }


def _place(every: Sequence[Stated], claims: int, sentences: int) -> Iterator[str]:
    places = [one.place for one in every]
    yield from stepped("into the ticket", places[0] / max(1, sentences), (0.1, 0.3, 0.5, 0.7, 0.9))
    yield from stepped("sentences of the ticket", sentences, (3, 6, 12, 25, 50, 100))
    yield from stepped("claims of the ticket", claims, (2, 3, 5, 8, 12))
    yield from stepped("apart", max(places) - min(places) - len(places) + 1, (1, 3, 8))
    name = every[0].event.unit
    yield "of a commit" if name.startswith("commit") else "of a number" if _NUMBERED.match(name) else "of a name"


def _headed(every: Sequence[Stated]) -> Iterator[str]:
    headings = {heading for one in every for heading in (*one.event.title.split(" > ")[1:], one.statement.heading)}
    words = {word for heading in headings for word in _HEADING_WORD.findall(heading.lower())}
    yield from (f"under {word}" for word in words)
    if not any(headings):
        yield "under nothing"
