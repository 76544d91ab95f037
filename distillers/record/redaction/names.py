"""``name = value`` in all its spellings: env, JSON, YAML, TOML, code, flags, URLs, headers, XML, tables, prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from distillers.record.redaction import between, columns, prefixes
from distillers.record.redaction.naming import classify, is_compound, is_variable, kind_of
from distillers.record.redaction.signs import is_generated, looks_random
from distillers.record.redaction.values import NameClass, is_chosen, is_id, is_pair, is_secret
from distillers.record.redaction.views import MASKED
from distillers.record.redaction.wraps import goes_on

_NAME_CHARS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$"
_TABLED: Final = ("markup", "cell", "column")
"""Ways in which a name of several words is one as well."""
_QUERY: Final = ("?", "&")
_NEAR: Final = 200
_RANDOM: Final = re.compile(r"\d(?:(?<=\S{5})|\S{4})")
"""What nearly all secrets have: a digit among other signs."""
_ITEM: Final = re.compile(r"[\"'],\s{0,40}[\"']([^\"'\n]{3,1024})(?=[\"'])")
_WORD_BEFORE: Final = re.compile(r"[^\W\d_]+[ \t]{1,8}\Z")
_RUN: Final = rf"[^\s{MASKED}](?:(?!</)[^\s{MASKED}]){{9,63}}(?=\s|</|\Z)"
"""A value without quotes or blanks: it may hold any other signs."""
_VALUE: Final = rf"""
    (?:(?:Bearer|Basic|Token|bearer|basic|token)[ ]{{1,3}})?
    (?:
      (?P<q>["'`])(?P<quoted>(?:(?!(?P=q))[^\n{MASKED}]){{3,1024}})(?P=q)
    | ["'`]?(?P<bare>[^\s"'`<>|{MASKED}]{{4,2048}})
    | ["'`]?(?P<run>{_RUN})
    )"""
_TAIL: Final = re.compile(r"[\w\-]{0,40}(?:\.\w{1,20}){0,2}")
_AFTER: Final = re.compile(
    r"""(?>[\w\-]{0,40}(?:\.[\w]{1,20}){0,2})
    (?:\[\w{0,20}\]|[ ]?\[(?:None|\*{1,20}\w{0,20}|[ ]{0,20})\])?
    (?P<close>["'`)\]*}]{0,4})
    (?:
      (?P<assign>[ \t]{0,16}(?::[ ]?(?P<type>[&\w<>\[\], |?]{1,30}))?(?:=>|:=|\?=|\|=|={1,3}|:{1,2})
        [ \t]{0,8}(?:\n(?:[ \t]{1,24}|(?=["'])))?(?:[|>][-+]?\n[ \t]{1,24})?)
    | (?P<xml>>[ \t\n]{0,20})
    | (?P<call>(?:,\s{0,40}["'](?!(?i:value))\w{1,20}["']:[ ]?[^,{}\n]{0,60}){0,3}
          ,?[ ]?\{?\s{0,40}["']?(?i:value|default|plaintext)["']?[ ]{0,4}[:=]{1,2}[ ]{0,4}(?=\S)
        |,\s{0,8}(?=["'`]))
    | (?P<body>[ ](?:--body|-b|--value|--secret-string|--plaintext)(?:[ =]|(?=["'])))
    | (?P<prose>[ ](?:is|was|are|to|as|be|=|will[ ]be|set[ ]to|changed[ ]to|for[ ][\w.@-]{1,40}[ ]is)[: ]\s{0,2})
    | (?P<cell>[ \t]{0,20}[|,│┃┆][ \t]{0,20}|\t)
    | (?P<space>[ ]{1,4})
    )"""
    + _VALUE,
    re.X,
)
_WHOLE: Final = re.compile(_RUN)
_GLUED: Final = re.compile(r"[\"'`][^\s,;:.)\]}>]")
"""Something right behind a quote: the quote is a sign of the value."""
_CLOSED: Final = re.compile(r"[\"'`][,;)\]}]{0,4}\Z")
"""What closes a quoted value."""

Hit = tuple[int, int, str]


def find(text: str, at: int) -> Sequence[Hit]:
    """What is given to the name whose keyword stands at ``at``, if it is a secret: start, end, kind."""
    found = _given(text, at)
    if not found and (lines := prefixes.without(text, at)):
        first, inner, view = lines
        spans = [(*view.original(low, high), kind) for low, high, kind in _given(view.text, inner)]
        return [(first + low, first + high, kind) for low, high, kind in spans]
    return found


def _given(text: str, at: int) -> Sequence[Hit]:
    name, start, level = _named(text, at)
    if level is None:
        return ()
    if hit := _first(text, at, name, level):
        return _listed(text, hit)
    if _RANDOM.search(text, at, at + _NEAR):
        if hit := _further(text, at, start, name, level):
            return _listed(text, hit)
        if found := _under(text, start, name, level):
            return found
        if hit := _below(text, at, start, name, level):
            return (hit,)
    hit = _above(text, start, name, level)
    return (hit,) if hit else ()


def needs_digit(text: str, at: int) -> bool:
    """Whether the name whose keyword stands at ``at`` is none of a secret, or only of those that hold a digit."""
    name, _, level = _named(text, at)
    return level is None or (level == "weak" and "auth" not in name.lower())


def _named(text: str, at: int) -> tuple[str, int, NameClass | None]:
    """The name whose keyword stands at ``at``, where it begins, and what it promises."""
    head = _name_before(text, at)
    tail = _TAIL.match(text, at)
    name = head + tail[0] if tail else head
    asked = name.lower() == "key" and text[at - 1 : at] in _QUERY
    return name, at - len(head), "strong" if asked else classify(name, text[max(0, at - 48) : at])


def _first(text: str, at: int, name: str, level: NameClass) -> Hit | None:
    """The value, spelled as most are."""
    match = _AFTER.match(text, at)
    if match is None or (name.lower() == "pass" and match["assign"] is None):
        return None
    start, end = _stretch(text, match)
    if match["type"] and looks_random(match["type"]):
        start = match.start("type")
    value = text[start:end]
    certain = _certain(match, name, level) or (is_id(value) and is_compound(name, level))
    quoted = match["quoted"] is not None
    if is_secret(value, level, certain=certain, quoted=quoted) or (
        level == "password" and name.isupper() and match["assign"] == "=" and is_chosen(value)
    ):
        return start, end, kind_of(name, level)
    if certain or match["cell"] is not None:
        more = goes_on(text, end)
        if more and is_secret(value + more[1], level, certain=True, quoted=quoted):
            return start, more.end(1), kind_of(name, level)
    return (start, end, "basic-auth") if "auth" in name.lower() and certain and is_pair(value) else None


def _stretch(text: str, match: re.Match[str]) -> tuple[int, int]:
    """From where to where the value stands: to its quote, or as far as one that a program made goes on."""
    group = next(group for group in ("quoted", "bare", "run") if match[group] is not None)
    start, end = match.span(group)
    if group == "quoted" and not _GLUED.match(text, end):
        return start, end
    run = _WHOLE.match(text, start)
    longer = start + len(_CLOSED.sub("", run[0])) if run else end
    if (longer > end or group == "run") and is_generated(text[start:longer]):
        return start, longer
    return start, end if group == "quoted" else _bare_end(text, start, end)


def _listed(text: str, first: Hit) -> Sequence[Hit]:
    """``first`` and the values that follow it in a list of quoted ones."""
    if not text[max(0, first[0] - 16) : first[0] - 1].rstrip().endswith("["):
        return (first,)
    out = [first]
    item = _ITEM.match(text, first[1])
    while item and len(item[1]) >= 16 and looks_random(item[1]):
        out.append((*item.span(1), first[2]))
        item = _ITEM.match(text, item.end())
    return out


def _further(text: str, at: int, begins: int, name: str, level: NameClass) -> Hit | None:
    """The value, spelled in one of the ways of :mod:`~distillers.record.redaction.between`."""
    match = between.after(text, at)
    if match is None or name.lower() == "pass":
        return None
    way = next(way for way in between.SURE if match[way] is not None)
    start, end = match.span("quoted" if match["quoted"] is not None else "bare")
    if match["quoted"] is None:
        end = _bare_end(text, start, end)
    value = text[start:end]
    called = match["wrap"] and not match["wrap"].endswith("[CDATA[")
    sure = "random" if called and between.SURE[way] == "certain" else between.SURE[way]
    escaped = sure == "loose" and "\\" in value  # it ends there, as the view without escapes shows
    if escaped or (sure == "random" and not looks_random(value)):
        return None
    said = way == "prose" and level == "strong"
    certain = sure != "loose" or said or is_variable(name) or name.startswith("-")
    quoted = match["quoted"] is not None
    words = _phrase(text, begins, name) if way in _TABLED else name
    meant = is_secret(value, level, certain=certain, quoted=quoted) or _is_meant(value, words, level)
    return (start, end, kind_of(name, level)) if meant else None


def _under(text: str, start: int, name: str, level: NameClass) -> Sequence[Hit]:
    """The values in the column that has the name, in a table or a statement that inserts rows."""
    values = columns.values(text, start, start + len(name))
    if not values:
        return ()
    words, kind = _phrase(text, start, name), kind_of(name, level)
    return [(low, high, kind) for low, high in values if _is_meant(text[low:high], words, level)]


def _below(text: str, at: int, start: int, name: str, level: NameClass) -> Hit | None:
    """The value alone on the line below."""
    match = between.below(text, at)
    if match is None or not _is_meant(match["value"], _phrase(text, start, name), level):
        return None
    return *match.span("value"), kind_of(name, level)


def _above(text: str, start: int, name: str, level: NameClass) -> Hit | None:
    """The value before the name."""
    found = between.before(text, start)
    if found is None or (found[0].string.endswith("(") and text[start + len(name) : start + len(name) + 1] != ")"):
        return None
    match, sure = found
    value, end = match["value"], start - len(match.string) + match.end("value")
    words = _phrase(text, start, name)
    meant = is_secret(value, level, certain=True) if sure == "certain" else _is_meant(value, words, level)
    return (end - len(value), end, kind_of(name, level)) if meant else None


def _phrase(text: str, start: int, name: str) -> str:
    """``name``, which begins at ``start``, with the word before it."""
    word = _WORD_BEFORE.search(text, max(0, start - 24), start)
    return word[0] + name if word else name


def _is_meant(value: str, name: str, level: NameClass) -> bool:
    """Whether ``value``, which merely stands near ``name``, is its own."""
    return is_secret(value, level, certain=False) or (
        is_compound(name, level) and is_secret(value, "strong", certain=True)
    )


def _name_before(text: str, at: int) -> str:
    head = text[max(0, at - 60) : at]
    return head[len(head.rstrip(_NAME_CHARS)) :]


def _certain(match: re.Match[str], name: str, level: NameClass) -> bool:
    variable = is_variable(name)
    if match["space"] is not None:
        return name.startswith("-") or variable or (level != "weak" and match["quoted"] is not None)
    if match["prose"] is not None:
        return level == "strong" or match["quoted"] is not None
    return match["cell"] is None or variable or (level == "strong" and "_" in name and match["cell"] == ",")


_CUT: Final = re.compile(
    r"&(?=[\w.\[\]-]{1,40}=)|;(?=\s|$|[\w ]{1,40}=)|,(?=\s|$|[\w.-]{1,40}[=:]|[\"'])|[)\]}]+[,;:.]*$"
)


def _bare_end(text: str, start: int, end: int) -> int:
    """Where an unquoted value ends: at ``&``, ``;`` or ``,`` that begins the next field, before closing signs."""
    value = text[start:end]
    cut = _CUT.search(value)
    if cut and not (cut.group()[0] in ")]}" and _opens(value[: cut.start()], cut.group()[0])):
        value = value[: cut.start()]
    return start + len(value.rstrip(",;:.)")) if value.rstrip(",;:.)") else end


def _opens(value: str, sign: str) -> bool:
    return {")": "(", "]": "[", "}": "{"}[sign] in value
