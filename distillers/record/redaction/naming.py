"""What the name of a value promises: a password, a strong or a weak hint at a secret, or nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from distillers.record.redaction.values import NameClass

KEYWORDS: Final = (
    "pass", "pwd", "secret", "token", "key", "cred", "auth", "jwt", "_pat", "webhook", "salt", "dsn", "sessid",
    "sessionid", "connect.sid", "kennwort", "contrase", "otp", "sharedaccess", "_sid=", "_pw", "psk", "-pat", "sshpass",
)  # fmt: skip

_PROSE: Final = r"(?![a-z]{0,9}(?: (?!is |was |for |to |as |are |be |with )[a-z]{1,20}){2}[ .,;:)\n])"
"""Two plain words after the keyword: somebody writes about it."""
_COUNTED: Final = "".join(
    rf"(?<!{what}token)(?<!{what}[-_]token)"
    for what in ("input", "output", "cache", "cached", "total", "reasoning", "prompt", "completion", "thinking")
) + "".join(rf"(?<!{what}[-_]token)" for what in ("max", "min", "num"))
"""What models read and write, as in :data:`_WITHIN`."""
_NUMBER: Final = r"(?!s?[\"']?[:=] ?\d{1,9}(?:\.\d{1,3})?[kKM]?(?:,\s|[)}][,; ]| [a-z]{1,12}[,.] ))"
"""How many of them."""

NEVER_BEFORE: Final[dict[str, str]] = dict.fromkeys(("secret", "cred", "webhook"), _PROSE) | {
    "pass": r"(?!ed|ing|es|enger|ive|age|through)(?<!bypass)(?<!compass)"
    r"(?!(?<=(?-i:PASS|Pass))(?<![\w.$%\\-]pass)[ :)\],])"
    r"(?!(?<![a-z0-9_.$-]pass)(?: [a-z(]|[,;.!]\s|\r?\n(?![ \t]{0,8}[=:])))" + _PROSE,
    "token": "(?!iz)" + _COUNTED + _NUMBER + _PROSE,
    "key": "(?!word|board|press|down|up)" + _PROSE,
    "auth": "(?!or(?!i)|entic)" + _PROSE,
    "sessionid": r"(?=[\w-]|\.\w)",
    "_pat": "(?![a-z])",
    "-pat": "(?![a-z])",
    "psk": "(?![a-z])",
}
"""Keywords too frequent to be looked at everywhere: not in words that are no names of secrets (:data:`_NOT_SECRET`)."""

SCANNED: Final[dict[str, str]] = {
    "pass": "(?:[^eiat]|e[^dsn]|i[^nv]|a[^g]|t[^h]|[eiat]?$)",
    "key": "(?:[^wbpdu]|w[^o]|b[^o]|p[^r]|d[^o]|u[^p]|[wbpdu]?$)",
    "auth": "(?:[^o]|o[^r]|ori|o?$)",
    "sessionid": r"[\w.\x80-\xff-]",
    "_pat": "(?:[^a-z]|$)",
    "-pat": "(?:[^a-z]|$)",
}
"""As much of the same as can be said without looking ahead: what may follow."""

_PASSWORD: Final = re.compile(r"pass(?:w(?:or)?d|phrase|code|wort|e)?s?(?![a-z])|contrase[nñ]a|pwd|kennwort|_pw$")
_COMPOUND: Final = re.compile(r"\w[-_. ]\w|[a-z][A-Z]")
_RESULTS: Final = frozenset(("PASS", "Pass", "passes", "PASSES"))
"""What a test runner says."""

_STRONG: Final = re.compile(
    r"secret|token|api[-_. ]?key|access[-_. ]?key"
    r"|(?:priv(?:ate)?|encrypt\w*|signing|master|storage|account|shared\w*|service|auth|client|admin|root|session|deploy"
    r"|license|preshared|server|webhook|hmac|jwt|app|subscription|functions?|host|unseal|recovery|fernet|org)[-_. ]?key"
    r"|credential|auth(?:$|[-_]?(?:key|pass|token))|authorization|jwt|[-_]pat$|webhook|salt|dsn|sess(?:ion)?id|connect\.sid|otp|psk"
)
_ENDING: Final = (
    r"(?:id|ids|hash|hashes|name|names|type|types|kind|count|counts|path|paths|file|files"
    r"|filename|url|uri|endpoint|length|len|size|limit|limits|budget|expir\w*|ttl|age|index|arn|usage|version|prefix|suffix|format|field|fields|column|label|regex|pattern|policy"
    r"|(?<!pass)codes?|status|state|method|methods|scheme|provider|mode|level|algorithm|alg|ref|reference|error|enabled|required|timeout|(?<!p)at|date|class)$"
)
_WITHIN: Final = (
    r"public|(?<![a-z])(?:max|min|num)(?:[-_]|$)|(?:input|output|cache|cached|total|reasoning|prompt|completion|thinking)[-_]?tokens?|keyword|keyboard|monkey|turkey|passed|passing|passes|passenger|bypass|compass|author(?!i)|passive|passage|passthrough|tokeniz|signature"
    r"|idempotency|cache[-_]?key|primary[-_]?key|foreign[-_]?key|sort[-_]?key|partition[-_]?key|keypress|keydown|keyup|i18n|fingerprint|checksum|digest|integrity"
)
_MAYBE_NOT: Final = re.compile(f"{_ENDING}|{_WITHIN}")
_NOT_SECRET: Final = re.compile(f"(?:^|[-_. a-z]){_ENDING}|{_WITHIN}")
"""What a name in lower case has that is none of a secret; the first of the two finds more, and that quickly."""


_LEAD: Final = 24
"""Characters before a name that may say more of it."""
_OTHERS: Final = re.compile(r"\b(?:public |caches?d? (?:[a-z]{2,10} ){0,4})\Z", re.IGNORECASE)
"""What stands before keys that everybody may know."""
_KEYS: Final = ("key", "keys")


def is_compound(name: str, level: NameClass) -> bool:
    """Whether the name is one that programs use (``db_password``, ``apiToken``), not a word of a sentence."""
    return level != "weak" and bool(_COMPOUND.search(name.strip("-._$")))


def is_variable(name: str) -> bool:
    """Whether the name is written as those of the environment are."""
    return name.isupper() and "_" in name


def classify(name: str, before: str = "") -> NameClass | None:
    """What a name promises: a password, a strong or a weak hint at a secret, or None.

    ``before`` is the text before the name, for names of several words (``secret access key``).
    """
    level, words = _level(name)
    if level and name.lower().rstrip("-:") in _KEYS and _OTHERS.search(before):
        return None
    if level in ("weak", None) and words and before.endswith(" "):
        return "strong" if _is_strong((before[-_LEAD:].rsplit("\n", maxsplit=1)[-1] + words)[-40:]) else level
    return level


@lru_cache(maxsize=4096)
def _level(name: str) -> tuple[NameClass | None, str]:
    """What ``name`` promises by itself, and its words; none if no others before them can promise more."""
    words = name.strip("-._$")
    if words in _RESULTS or _is_other(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", words).lower()):
        return None, ""
    if _PASSWORD.search(words.lower()):
        return "password", words
    if _is_strong(words):
        return "strong", words
    return ("weak" if re.search(r"keys?(?![a-z])|cred", words, re.I) else None), words


def _is_other(words: str) -> bool:
    """Whether ``words`` name something else than a secret."""
    return bool(_MAYBE_NOT.search(words) and _NOT_SECRET.search(words))


@lru_cache(maxsize=4096)
def _is_strong(words: str) -> bool:
    return bool(_STRONG.search(words.lower()))


def kind_of(name: str, level: NameClass) -> str:
    """What the value of ``name``, which is of class ``level``, is called in its mask."""
    low = name.lower()
    if level == "password":
        return "password"
    for word in ("token", "secret", "webhook", "jwt", "cookie", "salt"):
        if word in low:
            return word
    if "sess" in low or "sid" in low:
        return "session"
    return "key" if "key" in low else "credential"
