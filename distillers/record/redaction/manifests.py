"""Secrets known by the document they stand in: a Kubernetes Secret, a JSON Web Key, the end of a key file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from distillers.record.redaction.signs import looks_random
from distillers.record.redaction.values import is_secret

Hit = tuple[int, int, str]
_REACH: Final = 4_000

_SECRET: Final = re.compile(r"kind[\"']?\s{0,3}:\s{0,3}[\"']?(?:Sealed)?Secret\b")
_ENTRY: Final = re.compile(
    r"^[ \t]{1,16}[\"']?[\w.-]{1,80}[\"']?:[ \t]{1,4}[\"']?([A-Za-z0-9+/]{8,4000}={0,2})[\"']?,?[ \t]*$", re.M
)
_DATA: Final = re.compile(r"^[ \t]{0,16}[\"']?data[\"']?:[ \t{]*\n(?:[ \t]{1,16}[^\n]*\n?){1,60}", re.M)
_FLAT: Final = re.compile(r"[\"']data[\"']\s{0,3}:\s{0,3}\{([^{}]{8,8000})\}")
_FIELD: Final = re.compile(r"[\"'][\w.-]{1,80}[\"']\s{0,3}:\s{0,3}[\"']([A-Za-z0-9+/]{8,4000}={0,2})[\"']")
_PLAIN: Final = re.compile(r"^([ \t]{0,16})[\"']?stringData[\"']?:[ \t{]*\n(?:\1[ \t]{1,16}[^\n]*(?:\n|$)){1,60}", re.M)
_PLAIN_ENTRY: Final = re.compile(
    r"^[ \t]{1,20}[\"']?[\w.-]{1,80}[\"']?:[ \t]{1,4}([\"']?)(?P<v>[^\s\"'][^\n]{2,2000}?)\1,?[ \t]*$", re.M
)
_PLAIN_FLAT: Final = re.compile(r"[\"']stringData[\"']\s{0,3}:\s{0,3}\{([^{}]{4,8000})\}")
_PLAIN_FIELD: Final = re.compile(r"[\"'][\w.-]{1,80}[\"']\s{0,3}:\s{0,3}[\"'](?P<v>[^\"'\n]{3,2000})[\"']")


def kubernetes(text: str, at: int) -> Iterator[Hit]:
    """The values of a Kubernetes Secret whose ``kind:`` stands at ``at``: base64 under ``data:``, or as they are."""
    if not _SECRET.match(text, at):
        return
    first, last = max(0, at - _REACH), at + _REACH
    for where, one in ((_DATA, _ENTRY), (_FLAT, _FIELD)):
        if data := where.search(text, first, last):
            for entry in one.finditer(text, data.start() + 1, data.end()):
                if looks_random(entry[1]) or entry[1].endswith("="):
                    yield entry.start(1), entry.end(1), "k8s-secret"
    for where, one in ((_PLAIN, _PLAIN_ENTRY), (_PLAIN_FLAT, _PLAIN_FIELD)):
        if data := where.search(text, first, last):
            for entry in one.finditer(text, data.start() + 1, data.end()):
                if is_secret(entry["v"], "password", certain=True):
                    yield *entry.span("v"), "k8s-secret"


_MEMBER: Final = re.compile(
    r"(?<![\w-])[\"']?(?:d|p|q|dp|dq|qi|k)[\"']?\s{0,4}(?:[:=]|=>)\s{0,4}[\"']?(?P<v>[A-Za-z0-9_-]{20,1400})(?![\w-])"
)


_TYPE: Final = re.compile(r"kty[\"']?\s{0,4}(?:[:=]|=>)\s{0,4}[\"']?(?:EC|RSA|OKP|oct)")


def web_key(text: str, at: int) -> Iterator[Hit]:
    """The private members of a JSON Web Key whose ``kty`` stands at ``at``, whatever other objects it holds."""
    if not _TYPE.match(text, at):
        return
    first, last = _object(text, at)
    for member in _MEMBER.finditer(text, first, last):
        if looks_random(member["v"]):
            yield *member.span("v"), "jwk"


_BRACKET: Final = re.compile(r"[{}]")


def _object(text: str, at: int) -> tuple[int, int]:
    """Start and end of the object in which ``at`` stands, as far as :data:`_REACH`."""
    low, high = max(0, at - _REACH), min(len(text), at + _REACH)
    depth = 0
    for sign in reversed(list(_BRACKET.finditer(text, low, at))):
        depth += 1 if sign[0] == "}" else -1
        if depth < 0:
            low = sign.start()
            break
    depth = 0
    for sign in _BRACKET.finditer(text, at, high):
        depth += 1 if sign[0] == "{" else -1
        if depth < 0:
            return low, sign.start()
    return low, high


_END: Final = re.compile(r"-----END [ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_NUMBERED: Final = r"(?:\d{1,5}[\u2192\t:|])?[ \t]{0,4}"
_LAST: Final = re.compile(
    rf"(?:\A|(?<=\n))(?:[ \t]{{0,8}}(?:[+>|#*/-]{{1,2}})?{_NUMBERED}[A-Za-z0-9+/]{{4,76}}={{0,2}}\\?\r?\n){{1,600}}"
    rf"[^\w\n]{{0,8}}{_NUMBERED}\Z"
)


def key_end(text: str, at: int) -> Iterator[Hit]:
    """The last lines of a private key whose first ones were cut off; its end stands at ``at``."""
    head = text[max(0, at - _REACH) : at]
    if (end := _END.match(text, at)) and "-----BEGIN" not in head and (last := _LAST.search(head)):
        yield at - len(head) + last.start(), end.end(), "private-key"


ANCHORED: Final = (("kind", kubernetes), ("kty", web_key), ("-----end", key_end))
"""The rules of this module and the (lower-case) anchors at which they are tried."""

ONLY_BEFORE: Final = {"kind": "[\"']?: ?[\"']?s", "kty": "[\"'\\\\%&:= ]"}
"""What must follow an anchor."""
