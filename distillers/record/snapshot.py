"""What the record consists of, as the ledger has it: looked at before each question, read anew only when it changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from distillers import cursors
from distillers.record import shards as disk
from distillers.record.shards import Shard

Generation = tuple[str, str, int]
"""Source and path of a file that was rewritten, and the generation of its rows that is shown."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the record consisted of when it was last looked at."""

    version: tuple[int, int, int]
    """How many shards, the number of the newest one, the sum of all generations."""
    shards: tuple[Shard, ...]
    generations: tuple[Generation, ...]
    unlisted: frozenset[str]
    """Names of the shards of which the ledger does not know whose rows they hold."""


def looked(rows: Connection, seen: Snapshot | None) -> Snapshot:
    """The record as it is now: ``seen`` itself if nothing changed.

    As long as it only grew since then, only what is new is asked for.
    """
    version = _version(rows)
    if seen and seen.version == version:
        return seen
    generations = tuple(cursors.generations(rows))
    count, newest, _ = seen.version if seen else (0, 0, 0)
    new = disk.registered(rows, after=newest)
    if seen and count + len(new) == version[0]:
        return Snapshot(version, (*seen.shards, *new), generations, seen.unlisted)
    shards = tuple(disk.registered(rows) if newest else new)
    return Snapshot(version, shards, generations, disk.unlisted(rows))


def _version(rows: Connection) -> tuple[int, int, int]:
    count, newest, generations = rows.exec_driver_sql(
        "SELECT (SELECT count(*) FROM shards), (SELECT coalesce(max(seq), 0) FROM shards),"
        " (SELECT coalesce(sum(generation), 0) FROM files WHERE generation > 0)"
    ).one()
    return count, newest, generations
