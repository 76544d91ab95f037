"""Planning a night's edits of blocks: from pages, what is remembered and what is wanted, to deltas. Writes nothing.

Per block there is one question: whose is it? A block is the librarian's as long as its lines are exactly those that it
wrote; anything else is a person's, and their word stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from wiki.blocks import Row, digest
from wiki.edit import Change, Insert, Order, Text, revise, standing
from wiki.groups import Member, shas
from wiki.page import Page

Action = Literal["add", "update", "move", "retire", "keep"]


@dataclass(frozen=True)
class Wanted:
    """A block as it should stand tonight."""

    id: str
    path: str
    target: str
    section: str
    order: Order
    text: Text
    resort: bool = False
    """Whether a changed line also changes its place."""
    gist: str = ""
    """Hash of what its finding says, whoever said it how often; "" of what is no finding."""
    member: Member | None = None
    """How it stands below another line of its ticket."""

    @property
    def sha(self) -> str:
        """What its lines hash to if it stands by itself."""
        return digest(self.text.whole)

    @cached_property
    def shas(self) -> frozenset[str]:
        """What its lines hash to in either form."""
        return shas(self)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands now, and what its lines hash to."""

    path: str
    sha: str
    twice: bool = False


@dataclass(frozen=True, slots=True)
class Delta:
    """One edit of one block. It leaves (or changes on) the page ``path`` and stands on the page ``to`` then."""

    action: Action
    id: str
    path: str
    to: str


@dataclass(frozen=True)
class Steps:
    """What to do, and what will have to be remembered then."""

    deltas: tuple[Delta, ...]
    rows: Mapping[str, Row]
    closed: tuple[str, ...] = field(default=())
    """Blocks not filed because a person deleted their page."""
    disputed: tuple[str, ...] = field(default=())
    """Blocks that a person wrote and whose findings say something else since."""


def places(pages: Mapping[str, Page]) -> dict[str, Place]:
    """Where every block of ``pages`` stands; one that a person copied is marked as standing twice."""
    found: dict[str, Place] = {}
    for path, page in sorted(pages.items()):
        for block in page.blocks:
            twice = block.id in found
            found[block.id] = Place(path, digest(standing(page, block)), twice)
    return found


def steps(
    pages: Mapping[str, Page],
    rows: Mapping[str, Row],
    wanted: Mapping[str, Wanted],
    *,
    held: AbstractSet[str] = frozenset(),
    closed: AbstractSet[str] = frozenset(),
    skip: AbstractSet[str] = frozenset(),
) -> Steps:
    """The deltas that bring ``pages`` to what is ``wanted``.

    ``held`` pages and blocks to ``skip`` are left as they are and remembered as before; nothing is put on ``closed``
    pages: what was to move there stays where it is.
    """
    stand = places(pages)
    deltas: list[Delta] = []
    after = dict(rows)
    shut: list[str] = []
    disputed: list[str] = []
    for key in sorted({*rows, *wanted}):
        row, there, want = rows.get(key), stand.get(key), wanted.get(key)
        if key in skip or _touches(held, row, there, want):
            continue
        if want and there and want.path in closed:
            want = replace(want, path=there.path, target=row.target if row else want.target)
        action, kept = decide(row, there, want)
        if action == "add" and want and want.path in closed:
            shut.append(key)
            continue
        if kept:
            after[key] = kept
        if kept and want and there and not there.twice and _differ(kept, want):
            disputed.append(key)
        if action != "keep":
            stays = kept.path if kept and action != "retire" else ""
            deltas.append(Delta(action, key, there.path if there else "", stays))
    return Steps(tuple(deltas), after, tuple(shut), tuple(disputed))


def misplaced(after: Mapping[str, Page], deltas: Sequence[Delta], wanted: Mapping[str, Wanted]) -> set[str]:
    """Pages on which a delta did not leave its block readable as written, such as one that ends in an open fence."""
    stand = places(after)
    put = [delta for delta in deltas if delta.action != "retire"]
    return {d.to for d in put if not _is_put(stand.get(d.id), d.to, wanted[d.id])}


def _is_put(there: Place | None, path: str, want: Wanted) -> bool:
    return there is not None and (there.path, there.twice) == (path, False) and there.sha in want.shas


def decide(row: Row | None, there: Place | None, want: Wanted | None) -> tuple[Action, Row | None]:
    """What to do about one block, and what to remember of it then (None: nothing)."""
    if there is None:
        return _absent(row, want)
    ours = (row is not None and row.state == "live" and row.sha == there.sha) or (want and there.sha in want.shas)
    if there.twice or not ours:
        return "keep", _theirs(row, there, want)
    if want is None:
        return "retire", replace(row, state="retired") if row else None
    moved = row is not None and (row.target, row.section) != (want.target, want.section)
    if moved or (want.resort and want.sha != there.sha):
        return "move", _row(want, want.path)
    if there.sha in want.shas:
        return "keep", replace(_row(want, there.path), sha=there.sha)
    return "update", _row(want, there.path)


def apply(
    pages: Mapping[str, Page],
    deltas: Sequence[Delta],
    wanted: Mapping[str, Wanted],
    titles: Sequence[str],
    order: Mapping[str, Order],
) -> dict[str, Page]:
    """The pages that ``deltas`` touch, as they are after. Every page named in a delta must be in ``pages``.

    ``order`` are the sort keys of blocks that stand on the pages and are not ``wanted`` themselves.
    """
    keys = {**order, **{key: want.order for key, want in wanted.items()}}
    touched = sorted({path for delta in deltas for path in (delta.path, delta.to) if path})
    return {path: revise(pages[path], _change(path, deltas, wanted, Change(titles, keys))) for path in touched}


def _touches(held: AbstractSet[str], row: Row | None, there: Place | None, want: Wanted | None) -> bool:
    return bool(held) and any(one is not None and one.path in held for one in (there or row, want))


def _absent(row: Row | None, want: Wanted | None) -> tuple[Action, Row | None]:
    """A block that stands nowhere: what the librarian did not take away itself, a person did."""
    if row and row.state in {"live", "human", "tombstone"}:
        return "keep", replace(row, state="tombstone")
    return ("add", _row(want, want.path)) if want else ("keep", row)


def _differ(row: Row, want: Wanted) -> bool:
    return row.state == "human" and bool(row.ours and want.gist) and row.ours != want.gist


def _theirs(row: Row | None, there: Place, want: Wanted | None) -> Row | None:
    if want:
        known = row.ours if row and row.ours else want.gist
        return replace(_row(want, there.path), sha=there.sha, state="human", ours=known)
    return replace(row, path=there.path, sha=there.sha, state="human") if row else None


def _row(want: Wanted, path: str) -> Row:
    return Row(want.id, path, want.target, want.section, want.sha, "live", want.gist)


def _change(path: str, deltas: Sequence[Delta], wanted: Mapping[str, Wanted], blank: Change) -> Change:
    leaving = {d.id for d in deltas if d.path == path and d.action in {"move", "retire"}}
    changed = {d.id: wanted[d.id].text for d in deltas if d.path == path and d.action == "update"}
    coming = [wanted[d.id] for d in deltas if d.to == path and d.action in {"move", "add"}]
    return replace(
        blank,
        remove=frozenset(leaving),
        replace=changed,
        insert=[Insert(want.id, want.section, want.text) for want in coming],
    )
