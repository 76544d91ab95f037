"""The events that stand at a place, file and line, whichever copy of them the record keeps.

An event is stored once, under the first of its places. What stands elsewhere is found by reading that file again: the
same record has the same id in every copy.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from distillers import cursors
from distillers.record.archive import Archive
from distillers.record.events import Event

STORED = """
    SELECT DISTINCT domain, id, line, part FROM live WHERE file = $file AND (line = $line
    OR prose AND line < $line AND line + length(text) - length(replace(text, chr(10), '')) >= $line)
    ORDER BY line, part
"""
"""What was stored with that place; a text of prose stands on all of its lines."""
HOLDERS = "SELECT DISTINCT domain, id FROM live WHERE id IN (SELECT unnest($ids)) ORDER BY domain"


def located(archive: Archive, file: str, line: int) -> list[tuple[str, Event]]:
    """The events at ``line`` of ``file`` with their domains, as the record shows them; none if there is none.

    A file that was never collected is not opened. Raises ``Unreadable`` of one that was and broke since.
    """
    params = {"file": file, "line": line}
    pairs = [(str(row["domain"]), str(row["id"])) for row in archive.stored(STORED, {}, params).to_pylist()]
    return list(_shown(archive, pairs or _copied(archive, file, line)))


def held(archive: Archive, event: str) -> list[tuple[str, Event]]:
    """The event of that id, from each domain that has it."""
    return list(_shown(archive, _holders(archive, [event], None)))


def _copied(archive: Archive, file: str, line: int) -> list[tuple[str, str]]:
    """What the record has elsewhere of what stands there."""
    with archive.ledger.read() as rows:
        chosen = select(cursors.files.c.via, cursors.files.c.format).where(cursors.files.c.path == file)
        known = [(str(via), str(name)) for via, name in rows.execute(chosen)]
    if not known:
        return []
    try:
        ids = list(dict.fromkeys(event.id for event in _read(file, known[0][1]) if _stands(event, line)))
    except OSError:  # it is gone, and what it held at which line with it
        return []
    domains = {via for via, _ in known}
    return _holders(archive, ids, None if "" in domains else domains)


def _read(file: str, name: str) -> Iterator[Event]:
    # The readers are for whoever needs them: what was stored with its place is shown in milliseconds.
    from distillers.opening import opened  # noqa: PLC0415
    from distillers.sources.base import Skip  # noqa: PLC0415
    from distillers.sources.lines import BadLine  # noqa: PLC0415
    from distillers.sources.registry import BY_KIND, recognise_file  # noqa: PLC0415

    source, reader, _ = opened(BY_KIND.get(name, recognise_file), file)
    if not isinstance(reader, Skip):
        yield from (item for item in reader.read(source) if not isinstance(item, BadLine))


def _stands(event: Event, line: int) -> bool:
    return event.line == line or (event.prose and event.line < line <= event.line + event.text.count("\n"))


def _holders(archive: Archive, ids: list[str], domains: set[str] | None) -> list[tuple[str, str]]:
    if not ids:
        return []
    found = archive.stored(HOLDERS, {}, {"ids": ids}).to_pylist()
    pairs = [(str(row["domain"]), str(row["id"])) for row in found]
    return sorted(
        (pair for pair in pairs if domains is None or pair[0] in domains),
        key=lambda pair: (pair[0], ids.index(pair[1])),
    )


def _shown(archive: Archive, pairs: list[tuple[str, str]]) -> Iterator[tuple[str, Event]]:
    for domain, own in pairs:
        if one := archive.event(domain, own):
            yield domain, one
