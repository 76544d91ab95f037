"""Text within base64 of other bytes: told by the names of secrets and by how tokens begin, wherever they are in it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Final

_WORDS: Final = ("token", "secret", "pass", "_key", "apikey", "api key", "private key", "credential", "authorization",
    "https://", "http://", "postgres", "mysql://", "mongodb", "redis", "smtp", "amqp", "curl -", "mysql -",
    "bearer ", "basic ", "cookie", '"kty"', "&sig=", "sshpass", "hooks.slack", "accountkey", "privatekey", "accesskey",
    "masterkey", "-key", "_auth", '"auth"', "totp")  # fmt: skip
_CAMELS: Final = ("apiKey", "ApiKey", "AccountKey", "privateKey", "PrivateKey", "accessKey", "AccessKey", "masterKey")
_MARK_TEXT: Final = """
    github_pat_ ghp_ gho_ ghu_ ghs_ ghr_ glpat- gldt- glrt- ATATT3 ATBB sk-ant- sk-proj- sk-or- sk-svcacct- AIza ya29.
    GOCSPX- AKIA ASIA ABSK LTAI dop_v1_ doo_v1_ HRKU- tskey- .atlasv1. pul- hvs. hvb. sha256~ dp.pt. dp.st. npm_
    pypi-AgE rubygems_ dckr_pat_ dckr_oat_ AKCp CLOJARS_ CCIPAT_ CCIPRJ_ bkua_ sqp_ squ_ xoxb- xoxp- xoxe- xoxd- xoxa-
    xoxs- xapp- hooks.slack.com/ api/webhooks/ xkeysib- xsmtpsib- EAAA sk_live_ sk_test_ rk_live_ rk_test_ whsec_
    sq0csp- sq0atp- shpat_ shpca_ shppa_ shpss_ FLWSECK lin_api_ lin_oauth_ ntn_ ATTA figd_ PMAK- CFPAT- tfp_ rdme_
    sk.eyJ glsa_ glc_ sntrys_ sntryu_ NRAK- dt0c01. hcaik_ xaat- dapi sbp_ sb_secret_ pscale_ napi_ mdb_sa_ pnu_ pnb_
    phx_ xprv9 AGE-SECRET-KEY- -----BEGIN eyJhbGci eyJ0eXAi eyJraWQi gsk_ xai- pplx- tgp_v1_ nvapi- jina_ tvly- lsv2_
    pcsk_ fo1_ fm2_ rnd_ nfp_ vcp_ $2b$ $2a$ $argon2 django-insecure-
    """
_MARKS: Final = tuple(_MARK_TEXT.split())
"""How tokens begin."""


def _within(word: str) -> Iterator[str]:
    """The signs that stand for ``word`` in base64, wherever in its bytes the word begins."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + word.encode()).decode()
        signs = coded[-(-shift * 4 // 3) : (shift + len(word)) * 4 // 3]
        yield signs.replace("+", "[+-]").replace("/", "[/_]")


_SPELLINGS: Final = (
    *_MARKS,
    *_CAMELS,
    *(one for word in _WORDS for one in ((word,) if "://" in word else (word, word.upper(), word.title()))),
)
BEGINS: Final = tuple(sorted({signs for word in _SPELLINGS for signs in _within(word)}))
"""Names of secrets, and how tokens begin, in base64 whose beginning is no text; for the scanner."""
LIMIT: Final = 200_000
_STRETCH: Final = 256
_NEAR: Final = 64
"""Signs of base64 that are read first before the place where a name seems to stand; behind it twice as many."""
BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
STANDARD: Final = str.maketrans("-_", "+/")


def read(text: str, at: int) -> tuple[int, int, str] | None:
    """Start and end of the base64 around ``at``, and what it says; None if there is no name of a secret at ``at``."""
    start, end = _run(text, at)
    run = _DRESS.sub("", text[start : min(end, start + LIMIT)]).translate(STANDARD)
    before = max(0, len(_DRESS.sub("", text[start:at])) - _NEAR)
    for skip in range(4):
        near = before + (skip - before) % 4
        if _NAMED.search(_plain(run[near : near + 3 * _NEAR])):  # the whole of a picture is dear
            stop = end + len(text[end : end + 2]) - len(text[end : end + 2].lstrip("="))
            return start, stop, _plain(run[skip:])
    return None


_DRESS: Final = re.compile(r"\\+(?=/)|\s+")
"""What may stand between signs of base64: what escapes a slash, and line ends."""
_SLASH: Final = re.compile(r"\\{1,8}/\Z")
_MORE: Final = re.compile(r"(?:\r?\n[ \t]{0,12}[A-Za-z0-9+/_-]{4,76})*(?=={0,2}(?:[^\w=]|$))")
_FULL: Final = re.compile(r"(?:^|(?<=\n))[ \t]{0,12}[A-Za-z0-9+/_-]{60,76}\r?\n[ \t]{0,12}\Z")


def _run(text: str, at: int) -> tuple[int, int]:
    """The base64 around ``at``, with the lines of it above and below."""
    start, end = around(text, at, BASE64)
    while at - start < LIMIT and (slash := _SLASH.search(text, max(0, start - 8), start + 1)):
        start = around(text, slash.start(), BASE64)[0]
    while text[end : end + 2] == "\\/" and end - at < LIMIT:
        end = around(text, end + 1, BASE64)[1]
    while at - start < LIMIT and (full := _FULL.search(text, max(0, start - 104), start)):
        start = full.end() - len(full[0].lstrip(" \t"))
    more = _MORE.match(text, end)
    return start, more.end() if more else end


def _plain(run: str) -> str:
    """What base64 says, as far as it can be printed."""
    whole = run[: len(run) - (len(run) % 4 == 1)]
    data = base64.b64decode(whole + "=" * (-len(whole) % 4))
    return _UNPRINTED.sub(" ", data.decode("latin-1"))


_UNPRINTED: Final = re.compile(r"[^\n -~]+")
_NAMED: Final = re.compile(f"(?i:{'|'.join(map(re.escape, _WORDS))})|{'|'.join(map(re.escape, _MARKS))}")


def around(text: str, at: int, signs: str) -> tuple[int, int]:
    """The stretch around ``at`` that is made of ``signs``."""
    first = last = at
    size = _STRETCH
    while at - first < LIMIT and (head := text[max(0, first - size) : first]):
        left = len(head.rstrip(signs))
        first -= len(head) - left
        if left:
            break
        size *= 2
    size = _STRETCH
    while last - at < LIMIT and (tail := text[last : last + size]):
        left = len(tail.lstrip(signs))
        last += len(tail) - left
        if left:
            break
        size *= 2
    return first, last
