"""Secrets known by what stands around them: key blocks, URL credentials, headers, command-line flags, files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from distillers.record.redaction.signs import classes, is_generated, looks_random
from distillers.record.redaction.values import is_code, is_pair, is_placeholder, is_secret
from distillers.record.redaction.views import MASKED

Accept = Callable[[str], bool]

_NEAR: Final = 400

_LABEL: Final = "[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?"
_START: Final = r"[ \t]{0,8}[\s+>|]{1,8}(?:\d{1,5}[→\t:| ]{1,3})?"
"""How a line of a key block begins: bare, quoted, in a diff or numbered."""

PORTS: Final = (5432, 3306, 27017, 1433, 6432)
"""Where databases listen, as their files of passwords say."""

VALUE: Final = rf"[^\s\"'`<>{MASKED}]"


@dataclass(frozen=True)
class Shape:
    """A pattern tried where an anchor stands; its group ``v`` (or groups ``v``, ``w``) is the secret if accepted."""

    kind: str
    anchors: tuple[str, ...]
    regex: str
    flags: re.RegexFlag
    accept: Accept
    back: int = 0
    needs: str = ""
    """A sign without which, up to :data:`_NEAR` characters after the anchor, the pattern does not match."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """``regex``, compiled when it is first needed."""
        return re.compile(self.regex, self.flags)

    def find(self, text: str, at: int) -> Iterator[tuple[int, int, str]]:
        """The secrets of this shape around ``at``: start, end, kind."""
        if self.needs and text.find(self.needs, at, at + _NEAR) < 0:
            return
        match = match_around(self.pattern, text, at, self.back)
        if match is None:
            return
        for group in match.re.groupindex:
            start, end = match.span(group)
            if start >= 0 and self.accept(text[start:end]):
                yield start, end, self.kind


def match_around(pattern: re.Pattern[str], text: str, at: int, back: int) -> re.Match[str] | None:
    """The match of ``pattern`` that begins at ``at`` or up to ``back`` characters before it; the earliest one."""
    for start in range(max(0, at - back), at + 1):
        if match := pattern.match(text, start):
            return match
    return None


def given(value: str) -> bool:
    """Anything that is no placeholder and no expression."""
    return is_generated(value) or (len(value) >= 3 and not is_placeholder(value) and not is_code(value))


def strict(value: str) -> bool:
    """As :func:`given`, and no number: behind a flag that means a port in other programs."""
    return given(value) and not value.isdigit()


def _always(value: str) -> bool:
    return MASKED not in value or len(value) > 200


def _bearer(value: str) -> bool:
    return (
        len(value) >= 8
        and not is_placeholder(value)
        and not is_code(value)
        and (is_secret(value, "strong", certain=True) or looks_random(value))
    )


def _authorized(value: str) -> bool:
    return is_pair(value) or _bearer(value) or is_secret(value, "password", certain=True)


def is_password(value: str) -> bool:
    """Whether ``value`` is one that a quoted password could have."""
    return is_secret(value, "password", certain=True, quoted=True)


def is_key(value: str) -> bool:
    """Whether a program would sign or encrypt with ``value``: words are no keys."""
    return len(value) >= 8 and is_secret(value, "strong", certain=True, quoted=True)


def _long_random(value: str) -> bool:
    return len(value) >= 16 and looks_random(value) and not is_placeholder(value)


def is_crumb(value: str) -> bool:
    """A cookie that says who somebody is: random, or at least long and of all sorts of signs."""
    mixed = len(value) >= 20 and classes(value) >= 3 and any(c.isdigit() for c in value)
    return _long_random(value) or (mixed and not is_placeholder(value) and not is_code(value))


def _sas(value: str) -> bool:
    return len(value) >= 20 and looks_random(value)


_ROWS: Final[tuple[tuple[str, str, str, Accept, int], ...]] = (
    (
        "private-key",
        "-----begin",
        rf"(?P<v>-----BEGIN{_LABEL}-----(?:[^-]|-(?!---)){{16,32000}}-----END{_LABEL}-----)"
        rf"|(?P<w>-----BEGIN{_LABEL}-----(?:{_START}(?:[A-Za-z0-9+/=]{{16,512}}|[A-Z][A-Za-z-]{{2,20}}: [^\n]{{0,80}}))"
        rf"{{1,600}}(?:{_START}[A-Za-z0-9+/=]{{4,15}})?)",
        _always,
        0,
    ),
    (
        "private-key",
        "---- begin",
        r"(?P<v>---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----[\s\S]{16,8000}?---- END SSH2 ENCRYPTED PRIVATE KEY ----)",
        _always,
        0,
    ),
    (
        "url-password",
        "://",
        rf"://[^\s/@:\"'<>{MASKED}]{{0,100}}:(?P<v>[^\s\"'`<>/{MASKED}]{{3,256}})@(?=[\w\[.-])",
        given,
        0,
    ),
    (
        "url-password",
        "://",
        rf"://[^\s/@:\"'<>{MASKED}]{{0,100}}:(?P<v>[^\s\"'`<>@{MASKED}]{{3,256}})@(?=[\w-]{{1,64}}[.:/])",
        given,
        0,
    ),
    ("url-token", "://", r"://(?P<v>[A-Za-z0-9_~.-]{16,256})@(?=[\w\[.-])", _long_random, 0),
    (
        "authorization",
        "authorization",
        r"authorization[\"'\]]{0,4}\s{0,4}(?:=>|[:=,])\s{0,4}[\"'`]?"
        r"(?:[a-z][a-z-]{1,15}\s{1,3})?"
        rf"[\"'`]?(?P<v>{VALUE}{{5,2048}})",
        _authorized,
        0,
    ),
    ("bearer", "bearer", r"bearer\s{1,3}[\"'`]?(?P<v>[A-Za-z0-9._~+/!?#$%^*=-]{12,2048})", _bearer, 0),
    ("basic-auth", "basic ", r"basic\s{1,3}(?P<v>[A-Za-z0-9+/]{8,512}={0,2})", is_pair, 0),
    (
        "password",
        "identified by",
        rf"identified\s{{1,8}}by\s{{1,8}}[\"'](?P<v>[^\"'\n{MASKED}]{{3,200}})[\"']",
        given,
        0,
    ),
    ("password", "login ", rf"login\s{{1,8}}\S{{1,100}}\s{{1,8}}password\s{{1,8}}(?P<v>{VALUE}{{3,200}})", given, 0),
    (
        "password",
        "|".join(f":{port}:" for port in PORTS),
        rf"(?:^|(?<=[\s\"'`(>,:=\[]))[\w.*-]{{1,100}}:\d{{2,5}}:[\w.*-]{{1,64}}:[\w.@*-]{{1,64}}:"
        rf"(?P<v>{VALUE}{{3,200}}?)(?=[\s\"'`<]|\]\]>|&\w{{1,40}}=|$)",
        given,
        110,
    ),
    (
        "password",
        "auth",
        r"auth\s{0,3}(?:=\s{0,3})?\(\s{0,8}[\"'][^\"'\n]{1,100}[\"']\s{0,3},\s{0,8}[\"'](?P<v>[^\"'\n]{4,200})[\"']",
        is_password,
        0,
    ),
    (
        "password",
        "login(",
        r"login\(\s{0,8}[\"'][^\"'\n]{1,100}[\"']\s{0,3},\s{0,8}[\"'](?P<v>[^\"'\n]{4,200})[\"']",
        is_password,
        0,
    ),
    (
        "mnemonic",
        "mnemonic|seed phrase|recovery phrase",
        r"(?i:mnemonic|\w{4,8} phrase)[\"']?\s{0,3}(?:is|=|:)?\s{0,3}[\"']?"
        r"(?:(?P<v>(?:[a-z]{3,8} ){11}(?:(?:[a-z]{3,8} ){3}){0,4}[a-z]{3,8})(?![a-z ])"
        r"|(?P<w>(?:\s{0,8}\d{1,2}[.)]?\s{1,3}[a-z]{3,8}){12,24}))",
        _always,
        0,
    ),
    ("azure-sas", "sig=", r"[?&]sig=(?P<v>[A-Za-z0-9+/%=_-]{20,200})", _sas, 1),
    ("url-signature", "signature=", r"[?&]signature=(?P<v>[A-Za-z0-9+/%=_~-]{20,1024})", _sas, 1),
    (
        "aws-secret-key",
        "akia|asia",
        r"A[KS]IA[A-Z2-7]{16}[\"']?[\s,:;|/]{1,6}[\"']?(?P<v>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        looks_random,
        0,
    ),
    (
        "aws-signature",
        "x-amz-sig|x-amz-sec|x-goog-sig",
        r"x-(?:amz|goog)-(?:signature|security-token)=(?P<v>[A-Za-z0-9%+/=_-]{40,2048})",
        _sas,
        0,
    ),
    (
        "password",
        "@tcp(|@unix(",
        rf"[\w.-]{{1,64}}:(?P<v>[^\s\"'`<>@/{MASKED}]{{3,200}})@(?:tcp|unix)\(",
        given,
        280,
    ),
)


def _shape(kind: str, anchors: str, pattern: str, accept: Accept, back: int) -> Shape:
    flags = re.NOFLAG if kind in ("private-key", "mnemonic", "aws-secret-key") else re.IGNORECASE
    needs = "@" if anchors == "://" else ""
    return Shape(kind, tuple(anchors.split("|")), pattern, flags, accept, back, needs)


ONLY_BEFORE: Final = {"bearer": "\\s"}

NEVER_BEFORE: Final = {
    "basic ": r"(?!\s{0,2}(?-i:[A-Z]?[a-z]{1,20})(?:[^\w+/=%\\&-]|$))",
    "login ": r"(?:(?<=(?-i:LOGIN ))|(?=[\s\S]{1,120}password))",
    "://": r"(?=(?>[^\s\"'<>@%&\\]{1,100}|[ \t]{0,3}\r?\n[ \t│┃|>]{0,40}){0,12}"
    r"(?:[@%&\\]|[\"'][ \t]{0,4}[+.][ \t]{0,4}[\"']))",
}
"""Words behind ``basic``; a login without a word for its password; a URL without a sign that ends a password, or
could be an escape of it, even on the next line."""

SHAPES: Final[tuple[Shape, ...]] = tuple(_shape(*row) for row in _ROWS)

_COOKIE: Final = re.compile(r"cookie[\"']?\s{0,3}[:=,]\s{0,3}[\"']?(?=[\w.$!-]{1,64}=)", re.I)
_CRUMB: Final = re.compile(rf"[\w.$!-]{{1,64}}=([^\s\"'`<>;,{MASKED}]{{0,4096}})(?:;[ ]?|$|(?=[\s\"'`]))")


def cookies(text: str, at: int) -> Iterator[tuple[int, int, str]]:
    """The long random values of a ``Cookie:`` or ``Set-Cookie:`` header that stands at ``at``."""
    head = _COOKIE.match(text, at)
    crumb = _CRUMB.match(text, head.end()) if head else None
    while crumb:
        if is_crumb(crumb[1]):
            yield crumb.start(1), crumb.end(1), "cookie"
        crumb = _CRUMB.match(text, crumb.end()) if crumb.end() - at < 4096 else None
