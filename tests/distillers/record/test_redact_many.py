"""One scan of many texts finds what looking at each alone would: no place is missing, and no text touches another."""

from __future__ import annotations

import random
import re

import made
from hypothesis import example, given, settings
from hypothesis import strategies as st

from distillers.record.redact import CustomPattern, Redactor
from distillers.record.redaction import blocks
from distillers.record.redaction.anchors import Anchors
from distillers.record.redaction.joints import joints
from distillers.record.redaction.rules import ANCHORS, RULES
from distillers.record.redaction.scan import broken
from distillers.record.redaction.scanner import Places
from distillers.record.redaction.views import clean

REDACTOR = Redactor(b"a key for tests")
LITERALS = sorted({anchor for rows in RULES.values() for anchor, _ in rows})

fillers = st.sampled_from(
    [" ", "\n", "\r\n", "\n    ", "\n│ ", "\t", ".", "-", "_", "a", "s", "7", "=", ": ", '"', "\\n", "\\", "%3A", "@",
     "é", "→", "\u212a", "\u00a0", "\u0663", "\ud800", "\x1b[0m", "\u200b", "\x1e", "[REDACTED:x:0a1b2c3d]",
     "\\u001b[1m", "deadbeef0123", "x" * 45, "word " * 9, "QUJDREVGR0hJSktM", "ABCDEFGH2345"]
)  # fmt: skip
literals = st.sampled_from(LITERALS) | st.sampled_from(LITERALS).map(str.upper)
broken_literals = st.tuples(
    literals, st.integers(1, 12), st.sampled_from(["\n", " \r\n  ", "\n> ", "\n-", "\n+ ", "\n2\t", "\n12: "])
).map(lambda row: row[0][: row[1]] + row[2] + row[0][row[1] :])
texts = st.lists(fillers | literals | broken_literals, max_size=30).map("".join)


@given(st.lists(texts, max_size=4))
@settings(max_examples=300, deadline=None)
@example(["to\u212aen = a", "", "é key", "ciocio\ndeadbeef0123"])
def test_the_scanner_misses_no_anchor(many: list[str]) -> None:
    for text, places in zip(many, ANCHORS.scanner.anchors(many), strict=True):
        assert ANCHORS.matches(text, places) == ANCHORS.matches(text, range(len(text)))


def test_an_anchor_is_found_in_either_case_before_what_must_follow_and_the_shorter_of_two() -> None:
    anchors = Anchors(["key", "keychain", "a", "log"], {"log": "in|out"}, {"key": "(?! ring)(?<!(?-i:KEy))"}, {})
    text = "key KEY \u212aEY \u0130a log LOGout keychain key ring KEy"
    found = anchors.matches(text, range(len(text)))
    assert [text[at : at + 4] for at in found] == ["key ", "KEY ", "\u212aEY ", "a lo", "LOGo", "keyc", "ain "]
    assert anchors.run_across("a key", 3)
    assert not anchors.run_across("a key", 2)


@given(st.lists(texts, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
@example(["word " * 9 + "auth \n  "])
@example([" %3A$1$aes.newcipher(iqojb3jpz2lux2vjfio\n-u-"])
def test_the_scanner_misses_no_broken_anchor_no_block_and_no_noise(many: list[str]) -> None:
    found = ANCHORS.scanner.places(many)
    for i, text in enumerate(many):
        places = found.get(i, Places())
        assert list(broken(text, places.breaks)) == list(broken(text, [end for _, end in joints(text)]))
        runs = list(blocks.find(text, places.runs, lambda _: True))
        assert runs == list(blocks.find(text, range(19, len(text)), lambda _: True))
        assert clean(text).text == text or places.noise


@given(st.integers(0, 1_000))
@settings(max_examples=15, deadline=None)
def test_many_texts_are_masked_as_each_alone(seed: int) -> None:
    rng = random.Random(seed)
    many = [case.text for case in made.some(rng, 40)]
    many += [case.text for case in rng.sample([*made.places(seed), *made.key_blocks(seed)], 20)]
    many += ["", "é" * 50, *(f"{text}\n{other}" for text, other in zip(many, reversed(many), strict=True))]
    assert REDACTOR.mask_many(many) == [REDACTOR.mask(text) for text in many]


def test_own_patterns_and_allowed_values_hold_for_many_texts() -> None:
    token = made.value("ghp_<an*36>", random.Random(4))
    redactor = Redactor(b"k", [CustomPattern("house", re.compile(r"HOUSE-\d+"))], [token])
    many = ["see HOUSE-42", f"token={token}", "nothing"]
    assert redactor.mask_many(many) == [redactor.mask(text) for text in many]
    assert redactor.mask_many(many)[1:] == many[1:]


def test_a_token_that_a_terminal_broke_in_two_is_masked_whole() -> None:
    rng = random.Random(8)
    for form in ("ASIA<b32*16>", "hf_<an*34>", "ghp_<an*36>", "glpat-<an*20>"):
        token = made.value(form, rng)
        text = f"the agent looked at the page again and somebody said {token[:12]}\n{token[12:]} and then went on"
        assert token[12:] not in REDACTOR.mask(text)
