"""Tokens in pieces: quoted texts that are joined, and lines that end where the terminal did."""

from __future__ import annotations

import random

import made
import pytest

from distillers.record.redact import Redactor

REDACTOR = Redactor(b"a key for tests")
JOINTS = {
    "plus": '"{}" + "{}"',
    "plus, on two lines": '"{}" +\n    "{}"',
    "one below the other": "(\n    '{}'\n    '{}'\n)",
    "cut": "$ printenv and then something that is long enough: {}\n{}\n$ ",
}
OTHERS = {
    "plus, of templates": "`{}` + `{}`",
    "in a template": "`${{'{}'}}${{'{}'}}`",
    "side by side": '("{}" "{}")',
}


def pieces(form: str) -> list[tuple[str, str]]:
    """A token of ``form`` cut behind its eighth sign, and behind every third one after it."""
    token = made.value(form, random.Random(form))
    return [(token[:at], token[at:]) for at in range(max(8, token.find(":AA") + 4), len(token) - 8, 3)]


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("form", [form for _, form in made.rows("pieces.txt")])
def test_a_token_in_two_pieces_is_masked_whole_wherever_it_is_cut(form: str, joint: str) -> None:
    texts = [(JOINTS[joint].format(*both), both) for both in pieces(form)]
    left = [(text, REDACTOR.mask(text)) for text, both in texts if any(one in REDACTOR.mask(text) for one in both)]
    assert left == []


@pytest.mark.parametrize("joint", OTHERS)
@pytest.mark.parametrize("form", [form for _, form in made.rows("pieces.txt")])
def test_the_first_piece_may_be_too_short_to_be_a_token(form: str, joint: str) -> None:
    both = pieces(form)[0]
    masked = REDACTOR.mask(OTHERS[joint].format(*both))
    assert not any(one in masked for one in both)


def test_the_checksum_of_a_token_on_its_third_line_is_no_assignment() -> None:
    token = made.value("ATATT3xFfGF0<an*180>=<HEX*8>", random.Random(1))
    lines = [token[at : at + 80] for at in range(0, len(token), 80)]
    assert len(lines) == 3
    assert REDACTOR.mask("\n".join([*lines, "MODE=live"])).endswith("]\n\n\nMODE=live")


@pytest.mark.parametrize(
    "line", ["hf_something\nthat_other_name_of_it", "task-one\nanother-one-below-it", '"asia" + "pacific_region_of_it"']
)
def test_words_in_two_pieces_stay(line: str) -> None:
    assert REDACTOR.mask(line) == line
