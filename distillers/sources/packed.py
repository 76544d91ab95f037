"""Logs that an agent packed away: Zstandard and gzip.

A few bytes can unpack to as many as a disk holds, so unpacking stops at :data:`LARGEST` bytes, and beyond
:data:`FREE` bytes at :data:`DENSEST` times the packed size.
"""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Any, BinaryIO, cast

LARGEST = 1024 * 1024 * 1024
DENSEST = 200
"""Logs shrink to a tenth or, where they repeat themselves, to a fiftieth."""
FREE = 1024 * 1024
"""Up to this size any density is harmless."""
_BLOCK = 1024 * 1024
_ZSTD = b"\x28\xb5\x2f\xfd"
_GZIP = b"\x1f\x8b"


def is_packed(data: bytes) -> bool:
    """Whether the bytes are packed in a way that :func:`unpack` opens."""
    return data.startswith((_ZSTD, _GZIP))


def unpack(data: bytes) -> bytes:
    """The bytes that were packed. Raises ``ValueError`` if the file is cut or broken, or unpacks to far too much."""
    most = min(LARGEST, max(FREE, DENSEST * len(data)))
    kept = bytearray()
    try:
        with _opened(data) as stream:
            while block := stream.read(_BLOCK):
                kept += block
                if len(kept) > most:
                    raise ValueError(f"it holds more than {most} bytes, {len(data)} of them packed: that is no log")
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error
    return bytes(kept)


def _opened(data: bytes) -> BinaryIO:
    """``data`` as a stream of what was packed."""
    if data.startswith(_GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=io.BytesIO(data)))
    import pyarrow  # noqa: PLC0415  slow to load, and few files are packed with Zstandard

    arrow = cast("Any", pyarrow)  # it ships no types
    return arrow.CompressedInputStream(arrow.BufferReader(data), "zstd")
