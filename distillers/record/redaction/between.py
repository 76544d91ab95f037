"""What can stand between a name and its value, in the spellings that are not tried first.

Each is one row: what it is called, its pattern, and how sure it makes that the value is the name's own.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from distillers.record.redaction.views import MASKED

Sure = Literal["certain", "random", "loose"]
"""A value of this name; one if it is random; or it merely follows."""

_BLANK: Final = r"[ \t\u00a0]"
_TAIL: Final = r"(?>[\w\-]{0,40}(?<!-)(?:\.\w{1,20}){0,2})(?:[ ]\#?\d{1,2})?"
_CLOSE: Final = r"""(?:\[["']?\w{0,20}["']?\])?(?P<close>["'`)\]*}\u201d\u2019]{0,4})"""
_VERBS: Final = "is|was|are|to|as|be|from|ist|lautet|est|es|will[ ]be|set[ ]to|changed[ ]to|equals"
_TAG: Final = r"</?[A-Za-z][\w:.-]{0,20}(?:\s[^<>\n]{0,80})?>"

_ROWS: Final[tuple[tuple[str, Sure, str], ...]] = (
    ("property", "certain", rf"{_BLANK}{{0,4}}\{{[ ]?get;[^}}\n]{{0,30}}\}}[ ]?={_BLANK}{{0,4}}"),
    ("element", "certain", r">\s{0,12}(?=<!\[CDATA)"),
    ("otherwise", "certain", rf"{_BLANK}{{0,4}}(?:\|\||\?\?|or\b){_BLANK}{{0,4}}(?=[\"'`])"),
    (
        "beside",
        "certain",
        r"(?:[ ]\w{1,12}=\"[^\"\n]{0,40}\"){0,3}(?::[ ]?)?"
        r"(?:[,{]?\s{0,40}[\"'](?!(?i:value))\w{1,20}[\"']:[ ]?[^,{}\n]{0,60}){0,4}"
        r"(?:[ ]?\{(?:\s{1,40}\w{1,20}[ ]{0,12}[=:][ ]?[^\n{}]{0,80}){1,4}\s)?"
        r",?[ ]?\{?\s{0,40}[\"']?\w{0,12}(?i:value|default|content)[\"']?[ ]{0,8}[:=|]{1,2}[ ]{0,4}(?=\S)",
    ),
    (
        "assigned",
        "certain",
        rf"{_BLANK}{{0,16}}(?::[ ]?[&\w<>\[\], |?]{{1,30}}=|=>|:=|:?={{1,3}}|::?|\uff1a)"
        rf"{_BLANK}{{0,8}}(?:\r?\n[ \t]{{1,24}})?",
    ),
    ("arrow", "loose", rf"{_BLANK}{{0,4}}(?:->|=>|\u2192|\u21d2|\u2014|\u2013|-){_BLANK}{{1,4}}"),
    ("setter", "random", r"\(\s{0,8}(?=@?[\"'`])"),
    (
        "typed",
        "certain",
        r"[^\n\"'`]{0,20}[\"']?\]?[\"'`]?\)\.(?i:fill|type|send_?keys|set_?value|typetext|input)\(\s{0,4}(?=[\"'`])",
    ),
    ("item", "certain", r",\s{0,8}(?=<<[\"']|b[\"']|[\"']{2})"),
    (
        "flagged",
        "certain",
        r"(?:[ ]--?[\w-]{1,20}(?:[ =][^\s-]\S{0,40})?){0,3}"
        r"[ ](?:--(?:value|body|secret-string|secret-value)|-Value)[ =]",
    ),
    ("markup", "loose", rf"(?:{_BLANK}{{0,4}}[:=]?{_BLANK}{{0,4}}{_TAG}\s{{0,12}}){{1,6}}(?:[:=]\s{{0,4}}{_TAG}?)?"),
    ("said", "loose", r"(?:[ ][\w@.'\"()/-]{1,30}){1,7}:[ ](?:[\u203a\u276f\u00bb>*][ ])?"),
    ("registry", "certain", r"[ \t]{1,8}REG_\w{2,9}[ \t]{1,8}"),
    ("prose", "loose", rf"[ ](?:{_VERBS})[: ]\s{{0,2}}"),
    ("cell", "loose", rf"(?:{_BLANK}{{0,20}}\|[^|\n]{{0,40}}){{1,2}}\|{_BLANK}{{0,20}}|;(?=\S)"),
    ("column", "loose", r"[ ]{5,60}|\.{3,60}[ ]?|[ ]\("),
)  # fmt: skip

SURE: Final[dict[str, Sure]] = {name: sure for name, sure, _ in _ROWS}
"""How sure each way makes."""

_DRESS: Final = r"""
    (?:\*{1,3}[ ]{0,4})?
    (?:!!?\w{1,20}[ ]|&\w{1,20}[ ]|\((?:[\w*.\[\]]{1,12}|len=\d{1,5})\)[ ]?|(?:string|str)\(\d{1,5}\)[ ]?){0,3}
    (?P<wrap>(?:(?:\[\d{0,4}\])?[\w.:]{1,40}\((?:\w{1,20}=)?|<!\[CDATA\[|<<|\[\s{0,8}){0,2}(?:[bruf@$]{1,2})?(?=["'`])|<!\[CDATA\[)?
    """
"""What a value may be dressed in: a type, a tag, a call that takes it, brackets."""

_VALUE: Final = rf"""
    (?:
      (?P<q>"{{3}}|'{{3}}|["'`]{{1,2}})(?P<quoted>(?:(?!(?P=q))[^\n{MASKED}]){{3,1024}})(?P=q)
    | ["'`\u201c\u2018\u201e\u00ab]{{0,5}}(?P<bare>[^\s"'`<>|{MASKED}\u201c\u201d\u2019]{{4,2048}})
    )"""

_AFTER: Final = re.compile(
    _TAIL + _CLOSE + "(?:" + "|".join(f"(?P<{name}>{way})" for name, _, way in _ROWS) + ")" + _DRESS + _VALUE, re.X
)

_BELOW: Final = re.compile(
    rf"""\n(?:[ \t]{{0,4}}\r?\n)?[ \t]{{0,12}}["'`]?
    (?P<value>[^\s"'`<>|{MASKED}]{{10,1024}})["'`]?[ \t]{{0,4}}(?=\r?\n|$)""",
    re.X,
)
_FIELD: Final = re.compile(
    rf"""value=["'](?P<value>[^"'\n<>{MASKED}]{{5,1024}})["'](?:[ ]\w{{1,12}}=["'][^"'<>\n]{{0,40}}["']){{0,3}}
    [ ](?:name|id)=["']\Z""",
    re.X,
)
_PIPED: Final = re.compile(
    rf"""(?:echo|printf)[ ](?:-\w{{1,2}}[ ])?(?:["']%s(?:\\n)?["'][ ])?
    ["']?(?P<value>[^\s"'`<>|{MASKED}]{{5,2048}})["']?[ ]{{0,3}}
    (?:\|[^|\n]{{0,80}}|>{{1,2}}[ ]{{0,3}}\S{{0,100}})\Z""",
    re.X,
)
_CALLED: Final = re.compile(
    rf"""(?:^|(?<=[\s"'`(]))(?P<value>[^\s"'`<>|(){MASKED}]{{8,512}})["'`),]{{0,2}}
    [ ](?:(?:as|for|is)[ ](?:the|your|my|our|new|a|an|this)[ ](?:\w{{1,20}}[ ]){{0,3}}|\()\Z""",
    re.X,
)
_QUOTED: Final = re.compile(
    rf"""["'`](?P<value>[^"'`\n{MASKED}]{{8,512}})["'`]
    [ ](?:(?:as|for|={{2,3}}|!={{1,2}})[ ])(?:\w{{1,20}}[ ]){{0,2}}\Z""",
    re.X,
)
_LINE: Final = 2_400
_NEAR: Final = 600
_REST: Final = 140
"""Characters of a line behind a name whose value stands on the next one."""


def after(text: str, at: int) -> re.Match[str] | None:
    """A value after the name whose keyword stands at ``at``; the group that matched names the way."""
    return _AFTER.match(text, at)


def below(text: str, at: int) -> re.Match[str] | None:
    """One thing alone on the line below the name: a form field, an answer at a prompt, what a command printed."""
    end = text.find("\n", at, at + _REST)
    return _BELOW.match(text, end) if end >= 0 else None


def before(text: str, start: int) -> tuple[re.Match[str], Sure] | None:
    """A value before the name that begins at ``start``, on its line: in a form, a pipe, a sentence. How sure it is."""
    first = max(0, start - _LINE)
    line = text[max(text.rfind("\n", first, start) + 1, first) : start]
    if line.endswith(('="', "='")):
        return _found(_FIELD, line, line.rfind("value="), "loose")
    if "|" in line or ">" in line:
        return _found(_PIPED, line, max(line.rfind("echo "), line.rfind("printf ")), "certain")
    if line.endswith(" ("):
        return _found(_CALLED, line, line.rfind(" ", 0, -2) + 1, "loose")
    if line.endswith(" "):
        if found := _QUOTED.search(line, max(0, len(line) - _NEAR)):
            return found, "certain"
        at = max(map(line.rfind, (" as ", " for ", " is ")))
        return _found(_CALLED, line, line.rfind(" ", 0, at) + 1, "loose") if at > 0 else None
    return None


def _found(pattern: re.Pattern[str], line: str, at: int, sure: Sure) -> tuple[re.Match[str], Sure] | None:
    match = pattern.match(line, at) if at >= 0 else None
    return (match, sure) if match else None
