"""The distiller's inbox: what an agent hands in is kept as its words in a log, and the next night reads it as one.

So a note goes the way of everything else: masked, archived with origin ``agent``, and believed only as far as evidence
of another origin bears it out.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from scheduling.base.clock import stamp
from scheduling.base.errors import ConflictError, UsageError
from scheduling.base.forms import bytes_of
from scheduling.runs import Run

LONGEST = 2000
MOST = 1024 * 1024
"""Bytes of one seat's notes in a domain: an inbox is no store."""


def leave(run: Run, folder: Path, domain: str, seat: str, text: str) -> str:
    """Appends ``text``, already masked, to the notes of ``seat``; its id. The same note twice is kept once.

    Raises :class:`UsageError` for an empty note, :class:`ConflictError` if the seat left too many.
    """
    said = text.strip()[:LONGEST]
    if not said:
        raise UsageError("a note needs a text", hint="say in a sentence what you found out and how")
    key = "n-" + hashlib.blake2b(f"{domain}\0{seat}\0{said}".encode("utf-8", "replace"), digest_size=6).hexdigest()
    path = folder / f"{seat}.jsonl"
    with run.change("note", domain, note=key, seat=seat) as rows:
        if not run.once(rows, f"note {key}"):
            return key
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > MOST:
            raise ConflictError(f"{seat} has left too many notes in {domain}", hint="they wait to be read by a person")
        _append(path, json.dumps(_record(key, seat, said), ensure_ascii=True) + "\n")
    return key


def forget(inbox: Path, forms: Sequence[str]) -> int:
    """Drops the notes of all domains and seats in which one of ``forms`` stands; returns how many."""
    dropped = 0
    for path in sorted(inbox.glob("*/*.jsonl")):
        lines = path.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not any(bytes_of(form) in line for form in forms)]
        if len(kept) < len(lines):
            dropped += len(lines) - len(kept)
            fresh = path.with_suffix(".new")
            fresh.write_bytes(b"".join(kept))
            fresh.replace(path)
    return dropped


def _record(key: str, seat: str, said: str) -> dict[str, object]:
    """A line such as Claude Code writes for what its agent says, which collect reads."""
    message = {"role": "assistant", "content": [{"type": "text", "text": said}]}
    return {"type": "assistant", "uuid": key, "sessionId": f"notes-{seat}", "timestamp": stamp(), "message": message}


def _append(path: Path, line: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "ab") as file:
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())
