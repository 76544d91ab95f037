"""The token formats ready to be tried: a literal to look for, what must follow it, and the pattern to match there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from distillers.record.redaction.formats import FORMATS


@dataclass(frozen=True)
class Token:
    """A token format: tried where one of ``anchors`` (lower case) stands, up to ``back`` characters before it."""

    kind: str
    anchors: tuple[str, ...]
    regex: str
    back: int = 0

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """``regex``, compiled when it is first needed: most formats are never met."""
        return re.compile(self.regex)


_BACK: Final = {
    "q~": 4,
    ":apa91b": 30,
    ".local.": 2,
    ".public.": 2,
    ".atlasv1.": 20,
    ":aa": 10,
    "-us": 33,
    ".webhook.office.com": 50,
    ".": 29,
    "hooks.slack.com": 8,
    "hooks.zapier.com/": 8,
    "maker.ifttt.com/": 8,
    "chat.googleapis.com/": 8,
    "discord.com/api/webhooks/": 15,
    ".make.com/": 20,
    "events.pagerduty.com/integration/": 8,
    "/hooks/": 60,
    "_mmk": 36,
}
_LEFT: Final = r"(?<![A-Za-z0-9])"


def _token(kind: str, anchors: str, pattern: str) -> Token:
    literals = tuple(anchors.split())
    left = "" if "(?<" in pattern else _LEFT
    # A run is bounded so that no text, however made, costs more than its length times a constant.
    bounded = re.sub(r"\{(\d+),\}", r"{\1,2048}", pattern)
    back = max(_BACK.get(literal, 0) for literal in literals)
    return Token(kind, literals, left + "(?:" + bounded + ")", back)


TOKENS: Final[tuple[Token, ...]] = tuple(_token(*row) for row in FORMATS)

_ONLY_BEFORE: Final = dict.fromkeys(("st-", "pt-", "tgt-", "pgt-"), "\\d{1,9}-[a-z0-9-]{20}") | {
    "sk": "[0-9a-f]{32}",
    "0/": "\\d{12}",
    "1/": "\\d{12}",
    "2/": "\\d{12}",
    "pat": "[a-z0-9]{14}\\.[0-9a-f]{40}",
    "api-": "[a-z0-9]{8}",
    "-us": "\\d",
    "re_": "[a-z0-9]{6,12}_[a-z0-9]{16}",
    "sk_": "[0-9a-f]{40}",
    "pa-": "[a-z0-9_-]{40}",
    "eaa": "[a-z0-9_-]{56}",
    "cio": "[a-z0-9]{32}",
    "exo": "[0-9a-f]{24}",
    "rpa_": "[a-z0-9]{40}",
    "zpka_": "[a-z0-9]{28}",
    "sm_aat_": "[a-z0-9]{16}",
    "st.": "[0-9a-f]{24}\\.",
    "sl.": "[a-z0-9_.-]{50}",
    "fc-": "[0-9a-f]{32}",
    "dp.": "[a-z]{2,5}\\.",
    "pk_": "\\d{5}",
    "sg.": "[a-z0-9_-]{16}",
    "fw_": "[a-z0-9]{20}",
    "hf_": "[a-z0-9]{20}",
    "sk-": "[a-z0-9_-]{20}",
    ":aa": "[a-z0-9_-]{30}",
    "atta": "[0-9a-f]{60}",
    "secret_": "[a-z0-9]{40}",
    "key-": "[0-9a-f]{32}",
    "ico-": "[a-z0-9]{32}",
    "oy2": "[a-z0-9]{43}",
    "akid": "[a-z0-9]{28}",
    "pul-": "[0-9a-f]{36}",
    "asia": "[a-z2-7]{16}",
    "abia": "[a-z2-7]{16}",
    "acca": "[a-z2-7]{16}",
    "sq0": "[a-z]{3}-",
    "sdk-": "[0-9a-f]{8}-",
    "pat.": "[a-z0-9_-]{22}\\.",
    "sat.": "[a-z0-9_-]{22}\\.",
    "t1.": "[a-z0-9_-]{20}",
    "a3-": "[a-z0-9]{6}-",
    "4b1d": "[a-z0-9]{38}",
    "4/0a": "[a-z0-9_-]{50}",
    "00d": "[a-z0-9]{12,15}!",
    ".local.": "[a-z0-9_-]{60}",
    ".public.": "[a-z0-9_-]{60}",
    "lip_": "[a-z0-9]{20}",
    "aio_": "[a-z0-9]{28}",
    "/hooks/": "[a-z0-9]{17}",
    "ddp_": "[a-z0-9]{36}",
    "ddo_": "[a-z0-9]{36}",
}

_LINE_END: Final = r"[ \t]{0,3}\r?\n[ \t]{0,8}"
_QUOTE: Final = "[\"'`](?:[ \\t]?[+&]|[ ]\\.[ ]|}\\$|[ \\t]{1,4}[\"'`]|[ \\t]?\\\\?\\r?\\n[ \\t]{0,24}[\"'`+.&])"
"""The end of a quoted text that may go on in the next one."""
_ATOM: Final = re.compile(r"(\[[^\]]+\]|\\?.)(?:\{(?:\d+,)?(\d+)\})?")
"""One sign of a pattern, and how often it stands there at most."""
_RUN: Final = 6
"""Signs of a run that is worth to be looked for in pieces."""


def _broken(pattern: str) -> str:
    """``pattern``, also where one of its runs is broken; behind a line end, what follows the run must stand there."""
    ways = [pattern]
    for atom in _ATOM.finditer(pattern):
        most = int(atom[2] or 0)
        before, after = pattern[: atom.start()], pattern[atom.end() :]
        if most < _RUN or (after and "{" not in after):
            continue
        some, rest = (f"{{1,{most}}}", f"{{0,{most}}}{after}") if after else (f"{{0,{most - 1}}}", "{4}")
        ways.append(f"{before}{atom[1]}{some}(?:{_LINE_END}{atom[1]}{rest}|{_QUOTE})")
    return f"(?:{'|'.join(ways)})"


_DOTTED: Final = (
    rf"(?:[a-z0-9_-]{{6}}\.(?:[a-z0-9_-]{{27}}|[a-z0-9_-]{{0,26}}(?:{_LINE_END}[a-z0-9_-]|{_QUOTE}))"
    rf"|[a-z0-9_-]{{0,6}}(?:{_LINE_END}[a-z0-9_-]{{0,6}}\.[a-z0-9_-]{{27}}|{_QUOTE}))"
)
"""What follows a mere dot, whole or broken; in all ways of :func:`_broken` it would cost as much as all others."""
ONLY_BEFORE: Final = {anchor: _broken(pattern) for anchor, pattern in _ONLY_BEFORE.items()} | {".": _DOTTED}
"""Anchors too frequent to be looked at everywhere, and the (lower-case) pattern that must follow them."""

NEVER_BEFORE: Final = {
    "sk-": "(?<![g-z][a-z]sk-)(?<![a-z][g-z]sk-)",
    ".": r"(?:(?<=[a-z0-9_-]{10}\.)|(?=[a-z0-9_-]{6}\.))",
}
"""The end of a word (``task-``), which no escape before the anchor can be; a dot behind a word that ends a line."""
