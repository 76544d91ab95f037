"""Masks secrets before anything is stored: whole, in place, leaving the kind and a keyed hash.

    [REDACTED:github-token:1a2b3c4d]

The hash is the same for the same secret however it was written, so that it can be recognised without being known.
Masking is idempotent, and it keeps the number of lines.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, Final

from distillers.record.redaction.own import Own
from distillers.record.redaction.rules import ANCHORS
from distillers.record.redaction.scan import find, find_many
from distillers.record.redaction.spans import CustomPattern, Span, merge
from distillers.record.redaction.views import canonical
from scheduling.base.errors import CorruptError

__all__ = ["CustomPattern", "Redactor", "Span", "filter_lines", "load_key"]

_KEY_BYTES: Final = 32
_BLOCK: Final = 1 << 18
_BATCH: Final = 1 << 20
_HELD: Final = 1 << 14
_SHORT: Final = 160
"""Characters of texts that come again and again: names of tools, folders, labels, "ok"."""
_REMEMBERED: Final = 1 << 14
_REPEATED: Final = 100
"""Secrets of one text that are looked for again: bounds the work on a text made of nothing else."""

_MASK: Final = re.compile(r"\[REDACTED:([a-z0-9-]{1,40}):[0-9a-f]{8}\]")


class Redactor:
    """Finds and masks secrets.

    ``key`` keys the hashes; ``extra`` are patterns of one's own, ``allow`` the values to keep.
    """

    def __init__(self, key: bytes, extra: Sequence[CustomPattern] = (), allow: Sequence[str] = ()) -> None:
        self._key = hashlib.blake2b(key, digest_size=32).digest()
        self._extra = Own(extra)
        self._allow = frozenset(canonical(value) for value in allow)
        self._harmless: set[str] = set()
        self.edition = edition(extra, allow)
        """Names the patterns and allowed values of one's own; "" if there are none."""

    def __getstate__(self) -> tuple[dict[str, Any], list[bytes]]:
        """What another process needs to mask alike: the compiled patterns go along."""
        return self.__dict__ | {"_harmless": set[str]()}, ANCHORS.scanner.dumped()

    def __setstate__(self, state: tuple[dict[str, Any], list[bytes]]) -> None:
        held, compiled = state
        self.__dict__.update(held)
        ANCHORS.adopt(compiled)

    def spans(self, text: str) -> list[Span]:
        """The secrets of ``text``: start, end (characters), kind; in order, apart from each other."""
        return self._chosen(text, find(text, self._extra))

    def mask(self, text: str) -> str:
        """``text`` with every secret replaced whole; the same text if there is none."""
        while spans := self.spans(text):
            text = self._replace(text, spans)
        return text

    def mask_many(self, texts: Sequence[str]) -> list[str]:
        """Each of ``texts`` masked; as many calls of :meth:`mask` would, in a fraction of their time."""
        new = [text for text in dict.fromkeys(texts) if text not in self._harmless]
        masked: dict[str, str] = {}
        for batch in _batches(new):
            masked |= self._masked(batch)
            self._harmless.update(text for text in batch if len(text) <= _SHORT and text not in masked)
        if len(self._harmless) > _REMEMBERED:
            self._harmless.clear()
        return list(map(masked.get, texts, texts)) if masked else list(texts)

    def _masked(self, texts: Sequence[str]) -> dict[str, str]:
        """Those of ``texts`` that hold secrets, and what they are without."""
        out: dict[str, str] = {}
        originals = left = texts
        while left:
            again: dict[str, str] = {}
            for i, found in find_many(left, self._extra):
                if spans := self._chosen(left[i], found):
                    out[originals[i]] = again[originals[i]] = self._replace(left[i], spans)
            originals, left = list(again), list(again.values())
        return out

    def mask_parts(self, parts: Sequence[str]) -> list[str]:
        """``parts`` masked, each in its place, also where a secret begins in one and goes on in the next."""
        out: list[str] = []
        at = 0
        text = "".join(parts)
        spans = self.spans(text)
        for part in parts:
            here = [
                (Span(max(0, span.start - at), min(len(part), span.end - at), span.kind), text[span.start : span.end])
                for span in spans
                if span.start < at + len(part) and span.end > at
            ]
            out.append(self.mask(self._replace(part, [span for span, _ in here], [secret for _, secret in here])))
            at += len(part)
        return out

    def mask_stream(self, lines: Iterable[str]) -> Iterator[str]:
        """``lines`` masked, also where a secret runs over several of them; yields stretches of whole lines."""
        held, size = [], 0
        for line in lines:
            held.append(line)
            size += len(line)
            if size >= _BLOCK:
                done, rest = self._settle("".join(held))
                yield done
                held, size = (
                    [rest],
                    0,
                )  # what is held back may be one long line: it is looked at again with a block more
        if held:
            yield self.mask("".join(held))

    @staticmethod
    def public(text: str) -> str:
        """``text`` with the hashes of its masks taken off, for pages and drafts."""
        return _MASK.sub(r"[REDACTED:\1]", text)

    def _settle(self, text: str) -> tuple[str, str]:
        """What can be given out, masked, and the rest that later lines may still belong to."""
        cut = text.rfind("\n", 0, max(0, len(text) - _HELD)) + 1
        spans = self.spans(text)
        for span in spans:
            if span.start < cut < span.end:
                cut = text.rfind("\n", 0, span.start) + 1
        done = [span for span in spans if span.end <= cut]
        return self.mask(self._replace(text[:cut], done)) if done else text[:cut], text[cut:]

    def _chosen(self, text: str, found: list[Span]) -> list[Span]:
        """``found`` without what is allowed, with other places of the same secrets."""
        if self._allow:
            found = [span for span in found if canonical(text[span.start : span.end]) not in self._allow]
        return merge([*found, *self._repeated(text, found)]) if found else found

    def _repeated(self, text: str, found: Sequence[Span]) -> Iterator[Span]:
        """Other places where a secret found here stands again without its name."""
        values = {text[span.start : span.end]: span.kind for span in found}
        for value, kind in islice(values.items(), _REPEATED):
            if not 12 <= len(value) <= 512 or not any(c.isdigit() for c in value) or text.count(value) < 2:
                continue
            at = text.find(value)
            while at >= 0:
                yield Span(at, at + len(value), kind)
                at = text.find(value, at + len(value))

    def _replace(self, text: str, spans: Sequence[Span], wholes: Sequence[str] = ()) -> str:
        """``text`` with ``spans`` masked; ``wholes`` are the secrets of which the spans hold a part each."""
        pieces: list[str] = []
        last = 0
        for i, span in enumerate(spans):
            secret = text[span.start : span.end]
            pieces += (
                text[last : span.start],
                f"[REDACTED:{span.kind}:{self._hash(wholes[i] if wholes else secret)}]",
                "\n" * secret.count("\n"),
            )
            last = span.end
        pieces.append(text[last:])
        return "".join(pieces)

    def _hash(self, secret: str) -> str:
        value = canonical(secret).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(value, key=self._key, digest_size=4).hexdigest()


def _told(pattern: CustomPattern) -> str:
    kept = [([regex.pattern for regex in one.regexes], one.words, one.target) for one in pattern.allow]
    how = (pattern.keywords, pattern.entropy, pattern.group, pattern.first_group, kept)
    return repr((pattern.kind, pattern.regex.pattern, pattern.regex.flags, how))


def edition(extra: Sequence[CustomPattern], allow: Sequence[str]) -> str:
    """A short hash that changes when patterns or allowed values do; "" if there are none."""
    told = repr((sorted(map(_told, extra)), sorted(allow)))
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() if extra or allow else ""


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """``texts`` in stretches of about :data:`_BATCH` characters."""
    sizes = list(accumulate(map(len, texts), initial=0))
    first = 0
    while first < len(texts):
        last = min(len(texts), bisect_left(sizes, sizes[first] + _BATCH, first + 1))
        yield texts[first:last]
        first = last


def filter_lines(redactor: Redactor, lines: Iterable[str]) -> Iterator[str]:
    """What the ``redact`` filter writes for the lines it reads: all of them, masked."""
    yield from redactor.mask_stream(lines)


def load_key(path: Path) -> bytes:
    """The 32 bytes that key the hashes, from ``path``; made at random (mode 0600, atomically) if there is none.

    Raises CorruptError if the file has another length.
    """
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = _create(path)
    if len(key) != _KEY_BYTES:
        raise CorruptError(
            f"the redaction key {path} has {len(key)} bytes instead of {_KEY_BYTES}",
            hint="restore it, or move it away: a new one is made, and old masks keep their old hashes",
        )
    return key


def _create(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path.read_bytes()
