"""What stores have of purged words cut short: pages, reports and notices show long texts with … behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from distillers.blank import files_below
from flows.purge_search import opened, sqlite_values
from scheduling.base.forms import spelled
from scheduling.base.workspace import Workspace
from wiki.objects import objects

HEAD = 16
"""Signs of a text that are left of it at least; fewer are no mark of it."""
_CUT = re.compile(r"[ ,:;.]{0,2}(?:…|\\{1,4}u2026)")
_END = re.compile(_CUT.pattern + r"\Z")


def beginnings(said: Sequence[str], values: Iterable[str], kept: Sequence[str] = ()) -> tuple[str, ...]:
    """The stretches of ``values`` that say how one of ``said`` begins and are cut off there, each once, sorted.

    What may as well be a part of one of ``kept`` is left out.
    """
    heads: dict[str, list[str]] = {}
    for form in spelled(said):
        if len(form) > HEAD:
            heads.setdefault(form[:HEAD], []).append(form)
    if not heads:
        return ()
    any_head = re.compile("|".join(map(re.escape, heads)))
    found = {
        short
        for value in values
        for match in any_head.finditer(value)
        for form in heads[match[0]]
        if (short := _short(form, value, match.start()))
    }
    others = spelled(kept)
    return tuple(sorted(one for one in found if not any(_END.sub("", one) in other for other in others)))


def values(space: Workspace) -> Iterator[str]:
    """All text that is kept beside the record: ledger, Prefect's database, results and logs, the wiki's past."""
    for path in (space.ledger, space.prefect / "prefect.db"):
        if path.is_file():
            yield from (data.decode("utf-8", "replace") for _, _, data in sqlite_values(path))
    for path in files_below(space.prefect / "storage"):
        yield from (view.decode("utf-8", "replace") for view in opened(path.read_bytes()))
    yield from (path.read_text("utf-8", "replace") for path in files_below(space.prefect) if path.suffix == ".log")
    if (space.wiki / ".git").exists():
        yield from (data.decode("utf-8", "replace") for _, data in objects(space.wiki))


def _short(form: str, value: str, at: int) -> str:
    """What of ``form`` stands at ``at`` of ``value`` if it is cut off there, with the sign that says so; else ""."""
    stop = HEAD
    while stop < len(form) and value[at + stop : at + stop + 1] == form[stop]:
        stop += 1
    cut = _CUT.match(value, at + stop) if stop < len(form) else None
    return value[at : cut.end()] if cut else ""
