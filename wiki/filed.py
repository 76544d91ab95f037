"""What a night did to a domain of the wiki, as it is told to whoever started it."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.filing import Filing
from wiki.fold import SUPERSEDED
from wiki.names import INDEX, split_path

ASKED = "a person's line, and newer evidence says otherwise: stillhouse review list"


@dataclass(frozen=True)
class Filed:
    """What a night did to one domain of the wiki."""

    domain: str
    commit: str | None
    """The commit it made, if any."""
    pages: tuple[str, ...] = ()
    """Pages that changed, as ``domain/slug``, without the indexes."""
    added: int = 0
    superseded: int = 0
    retired: int = 0
    held: tuple[str, ...] = ()
    """Pages left alone, each with the reason; the next night tries again."""
    updated: int = 0
    dropped: tuple[str, ...] = ()
    """Findings kept out, each with the reason."""
    notes: tuple[str, ...] = ()
    """What was put right on the way, and what a person should know."""


def told(domain: str, commit: str, filing: Filing, notes: tuple[str, ...]) -> Filed:
    """What ``filing`` did to ``domain``, once ``commit`` is merged."""
    names = [split_path(path) for path in filing.files]
    superseded = [d for d in filing.deltas if d.action != "retire" and filing.rows[d.id].section == SUPERSEDED]
    dropped = {**filing.dropped, **dict.fromkeys(filing.closed, "a person deleted its page")}
    changed = [d for d in filing.deltas if d.action in {"update", "move"}]
    return Filed(
        domain,
        commit or None,
        pages=tuple(sorted(f"{name[0]}/{name[1]}" for name in names if name and name[1] != INDEX)),
        added=sum(d.action == "add" for d in filing.deltas),
        superseded=len(superseded),
        retired=sum(d.action == "retire" for d in filing.deltas),
        held=tuple(f"{path}: {why}" for path, why in sorted(filing.held.items())),
        updated=len(changed),
        dropped=tuple(f"{key}: {why}" for key, why in sorted(dropped.items())),
        notes=(*notes, *(f"{one.path}: {ASKED} (^{one.block})" for one in filing.conflicts)),
    )
