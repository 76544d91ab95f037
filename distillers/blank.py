"""Blanking lines of files that are ours: overwritten in place, so that lengths and the numbers of other lines stay."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import orjson

from distillers.barred import Barred

Span = tuple[int, int]


def lines(data: bytes) -> Iterator[Span]:
    """Where each line of ``data`` starts and ends, without its line feed."""
    at = 0
    while at < len(data):
        end = data.find(b"\n", at)
        stop = len(data) if end < 0 else end
        yield at, stop
        at = stop + 1


def blank_lines(folder: Path, meant: Callable[[bytes], bool], *, dry: bool = False) -> int:
    """Blanks the lines that are meant in all files below ``folder`` (``dry``: only counts them); returns how many."""
    count = 0
    for path in files_below(folder):
        data = path.read_bytes()
        spans = [(at, stop) for at, stop in lines(data) if meant(data[at:stop])]
        count += len(spans)
        if not dry:
            overwrite(path, spans, b" ")
    return count


def blank_barred(folder: Path, barred: Barred) -> int:
    """Blanks the fetched tickets that were purged and that their source told of again; returns how many there were."""
    if not barred.sessions and not barred.texts:
        return 0
    return blank_lines(folder, lambda line: bool(line.strip()) and _is_barred(line, barred))


def files_below(folder: Path) -> list[Path]:
    """Every regular file below ``folder``, by path; none if there is no such folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def overwrite(path: Path, spans: Sequence[Span], filler: bytes) -> None:
    """Writes ``filler`` over stretches of a file, in place, and syncs it."""
    if not spans:
        return
    with path.open("r+b") as file:
        for start, stop in spans:
            file.seek(start)
            file.write(filler * (stop - start))
        file.flush()
        os.fsync(file.fileno())


def _is_barred(line: bytes, barred: Barred) -> bool:
    try:
        key = orjson.loads(line)["key"]
    except (ValueError, KeyError, TypeError):
        key = ""
    return barred.bars(str(key)) or bool(barred.holding([line.decode("utf-8", "replace")]))
