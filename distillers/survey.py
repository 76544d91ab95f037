"""What is to be done for a source: its walk beside its cursors. Decides only: opens no file and writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from distillers import cursors
from distillers.cursors import Cursor
from distillers.walk import Seen, SourceSpec, Walked, nested, walk
from scheduling.ledger.store import Ledger
from scheduling.tasks import task_id, tasks

if TYPE_CHECKING:  # the readers are for whoever reads something
    from distillers.reading import Reading

READING = "10"
"""Raised when the readers or the masks change so much that every file must be read again."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A source as it stands."""

    spec: SourceSpec
    task: str
    input: str
    """Hash of all that collecting it depends on."""
    revision: str
    settled: bool
    """Nothing changed since its task was done: the rest is empty."""
    walked: Walked
    changed: list[Seen] = field(default_factory=list[Seen])
    """Files to be read, by name."""
    known: Mapping[str, Cursor] = field(default_factory=dict[str, Cursor])
    """Their cursors, of those that were read before."""
    gone: list[str] = field(default_factory=list[str])
    back: list[str] = field(default_factory=list[str])
    """Unchanged files that were gone."""

    @property
    def bytes(self) -> int:
        """How much there is to read."""
        return sum(seen.size for seen in self.changed)

    def moved(self, seen: Seen, reading: Reading) -> Cursor:
        """The cursor of ``seen`` after ``reading``; its generation is still the one before."""
        before = self.known.get(seen.name)
        return Cursor(
            via=self.spec.via,
            path=seen.name,
            source=self.task,
            size=-1 if reading.more or reading.later else seen.size,
            mtime_ns=seen.mtime_ns,
            ino=seen.ino,
            ctime_ns=seen.ctime_ns,
            revision=self.revision,
            state=reading.state,
            reason=reading.reason,
            format=reading.format,
            bad_lines=reading.bad_lines,
            generation=before.generation if before else 0,
            run=before.run if before else "",
        )


def glance(specs: Sequence[SourceSpec]) -> list[Survey]:
    """Each source as it lies there, the ledger not asked what is new in it."""
    return [
        Survey(spec, task_id("collect", spec.subject), "", "", settled=True, walked=walk(spec.path, inner))
        for spec, inner in nested(specs)
    ]


def outline(seen: Iterable[Survey]) -> str:
    """A hash that changes as soon as a file of the sources comes, goes or is touched, or one of them is another."""
    return _hash(*((one.spec.kind, one.task, one.walked.signature(), *one.walked.apart()) for one in seen))


def survey(
    ledger: Ledger,
    spec: SourceSpec,
    inner: Sequence[Path],
    folders: Mapping[str, Sequence[Path]],
    since: datetime | None,
    edition: str = "",
) -> Survey:
    """The survey of ``spec`` without its folders ``inner``; ``folders`` and the rest as given to ``collect``."""
    return surveys(ledger, [(spec, inner)], folders, since, edition)[0]


def surveys(
    ledger: Ledger,
    specs: Iterable[tuple[SourceSpec, Sequence[Path]]],
    folders: Mapping[str, Sequence[Path]],
    since: datetime | None,
    edition: str = "",
) -> list[Survey]:
    """The survey of each source, all from one look into the ledger."""
    told = sorted((domain, list(map(str, paths))) for domain, paths in folders.items())
    with ledger.read() as rows:
        waking = cursors.waking(rows)
        return [
            _survey(rows, spec, inner, _Asked(waking, _hash(READING + edition, spec.kind, told), since))
            for spec, inner in specs
        ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a survey rests on beside the files."""

    waking: Mapping[str, int]
    revision: str
    since: datetime | None


def _survey(rows: Connection, spec: SourceSpec, inner: Sequence[Path], asked: _Asked) -> Survey:
    walked, revision, since = walk(spec.path, inner), asked.revision, asked.since
    task = task_id("collect", spec.subject)
    wanted = _hash(walked.signature(), revision, asked.waking.get(task, 0), since)
    if _is_done(rows, task, wanted):
        return Survey(spec, task, wanted, revision, settled=True, walked=walked)
    names = {seen.name for seen in walked.files}
    known = cursors.load(rows, task, names)
    same = {seen.name for seen in walked.files if _is_same(seen, known.get(seen.name), revision)}
    oldest = int(since.timestamp() * 1e9) if since else 0
    changed = [s for s in walked.files if s.name not in same and (s.mtime_ns >= oldest or s.name in known)]
    return Survey(
        spec,
        task,
        wanted,
        revision,
        settled=False,
        walked=walked,
        changed=changed,
        known={seen.name: known[seen.name] for seen in changed if seen.name in known},
        gone=sorted(path for path, cursor in known.items() if path not in names and not cursor.gone),
        back=sorted(path for path in same if known[path].gone),
    )


def _is_done(rows: Connection, task: str, wanted: str) -> bool:
    return rows.execute(select(tasks.c.state, tasks.c.input).where(tasks.c.id == task)).first() == ("done", wanted)


def _is_same(seen: Seen, cursor: Cursor | None, revision: str) -> bool:
    """Whether the file needs no reading. A quarantined one is also tried again when its permissions changed."""
    if cursor is None or cursor.revision != revision:
        return False
    stat = (cursor.size, cursor.mtime_ns, cursor.ino) == (seen.size, seen.mtime_ns, seen.ino)
    return stat and (cursor.state != "quarantined" or cursor.ctime_ns == seen.ctime_ns)


def _hash(*parts: object) -> str:
    return hashlib.blake2b("\0".join(map(str, parts)).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()
