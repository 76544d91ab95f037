"""Patterns of one's own and gitleaks rules: what they find, what they keep, and that masking twice is masking once."""

from __future__ import annotations

import base64
import json
import pickle
import random
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distillers.record.redact import CustomPattern, Redactor
from distillers.record.redaction.gitleaks import parse, translated
from scheduling.base.errors import UsageError

MASK = re.compile(r"\[REDACTED:([a-z0-9-]+):[0-9a-f]{8}\]")
FILE = r"""
title = "ours"
[allowlist]
regexes = ['''^0{8}$''']
paths = ['''vendor/''']
[[rules]]
id = "Acme_Badge"
regex = '''(?i)acme[_-]?(?:badge)\s*[:=]\s*['"]?([a-z0-9]{8})(?:['"]|\s|$)'''
keywords = ["acme"]
[[rules]]
id = "dense-thing"
regex = '''thing-([[:alnum:]\-_.]{12})\z'''
entropy = 3
secretGroup = 1
keywords = ["thing-"]
[rules.allowlist]
stopwords = ["sample"]
[[rules]]
id = "a-file"
path = '''\.p12$'''
"""


def shown(redactor: Redactor, text: str) -> str:
    return MASK.sub(r"<\1>", redactor.mask(text))


def test_a_pattern_of_ones_own_finds_its_secret_through_escapes_colours_and_base64() -> None:
    redactor = Redactor(b"k", [CustomPattern("badge", re.compile(r"badge (?P<secret>\d{6})"))])
    assert shown(redactor, "badge 123456 lost") == "badge <badge> lost"
    assert "123456" not in redactor.mask(json.dumps({"a": json.dumps({"b": "badge\u0020123456"})}))
    assert "\x1b[1m12" not in redactor.mask("badge \x1b[1m12\x1b[0m3456")
    assert "badge%20123456" not in redactor.mask("q=badge%20123456")
    block = base64.b64encode(b"the number of my badge 123456 is this").decode()
    assert block not in redactor.mask(f"see {block} here")


def test_rules_of_a_gitleaks_file_are_used() -> None:
    redactor = Redactor(b"k", parse(FILE, "rules.toml"))
    assert shown(redactor, 'ACME_BADGE = "a1b2c3d4"') == 'ACME_BADGE = "<acme-badge>"'
    assert shown(redactor, "acme-badge: 00000000") == "acme-badge: 00000000"
    assert shown(redactor, "bcme-badge: a1b2c3d4") == "bcme-badge: a1b2c3d4"
    assert shown(redactor, "thing-Ab3.Ef6_Hi9k") == "thing-<dense-thing>"
    assert shown(redactor, "thing-aaaaaaaaaaaa") == "thing-aaaaaaaaaaaa"
    assert shown(redactor, "thing-Sample6_Hi9k") == "thing-Sample6_Hi9k"
    assert shown(redactor, "thing-Ab3.Ef6_Hi9k\n") == "thing-Ab3.Ef6_Hi9k\n"


@pytest.mark.parametrize(
    ("go", "text", "found"),
    [
        (r"a(?i)b", "aB", True),
        (r"a(?i)b", "AB", False),
        (r"(x(?i)y)z", "xYz", True),
        (r"(x(?i)y)z", "xYZ", False),
        (r"(?i)k(?-i)=v", "K=v", True),
        (r"[\w-.]+!", "a-.!", True),
        (r"[[:digit:]x]{3}", "1x2", True),
        (r"[]a]{2}", "]a", True),
        (r"a$", "a\n", False),
        (r"(?m)a$", "a\nb", True),
        (r"\Qa.b\E+", "a.bb", True),
        (r"\Qa.b\E", "axb", False),
        (r"\x{2603}", "\u2603", True),
        (r"(?<name>ab)", "ab", True),
        (r"[^[:space:]]", " ", False),
    ],
)
def test_expressions_of_go_mean_the_same_here(go: str, text: str, found: bool) -> None:
    assert bool(re.compile(translated(go), re.ASCII).search(text)) is found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[rules]]\nid = 'x'\nregex = '''\\p{Greek}'''", "rule x|x: .*not supported"),
        ("[[rules]]\nid = 'x'\nregex = '''a('''", "x: "),
        ("[[rules]]\nid = 'x'\n", "x: it has no regex"),
        ("[[rules]]\nregex = 'a'\nsecretGroup = 2", "number 1: there is no group 2"),
        ("[extend]\npath = 'other.toml'", "extend.path"),
        ("rules = 3", "no list"),
        ("[[rules", "no.* valid TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse(text, "rules.toml")


def test_patterns_travel_to_other_processes() -> None:
    redactor = Redactor(b"k", parse(FILE, "rules.toml"), ["value-to-keep"])
    text = "acme_badge=a1b2c3d4"
    assert redactor.mask(text) != text
    assert pickle.loads(pickle.dumps(redactor)).mask(text) == redactor.mask(text)


def test_the_edition_names_the_patterns_and_what_is_allowed() -> None:
    one, two = (CustomPattern("own", re.compile("a" * 300 + end)) for end in "xy")
    editions = {Redactor(b"k", [own], allow).edition for own in (one, two) for allow in ((), ("kept",))}
    assert len(editions) == 4
    assert Redactor(b"k").edition == ""
    assert Redactor(b"a", [one]).edition == Redactor(b"b", [one]).edition


PATTERNS = st.sampled_from(
    [
        r"\d{3,}",
        r"[a-z]+",
        r"\S+",
        r".+",
        r"(?s).+",
        r"\s+x?",
        r"badge (?P<secret>\w+)",
        r"REDACTED",
        r"\[REDACTED:[^\]]*\]",
        r"[^\n]*$",
        r"(?i)token\W+(\w{4,})",
        r"key",
        r"\ufffc",
        r"a|\n",
        r"(?P<secret>.)(?=.)",
    ]
)
PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["badge 12345", "\n", "%31", "\\n", "token=abcd1", "[REDACTED:own:0a1b2c3d]", "\x1b[0m", "password="]
    ),
    st.text(string.ascii_letters + string.digits, min_size=8, max_size=30),
)


@given(st.lists(PATTERNS, min_size=1, max_size=3), st.lists(PIECES, max_size=8).map("".join))
@settings(max_examples=300, deadline=None)
def test_masking_twice_is_masking_once_whatever_the_patterns(regexes: list[str], text: str) -> None:
    redactor = Redactor(b"k", [CustomPattern("own", re.compile(regex)) for regex in regexes])
    once = redactor.mask(text)
    assert redactor.mask(once) == once
    assert once.count("\n") == text.count("\n")
    assert redactor.mask_many([text]) == [once]


def test_what_is_allowed_is_kept_however_it_is_written() -> None:
    value = "ghp_" + "".join(random.Random(1).choices(string.ascii_letters, k=36))
    redactor = Redactor(b"k", [], [value])
    for text in (f"token={value}", f"token={value[:9]}\x1b[0m{value[9:]}", json.dumps({"token": value})):
        assert redactor.mask(text) == text
