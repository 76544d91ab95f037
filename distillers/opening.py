"""Opening the files of a source: recognised by their beginning, and read whole, or block by block if they are large."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from distillers.sources.base import HEAD_BYTES, LONGEST_LINE, Reader, Skip, SourceFile
from distillers.sources.database import MAGIC, is_database
from distillers.sources.packed import is_packed

STREAMED = 16 * 1024 * 1024
"""Bytes from which on a file is read in parts, if its reader can."""
PROBE = 1024 * 1024
"""Bytes that such a file is recognised by."""
BLOCK = 4 * 1024 * 1024

Recognise = Callable[[SourceFile], Reader | Skip]


def opened(recognise: Recognise, path: str, folders: Sequence[str] = ()) -> tuple[SourceFile, Reader | Skip, int]:
    """The file, its reader, and how many lines over :data:`LONGEST_LINE` were emptied in it. Raises OSError.

    ``folders`` are the working folders that are known of.
    Of a database, which has no lines and is asked where it stands, the first bytes alone are read.
    """
    with _handle(path) as (handle, size):
        if size >= STREAMED:
            file = SourceFile(Path(path), os.read(handle, PROBE), lambda: _blocks(path), folders)
            reader = Skip("empty") if is_packed(file.data) or is_database(file.data) else recognise(file)
            if getattr(reader, "streams", False):
                return file, reader, 0
            os.lseek(handle, 0, os.SEEK_SET)
        data, cut = _loaded(handle, size)
    file = SourceFile(Path(path), data, folders=folders)
    return file, recognise(file), cut


def load(path: str) -> tuple[bytes, int]:
    """The bytes of a file as :func:`opened` reads them whole, and how many lines were emptied in it."""
    with _handle(path) as (handle, size):
        return _loaded(handle, size)


def _loaded(handle: int, size: int) -> tuple[bytes, int]:
    if is_database(os.pread(handle, len(MAGIC), 0)):
        return os.read(handle, HEAD_BYTES), 0
    if size > LONGEST_LINE:
        return _cut(_rest(handle))
    data = os.read(handle, size + 1)
    return data if len(data) == size else data + FileIO(handle, closefd=False).readall(), 0


def _blocks(path: str) -> Iterator[bytes]:
    with _handle(path) as (handle, _):
        yield from _rest(handle)


def _rest(handle: int) -> Iterator[bytes]:
    while block := os.read(handle, BLOCK):
        yield block


@contextmanager
def _handle(path: str) -> Generator[tuple[int, int]]:
    """A regular file, opened, and its size. What is none (any more) is refused: no pipe can hang the night."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        told = os.fstat(handle)
        if not stat.S_ISREG(told.st_mode):
            raise OSError(0, "no regular file")
        yield handle, told.st_size
    finally:
        os.close(handle)


def _cut(blocks: Iterator[bytes]) -> tuple[bytes, int]:
    """The concatenated ``blocks`` with lines over :data:`LONGEST_LINE` emptied, never holding such a line."""
    kept = bytearray()
    start = cut = 0
    dropping = False
    for block in blocks:
        for piece in _pieces(block):
            if not dropping:
                kept += piece
            ends = piece.endswith(b"\n")
            if len(kept) - start > LONGEST_LINE:
                del kept[start:]
                dropping, cut = True, cut + 1
            if ends:
                if dropping:
                    kept += b"\n"
                dropping, start = False, len(kept)
    return bytes(kept), cut


def _pieces(block: bytes) -> Iterator[bytes]:
    """``block`` cut after each line feed (and nowhere else, unlike ``splitlines``)."""
    at = 0
    while at < len(block):
        end = block.find(b"\n", at)
        stop = len(block) if end < 0 else end + 1
        yield block[at:stop]
        at = stop
