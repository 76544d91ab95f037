"""Which words are names of code: files, ``snake_case``, ``UPPER_SNAKE``, ``camelCase`` and ``CamelCase``.

A name is told by its shape alone, and compared in small letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b

import numpy as np

from distillers.code.marks import Lines, Marks, joined

SHORTEST, LONGEST = 4, 80
"""Characters of a word that may be a name."""
_WORD = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_APART = bytes(byte if byte in _WORD else 0x20 for byte in range(256))
_SHAPE = re.compile(
    r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
    r"|[a-z][a-z0-9]*[A-Z][A-Za-z0-9]*|[A-Z][a-z0-9]+[A-Z][A-Za-z0-9]*"
)
_FILE = re.compile(
    r"(?<![\w/.])(?:[\w.@-]+/)*(?P<file>[\w-][\w.-]*\.(?:tsx?|jsx?|mjs|cjs|py|rs|go|exs?|rb|java|kt|swift|cs|php|c|h|cc"
    r"|cpp|hpp|sh|sql|s?css|html|vue|svelte|toml|ya?ml|json|md))\b(?![\w/])"
)
_TOKEN = re.compile(r"(?<![^\W_])[A-Za-z0-9_]+(?![^\W_])")


def words(code: bytes) -> set[bytes]:
    """The words of a text that are long enough to be a name, each once; underscores around them belong to them."""
    return {word for word in set(code.translate(_APART).split()) if SHORTEST <= len(word) <= LONGEST}


def is_name(word: str) -> bool:
    """Whether a word has the shape of a name; underscores around it do not count."""
    bare = word.strip("_")
    return len(bare) >= SHORTEST and _SHAPE.fullmatch(bare) is not None


def named(claim: str) -> Iterator[tuple[str, str]]:
    """The names that a sentence gives, each with what is compared of it (as :func:`of_word`, :func:`of_path`)."""
    for found in _FILE.finditer(claim):
        yield found.group(), of_path(found["file"])
    for found in _TOKEN.finditer(_FILE.sub(" ", claim)):
        if is_name(found.group()):
            yield found.group(), of_word(found.group())


def of_word(word: str) -> str:
    """What is compared of a name."""
    return word.strip("_").lower()


def of_path(path: str) -> str:
    """What is compared of a file's path: its last part, since files move."""
    return "/" + path.rpartition("/")[2].lower()


class Marker:
    """Turns names into hashes of 8 bytes that nobody without the ``key`` can tell the names from."""

    def __init__(self, key: bytes) -> None:
        self._key = blake2b(key, digest_size=32, person=b"code names").digest()
        self._lines = blake2b(digest_size=4, key=self._key, person=b"lines")

    def mark(self, name: str) -> int:
        """The hash of one name, as it is compared."""
        told = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8, key=self._key)
        return int.from_bytes(told.digest(), "little")

    def marks(self, names: Iterator[str] | set[str]) -> Marks:
        """The hashes of many names."""
        return joined([np.fromiter((self.mark(name) for name in names), dtype=np.uint64)])

    def lines(self, lines: Iterable[bytes]) -> Lines:
        """The hashes of lines."""
        return joined([np.fromiter((self._line(line) for line in lines), dtype=np.uint32)])

    def _line(self, line: bytes) -> int:
        told = self._lines.copy()
        told.update(line)
        return int.from_bytes(told.digest(), "little")
