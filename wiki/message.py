"""The message of the librarian's commits: a line for people, and trailers by which code finds its way back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wiki.plan import Delta
from wiki.render import count

REVERTED = "Stillhouse-Reverted"
"""The trailer of findings that never return, even if only the wiki's past is left."""
_PER_TRAILER = 40


@dataclass(frozen=True, slots=True)
class Told:
    """Who made a commit: the run, the change set, the domain."""

    run: str
    change: str
    domain: str


def message(told: Told, deltas: Sequence[Delta], reverted: Collection[str] = ()) -> str:
    """What the commit of ``deltas`` says; ``reverted`` are the findings that a person took back."""
    ids = {action: sorted(d.id for d in deltas if d.action == action) for action in ("add", "update", "move")}
    filed = sorted(key for some in ids.values() for key in some)
    retired = sorted(d.id for d in deltas if d.action == "retire")
    summary = f"Added {len(ids['add'])}, changed {len(ids['update']) + len(ids['move'])}, retired {len(retired)}."
    trailers = [
        f"Stillhouse-Run: {told.run}",
        f"Stillhouse-Change: {told.change}",
        f"Stillhouse-Domain: {told.domain}",
        *_listed("Stillhouse-Findings", filed),
        *_listed("Stillhouse-Retired", retired),
        *_listed(REVERTED, [key for key in retired if key in reverted]),
    ]
    if filed or not deltas:
        title = (
            f"File {count(len(filed), 'finding')} for {told.domain}" if filed else f"Tidy the pages of {told.domain}"
        )
    else:
        title = f"Take {count(len(retired), 'finding')} off {told.domain}"
    return f"{title}\n\n{summary}\n\n" + "\n".join(trailers) + "\n"


def _listed(name: str, ids: Sequence[str]) -> list[str]:
    return [f"{name}: {', '.join(ids[at : at + _PER_TRAILER])}" for at in range(0, len(ids), _PER_TRAILER)]
