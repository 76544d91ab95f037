"""Base64 whose decoded text holds a secret; pictures and other bytes are dropped by their first characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from distillers.record.redaction.values import unbase64
from distillers.record.redaction.views import decoded

_ESCAPED: Final = r"%2[BbFf]|\\{1,8}(?:/|u002[BbFf])"
"""Signs of base64 as URLs and JSON write them."""
_LEAD: Final = r"[ \t]{0,12}(?:\d{1,6}(?:[\t\u2192:]|[ ]?\|)|[>|+\u2502\u2503])?[ \t]{0,4}"
"""What may stand before each line of it."""
RUN: Final = re.compile(
    r"[CDI-Za-f](?<![A-Za-z0-9+/_-].)[A-Za-z0-9+/_-]{3}(?:[CDI-Za-f][A-Za-z0-9+/_-]{3}){4}"
    rf"(?:[A-Za-z0-9+/_-]|{_ESCAPED})*"
    rf"(?:(?:\r?\n{_LEAD}|(?:\\+r)?\\+n)[A-Za-z0-9+/_-]{{4,76}})*(?:={{0,2}}|(?:%3[Dd]){{1,2}})"
)
"""Base64 whose first fifteen bytes may be printable ASCII: of each group of four signs the first says so."""

_FIRST: Final = re.compile(rf"(?:[A-Za-z0-9+/_-]|{_ESCAPED})+={{0,2}}")
_LINE_END: Final = re.compile(rf"[ \t]{{0,4}}[\u2502\u2503|]?[ \t]*\r?\n{_LEAD}|\s+|\\+[rn]")
_LIMIT: Final = 200_000
_DEPTH: Final = 48


def find(text: str, places: Iterable[int], holds_secret: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Start and end of each base64 block of ``text`` whose decoded text ``holds_secret``.

    ``places`` are those, ascending, where the twentieth character of one may stand.
    """
    done = 0
    for at in places:
        run = RUN.match(text, at - 19) if at - 19 >= done else None
        if run is None:
            continue
        done = run.end()
        if run.end() - run.start() > _LIMIT:
            continue
        if plain := _plain(run[0]):
            if holds_secret(plain):
                yield run.span()
        elif line := _FIRST.match(text, run.start()):  # what stands below it is another one
            done = line.end()
            if (plain := _plain(line[0])) and holds_secret(plain):
                yield line.span()


def _plain(block: str) -> str:
    """The text that ``block`` encodes, or ""."""
    if not _may_be_text(block):
        return ""
    return unbase64(decoded(_LINE_END.sub("", block)).text.rstrip("="))


def _may_be_text(block: str) -> bool:
    """Whether the first characters decode to text: names, paths and hex do not, nor do pictures."""
    line = decoded(_LINE_END.split(block[:_DEPTH], maxsplit=1)[0]).text
    return bool(unbase64(line[: min(len(line), len(block)) // 4 * 4]))
