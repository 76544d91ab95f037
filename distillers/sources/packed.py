"""Logs that an agent packed away: Zstandard and gzip."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pyarrow as pa

_ZSTD = b"\x28\xb5\x2f\xfd"
_GZIP = b"\x1f\x8b"


def is_packed(data: bytes) -> bool:
    """Whether the bytes are packed in a way that :func:`unpack` opens."""
    return data.startswith((_ZSTD, _GZIP))


def unpack(data: bytes) -> bytes:
    """The bytes that were packed. Raises ``ValueError`` if the packed file is cut or broken."""
    try:
        if data.startswith(_GZIP):
            return gzip.decompress(data)
        stream: Any = pa.CompressedInputStream(pa.BufferReader(data), "zstd")
        return bytes(stream.read())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error
