"""Tokens in pieces: quoted texts that are joined, and lines that end where the terminal did."""

from __future__ import annotations

import json
import random
import re

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
@pytest.mark.parametrize("form", [*(form for _, form in made.rows("pieces.txt")), "M<an*25>.<an*6>.<an*38>"])
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


@pytest.mark.parametrize("form", [form for _, form in made.rows("pieces.txt")])
def test_a_token_that_was_streamed_in_small_pieces_is_masked_in_each_of_them(form: str) -> None:
    token = made.value(form, random.Random(form))
    pieces = [f"Your token is {token[:3]}", *(token[at : at + 5] for at in range(3, len(token), 5)), ", keep it"]
    sent = [{"type": "content_block_delta", "delta": {"type": "text_delta", "text": piece}} for piece in pieces]
    text = "event: ping\n" + "".join(f"data: {json.dumps(one)}\n\n" for one in sent)
    masked = REDACTOR.mask(text)
    assert not any(json.dumps(piece) in masked for piece in pieces[1:-1])
    assert (masked.count("\n"), masked.count("data: {")) == (text.count("\n"), len(pieces))
    assert REDACTOR.mask(masked) == masked


@pytest.mark.parametrize("sign", [",", "\t", "|", ";"])
def test_each_value_in_the_column_of_a_secret_is_masked_and_nothing_beside_it(sign: str) -> None:
    rng = random.Random(sign)
    rows = [(str(n), "someone", made.value("<an*20>7", rng), "2024-01-02", "a note of some words") for n in range(40)]
    told = [sign.join(row) for row in [("id", "name", "api_key", "created", "note"), *rows]]
    masked = REDACTOR.mask("\n".join([*told, "and so on", ""])).split("\n")
    assert [row.split(sign)[:2] for row in masked[1:41]] == [[*row[:2]] for row in rows]
    assert all(row.split(sign)[2].startswith("[REDACTED:key:") for row in masked[1:41])
    assert [masked[0], masked[41:]] == [told[0], ["and so on", ""]]


PREFIXES = {
    "read": "{n:6}\u2192{line}",
    "cat -n": "{n:6}\t{line}",
    "diff": "+{line}",
    "grep": "k8s/app.yaml-{n}-{line}",
    "quotation": "> {line}",
    "frame": "│ {line}",
    "comment": "# {line}",
    "container": "web-1  | {line}",
    "time": "10:11:12.123 INFO {line}",
    "blame": "4f2a91bc (Mara Lind 2026-11-01 10:00:00 +0100 {n}) {line}",
}
BELOW = {
    "manifest": '        - name: DATABASE_PASSWORD\n          value: "{}"',
    "block": "api_token: |\n  {}\nregion: eu",
    "folded header": "X-Auth-Token:\n {}",
    "prompt": "Password:\n{}",
    "form": 'Content-Disposition: form-data; name="password"\n\n{}\n--x',
    "table": "| user | password |\n|---|---|\n| mara | {} |",
}


@pytest.mark.parametrize("way", BELOW)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_value_on_the_line_below_its_name_is_masked_whatever_a_tool_puts_before_both(prefix: str, way: str) -> None:
    secret = made.value("<an*2>4<an*2>9<an*3>2<an*2>5<an*2>7", random.Random(3))
    lines = BELOW[way].format(secret).split("\n")
    masked = REDACTOR.mask("\n".join(PREFIXES[prefix].format(n=n, line=line) for n, line in enumerate(lines, 41)))
    assert secret not in masked
    assert len(masked.split("\n")) == len(lines)


def test_values_of_an_inserted_column_are_masked_in_each_row() -> None:
    rng = random.Random(4)
    one, two = (made.value("<an*2>4<an*2>9<an*3>2<an*2>5<an*2>7", rng) for _ in range(2))
    told = "INSERT INTO users (name, password, city) VALUES ('o''b', '{}', 'Kiel'), ('mara', '{}', 'Ulm');"
    masked = REDACTOR.mask(told.format(one, two))
    assert re.sub(r"\[REDACTED:password:\w{8}\]", "{}", masked) == told


@pytest.mark.parametrize("end", ["\0", "\\u0000", "\\x00"])
def test_a_variable_of_an_environment_ends_with_it(end: str) -> None:
    token = made.value("AKIA<b32*16>", random.Random(1))
    masked = REDACTOR.mask(f"LANG=C{end}AWS_ACCESS_KEY_ID={token}{end}HOME=/root{end}")
    assert masked.startswith(f"LANG=C{end}AWS_ACCESS_KEY_ID=[REDACTED:aws-key-id:")
    assert masked.endswith(f"]{end}HOME=/root{end}")


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
