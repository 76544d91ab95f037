"""Logs that an agent packed away: Zstandard and gzip."""

from __future__ import annotations

import gzip
import zlib
from typing import Any, cast

import pyarrow as pa  # ships without types

_ARROW = cast("Any", pa)
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
        return bytes(_ARROW.CompressedInputStream(_ARROW.BufferReader(data), "zstd").read())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error
