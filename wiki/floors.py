"""Learning the floor of a domain: what its tables find for questions that they cannot answer."""

from __future__ import annotations

from collections.abc import Sequence

from wiki import calls
from wiki.calls import Table, asked_for
from wiki.confidence import Evidence, Floor, evidence, floor_of, made_up
from wiki.hits import merged, passages_of
from wiki.priors import Weights
from wiki.rank import rank, rarities

SAMPLE = 1500
"""Passages that unanswerable questions are made of."""


def learned(tables: Sequence[Table], rows: int) -> Floor:
    """The floor of what ``tables`` hold, learned from questions made of some of their rows."""
    some = f"id < '{min(int(SAMPLE / rows * 16**8), 16**8 - 1):08x}'"  # ids are hashes: a share of them is a sample
    stats = [table.stats for table in tables]
    terms = [one for table in tables for one in calls.sampled(table, some, 2 * SAMPLE)]
    found: list[Evidence] = []
    for asked in made_up(terms, stats):
        hits, _ = merged(calls.found(tables, asked_for(asked)))
        passages, rarity = passages_of(hits, None, Weights()), rarities(asked, stats)
        found.append(evidence(asked, rarity, rank(asked, rarity, passages, stats), passages, stats))
    return floor_of(found, rows)
