"""Is this value a secret, or a placeholder, a word, a piece of code?

Entropy alone masks a tenth to a third of a transcript, so the judgement is made by what the value is not: it does not
read like words (pairs of letters that English uses), it is no path, no version, no call, nobody's placeholder.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from typing import Final, Literal

from distillers.record.redaction.signs import CHUNK, PAIRS, classes, is_generated, looks_random
from distillers.record.redaction.views import MASKED

NameClass = Literal["password", "strong", "weak"]

_PLACEHOLDER: Final = re.compile(
    r"""(?:
      [x*.•…#_?0=-]+ | (.)\1{3,} | \W+
    | <.*> | \[.*\] | \{.*\} | \(.*\)
    | \$\{.*\}? | \$\(.* | \$[A-Za-z_][A-Za-z_]*[A-Za-z0-9_]* | %\w+% | %(?:\(\w+\))?[sdv] | \{\{.*
    | @\w+@ | !\w+[ ].* | \$env:.*
    | .*(?:redacted|placeholder|changeme|change[-_]me|example|replace[-_]?(?:me|with|this)|insert[-_]|your[-_ ]|xxxx
          |\*\*\*|\.\.\.|…|dummy|hidden|masked|censored|not[-_]?(?:a[-_])?real|<|>).*
    | (?:null|none|nil|undefined|true|false|void|any|str|string|bytes|number|boolean|object|empty|unset|required
       |optional|password|passwd|pass|pwd|secret|token|key|apikey|test|testing|root|admin|user|username|postgres|mysql
       |redis|guest|foo|bar|baz|abc|default|value|hunter2|letmein|todo|tbd|n/a)\d{0,6}[!.]?
    )""",
    re.I | re.X,
)
_VARIABLE: Final = re.compile(r"(?:[A-Z][A-Z0-9]{1,20}_){1,5}(?:KEY|TOKEN|SECRET|PASS|PASSWORD|PAT|PWD|CREDENTIALS?)")
"""The name of a variable that holds one."""
_FAKE_TEXT: Final = """
    test tests testing token tokens secret secrets key keys password passwords passwd pass fake dummy
    mock mocked sample demo my your user users admin api abc abcd abcdef abcdefgh xyz foo bar baz qux
    some the a an invalid valid bad good wrong correct old new super access refresh auth session value
    id jwt bearer app client server local dev prod staging ci def ghi super strong weak this is not real
    here for e2e unit stub placeholder example private public very long short random string str
    """
_FAKE: Final = frozenset(_FAKE_TEXT.split())
_CODE: Final = re.compile(
    r"""^(?:
      [\w$.?!:>-]*\w[(\[{].*                                  # call(…), index[…]
    | [A-Za-z_$][\w$]*(?:(?:\?|!)?\.[A-Za-z_$][\w$]*)+[;,)]?   # dotted.chain
    | .*(?:=>|::|->|&&|\|\||\$\{|\{\{|\\\(|\#\{).*
    | (?:process\.env|os\.environ|os\.getenv|env\.|self\.|this\.|import\.meta|secrets\.|vault[:.]|arn:|sops:|op://|ref\+|data:).*
    | [\w$.]*\(.*\)[;,]? | --?[a-z][a-z-]*(?:=.*)?
    | (?:\.{0,2}|~|[A-Za-z]:)[/\\].*                            # a path
    | (?:https?|file|wss?|git|ssh)://.*
    | (?:[\w.@-]{1,30}/){0,12}
      \w+\.(?:json|ya?ml|toml|txt|md|py|tsx?|jsx?|go|rs|pem|key|env|sh|html|css|sql|lock|cfg|ini|log|pub|crt)\b.*
    )$""",
    re.X | re.S,
)
_SLASHED: Final = re.compile(r"/[A-Za-z0-9+/]{19,}={0,2}")
_DOTTED: Final = re.compile(r"[\w~=-]+(?:\.[\w~=-]+)+")
_PIECE: Final = 16
"""Characters that a random piece has between dots: names in code are shorter, or read like words."""
_SCRIPTED: Final = re.compile(r"[a-z]{4}(?:-[a-z]{4}){3}|[a-z0-9]{5,8}(?:-[a-z0-9]{5,8}){3,7}")
"""A password that a program made for people to type."""
_NUMBER: Final = re.compile(r"\d{8,32}")
_HUMAN: Final = re.compile(
    r"[A-Z][a-z]{2,}[-_.]?\d{2,6}[!?$#@%&*.]+|[A-Za-z]+[!?$#@%&*]\d{2,6}[!?$#@%&*]?"
    r"|[A-Za-z]{3,}[-_.]?[A-Za-z]{3,}\d{2,6}[!?$#@%&*]+"
)
_WORDS: Final = re.compile(
    r"[A-Za-z]{3,}\.(?!(?i:sha|md|utf|base|aes|rsa|int|float|enc|crypt|hash|ascii|latin|iso|crc|argon)_?\d)"
    r"[A-Za-z]{3,}(?:\d{3,6}[!?$#@%&*]?|\d\d[!?$#@%&*])"
)
_JUDGED: Final = 160
"""What a value is shows in its first characters."""

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
_ID: Final = re.compile(rf"{_UUID.pattern}|[0-9a-f]{{40}}", re.I)
"""Too often the name of a session or a commit to be taken for a secret beside a mere word."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}", re.I)


def is_placeholder(value: str) -> bool:
    """Whether ``value`` stands for a secret rather than being one: a mask, a variable, ``your-api-key``, ``xxx``."""
    if MASKED in value or _PLACEHOLDER.fullmatch(value) or _VARIABLE.fullmatch(value):
        return True
    chunks = [chunk.lower() for chunk in CHUNK.findall(value)]
    if not chunks:
        return False
    digits = "".join(c for c in value if c.isdigit())
    return all(chunk in _FAKE for chunk in chunks) and (len(digits) <= 3 or digits in "01234567890123456789")


def is_code(value: str) -> bool:
    """Whether ``value`` is an expression, a path, a URL or a file name rather than a literal."""
    return bool(_CODE.match(value)) and not _encoded(value) and not _pieced(value)


def _encoded(value: str) -> bool:
    """Whether ``value`` looks like a path and is base64: every sixty-fourth of it begins with a slash."""
    return bool(_SLASHED.fullmatch(value)) and classes(value) == 4 and looks_random(value)


def _pieced(value: str) -> bool:
    """Whether ``value`` looks like ``name.name`` and a piece of it is random, as in ``s.…`` and ``id.secret``."""
    if not _DOTTED.fullmatch(value):
        return False
    return any(len(piece) >= _PIECE and looks_random(piece) and _dense(piece) for piece in value.split("."))


def is_pair(value: str) -> bool:
    """Whether ``value`` is base64 of ``name:password``, as in Basic authorization."""
    plain = unbase64(value)
    return bool(plain and re.fullmatch(r"[^\s:]{0,80}:\S{3,}", plain))


def unbase64(value: str) -> str:
    """The text that ``value`` encodes, or "" if it is no base64 of printable text."""
    try:
        raw = base64.b64decode(value.translate(_STANDARD) + "=" * (-len(value) % 4), validate=True)
        text = raw.decode()
    except (binascii.Error, ValueError):
        return ""
    return text if all(c.isprintable() or c in "\n\r\t" for c in text) else ""


_STANDARD: Final = str.maketrans("-_", "+/")


@lru_cache(maxsize=8192)
def is_secret(value: str, name: NameClass, *, certain: bool, quoted: bool = False) -> bool:
    """Whether ``value``, given to a name of class ``name``, is to be masked.

    ``certain``: it was assigned (``=``, ``:``, a flag); else it merely follows the name in prose or a table.
    """
    value = value[:_JUDGED]
    if (name == "password" or (certain and name == "strong")) and is_generated(value):
        return True
    if len(value) < 5 or _is_word(value) or is_placeholder(value):
        return False
    if is_code(value):
        return certain and name == "password" and (_is_words(value) or (quoted and _only_looks_like_code(value)))
    return _assigned(value, name) if certain else _loose(value, name)


def _is_word(value: str) -> bool:
    """Whether ``value`` is made of letters alone, too few of them to tell something random from a name."""
    return len(value) < 12 and value.isascii() and value.isalpha()


def _assigned(value: str, name: NameClass) -> bool:
    if _UUID.fullmatch(value):
        return name != "weak"
    if name == "password":
        return looks_random(value) or _human(value) or _made(value) or (classes(value) >= 2 and _mixed(value))
    if name == "strong":
        return looks_random(value) or (classes(value) == 4 and len(value) >= 8) or _human(value)
    return looks_random(value) and len(value) >= 20 and _dense(value)


def _only_looks_like_code(value: str) -> bool:
    """A quoted password may hold brackets and arrows; an expression has dots, spaces or a call's end."""
    return classes(value) >= 3 and not re.search(r"[.\s]|\)$", value) and not value.startswith(("$", "{", "/", "~"))


def _is_words(value: str) -> bool:
    """``harbour.Maple4711``: words and a number, as people put them together; no names of modules and algorithms."""
    return bool(_WORDS.fullmatch(value))


def is_id(value: str) -> bool:
    """Whether ``value`` looks like that of a session or a commit."""
    return bool(_ID.fullmatch(value))


def is_chosen(value: str) -> bool:
    """Whether a person may have chosen ``value`` as a password: anything that is no placeholder and no code."""
    return len(value) >= 6 and not is_placeholder(value) and not is_code(value)


def _loose(value: str, name: NameClass) -> bool:
    if name == "password":
        odd = any(c.isdigit() or c in "!#$%^&*" for c in value)
        various = classes(value) >= 3 or len(value) >= _PIECE
        return _human(value) or _is_scripted(value) or (looks_random(value) and various and odd and not is_id(value))
    if len(value) < (_PIECE if name == "strong" else 2 * _PIECE) or is_id(value):
        return False
    return looks_random(value) and _dense(value) and not (name == "weak" and _DIGEST.fullmatch(value))


def _human(value: str) -> bool:
    """``Kestrel4711!``: a word or two, digits and a sign, as people make them."""
    return bool(_HUMAN.fullmatch(value))


def _made(value: str) -> bool:
    """Groups that spell no words, or a long number that is none that people count with."""
    counted = len(set(value)) < 5 or value in "01234567890123456789"
    return _is_scripted(value) or (bool(_NUMBER.fullmatch(value)) and not counted)


def _is_scripted(value: str) -> bool:
    """Whether ``value`` is groups of letters of which few pair as in words."""
    if not _SCRIPTED.fullmatch(value):
        return False
    pairs = [value[i : i + 2] for i in range(len(value) - 1) if value[i].isalpha() and value[i + 1].isalpha()]
    return sum(pair in PAIRS for pair in pairs) <= 0.5 * len(pairs)


def _mixed(value: str) -> bool:
    """Letters with digits or with signs that names and prose do not have."""
    if not any(c.isalpha() for c in value) or re.fullmatch(r"[\w-]+=.*|[A-Za-z]+(?:[_/:. -]+[A-Za-z]*)*\d?", value):
        return False
    return len(value) >= 8 or classes(value) >= 3


def _dense(value: str) -> bool:
    """Letters and digits run through each other; few other signs."""
    return any(c.isdigit() for c in value) and sum(not c.isalnum() for c in value) <= max(3, len(value) // 5)
