"""What a purge would take: the session or text that is meant, and what every store holds of it. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from content import withdraw
from content.withdraw import Purge
from distillers import forget, tombstones
from distillers.findings_store import load as load_findings
from distillers.forget import Derived
from distillers.masking import masked_id
from distillers.record import erase
from distillers.record.erase import Pick
from distillers.record.readings import readings, spellings
from distillers.record.redact import load_key
from flows import purge_files
from flows.purge_short import beginnings, values
from flows.stages import Night, removing
from scheduling import forget as office
from scheduling.base.errors import UsageError
from scheduling.base.forms import spelled
from wiki.erase import Erasure, erasure

SAID = 16
"""Claims and quotes shorter than this are no mark of one session."""
SHORTEST = 4
NOTHING = Derived()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to go: a session (or ticket) by its id, or all that holds a text."""

    session: str = ""
    text: str = ""

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of the text."""
        return spellings(self.text) if self.text else ()

    @property
    def units(self) -> tuple[str, ...]:
        """The session, if there is one."""
        return (self.session,) if self.session else ()

    @property
    def pick(self) -> Pick:
        """Which rows of the record are meant."""
        return erase.of_units(self.units) if self.session else erase.holding(self.forms)

    @property
    def pages(self) -> Erasure:
        """What pages must not hold."""
        return erasure(self.forms, self.units)


@dataclass(frozen=True, slots=True)
class Found:
    """What would go."""

    counts: Mapping[str, int]
    """By store, in the order of the house; stores that hold nothing are left out."""
    articles: Mapping[str, str] = field(default_factory=dict[str, str])
    """Slug → the state it is in."""
    sources: tuple[str, ...] = ()
    """Files of the user that hold it; they are not touched."""
    said: tuple[str, ...] = ()
    """Claims and quotes that rest on a session, as stores outside the ledger may repeat them."""
    short: tuple[str, ...] = ()
    """Beginnings of these, or of the text, that stores keep cut short."""
    derived: Derived = NOTHING
    barred: bool = False
    """It was purged before."""


def wanted(night: Night, session: str, text: str) -> Wanted:
    """What the two options name. Raises UsageError if it is not exactly one thing, or a session that is not known."""
    if bool(session) == bool(text):
        raise UsageError("name one thing to purge", hint="--session ID or --match TEXT")
    if text and len(text) < SHORTEST:
        raise UsageError(f"a text of {len(text)} characters stands everywhere", hint=f"name at least {SHORTEST}")
    return Wanted(text=text) if text else Wanted(session=_session(night, masked_id(night.redactor, session)))


def look(night: Night, what: Wanted) -> Found:
    """Counts what would go, store by store. Changes nothing."""
    space = night.settings.workspace
    rows = erase.look(space.archive, night.ledger, what.pick)
    with night.ledger.read() as book:
        purged = forget.sources(book)
        derived = forget.derived(book, units=what.units, forms=what.forms)
        told = office.held(book, what.forms or what.units)
        known = tombstones.load(book, load_key(space.secret))
        barred = known.bars(what.session) if what.session else bool(known.holding([what.text]))
    files = {path for _, path in rows.files} | {path for path in purged if _holds(Path(path), what)}
    said = tuple(text for text in derived.said if len(text) >= SAID)
    short = _short(night, what, said)
    elsewhere = (*(what.forms or spelled(said)), *short)
    articles = withdraw.affected(night.ledger, space, Purge(derived.ids, elsewhere))
    pages = removing.pages_to_purge(night, what.pages)
    counts = {
        "events": rows.rows,
        "sessions and tickets": len(rows.units),
        "candidates": derived.candidates,
        "findings": len(derived.ids),
        "wiki pages": len(pages.files),
        "article sentences": sum(len(one.sentences) for one in articles),
        "fetched tickets": purge_files.fetched_lines(space, what.forms, what.units),
        "entries of the ledger": told,
        "entries of Prefect": purge_files.prefect_rows(space, elsewhere),
        "stored results of Prefect": purge_files.results(space, elsewhere),
        "places in server logs": purge_files.logs(space, elsewhere),
    }
    return Found(
        {name: count for name, count in counts.items() if count},
        {one.record.slug: one.record.state for one in articles},
        tuple(sorted(path for path in files if not Path(path).is_relative_to(space.root))),
        said,
        short,
        derived,
        barred,
    )


def _short(night: Night, what: Wanted, said: Sequence[str]) -> tuple[str, ...]:
    """Beginnings of the text, or of ``said``, that stores keep cut short and that nothing tells which stays."""
    found = [(one, quote) for one in load_findings(night.ledger) for quote in one.evidence]
    told = {text for one, quote in found if quote.unit != what.session for text in (one.claim, quote.text)}
    kept = sorted(text for text in told if not any(form in text for form in what.forms))
    return beginnings([what.text] if what.text else said, values(night.settings.workspace), kept)


def _holds(path: Path, what: Wanted) -> bool:
    """Whether a file from which something was purged before still holds this."""
    needles = what.forms or what.units
    if any(unit in path.name for unit in what.units):
        return path.exists()
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(needle in told for told in readings(text) for needle in needles)


def _session(night: Night, name: str) -> str:
    """The id that ``name`` (whole, or its first eight characters or more) stands for."""
    with night.ledger.read() as book:
        barred = tombstones.load(book, load_key(night.settings.workspace.secret)).bars(name)
    sql = "SELECT DISTINCT unit FROM events WHERE unit = ? OR starts_with(unit, ?) ORDER BY unit"
    known = night.archive.query(sql, (name, name.rstrip("…") if len(name) >= 8 else "\0"), domain=None)
    units = [str(unit) for unit in known.column("unit").to_pylist()]
    if name in units or (barred and not units):
        return name
    if len(units) > 1:
        raise UsageError(f"{name} may be {len(units)} sessions", hint=f"one of: {', '.join(units[:5])}")
    if not units:
        raise UsageError(
            f"there is no session or ticket {name}", hint="its id stands in `stillhouse trace` and on pages"
        )
    return units[0]
