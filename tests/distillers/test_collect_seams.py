"""A secret that was cut in two, and stands in two results or parts, is in neither of them once it is archived."""

import random
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny import events, said, write

from distillers.collect import Collected
from distillers.record.archive import Archive
from distillers.record.redact import Redactor

Night = Callable[..., Collected]
REDACTOR = Redactor(b"a key for tests")
AN = string.ascii_letters + string.digits


def drawn(size: int, seed: int = 1) -> str:
    return "".join(random.Random(seed).choices(AN, k=size))


def result(own: str, text: str, **more: object) -> dict[str, Any]:
    return said("s1", own, text, kind="result", origin="tool", **more)


def call(own: str) -> dict[str, Any]:
    return said("s1", own, "tail -c 4000 log", kind="call", origin="agent")


def archived(archive: Archive, unit: str = "s1") -> list[str]:
    return [event.text for event in sorted(events(archive, "shop", unit), key=lambda event: event.line)]


@pytest.mark.parametrize(("cut", "end"), [(3, ""), (10, ""), (20, ""), (33, ""), (10, "\n"), (20, "\n")])
def test_a_token_cut_in_two_results_is_in_neither(
    night: Night, logs: Path, archive: Archive, cut: int, end: str
) -> None:
    token = "ghp_" + drawn(36)
    first, second = f"line one\nurl=https://x {token[:cut]}{end}", f"{token[cut:]}\nand on\n"
    write(logs / "a.jsonl", call("a"), result("b", first), call("c"), result("d", second), result("e", "done"))
    night(redactor=REDACTOR)
    one, two = archived(archive)[1], archived(archive)[3]
    assert one.startswith("line one\nurl=https://x [REDACTED:github-token:")
    assert two.startswith("[REDACTED:github-token:")
    assert two.endswith("]\nand on\n")
    assert token[cut:] not in two


def test_a_key_block_cut_in_three_results_is_in_none(night: Night, logs: Path, archive: Archive) -> None:
    rows = [drawn(64, seed) for seed in range(30)]
    block = "-----BEGIN RSA PRIVATE KEY-----\n" + "\n".join(rows) + "\n-----END RSA PRIVATE KEY-----\n"
    write(
        logs / "a.jsonl", result("a", block[:700]), result("b", block[700:1400]), result("c", block[1400:] + "after\n")
    )
    night(redactor=REDACTOR)
    told = archived(archive)
    assert all(row[:20] not in text for row in rows for text in told)
    assert told[2].endswith("after\n")


@pytest.mark.parametrize("cuts", [(1, 4), (3, 12), (2, 5, 9), (20, 22, 30)])
def test_a_value_cut_in_many_results_is_in_none(night: Night, logs: Path, archive: Archive, cuts: tuple[int]) -> None:
    value = drawn(32)
    pieces = [value[at:to] for at, to in zip((0, *cuts), (*cuts, len(value)), strict=True)]
    texts = [f"PORT=1\nSERVICE_TOKEN={pieces[0]}", *pieces[1:-1], f"{pieces[-1]}\nMODE=live\n"]
    write(logs / "a.jsonl", *(result(str(at), text) for at, text in enumerate(texts)))
    night(redactor=REDACTOR)
    mask = REDACTOR.mask(f"SERVICE_TOKEN={value}").removeprefix("SERVICE_TOKEN=")
    assert archived(archive) == [f"PORT=1\nSERVICE_TOKEN={mask}", *[mask] * len(pieces[1:-1]), f"{mask}\nMODE=live\n"]


def test_nights_in_between_leave_what_one_night_leaves(night: Night, logs: Path, archive: Archive) -> None:
    token = "glpat-" + drawn(20)
    told = [call("a"), result("b", f"token {token[:12]}"), call("c"), result("d", f"{token[12:]}\n")]
    for count in (2, 4):
        write(logs / "a.jsonl", *told[:count])
        night(redactor=REDACTOR)
    by_and_by = archived(archive)
    write(logs / "b.jsonl", *({**row, "unit": "s2"} for row in told))
    night(redactor=REDACTOR)
    assert by_and_by == archived(archive, "s2")
    assert "REDACTED" in by_and_by[1]
    assert "REDACTED" in by_and_by[3]


def test_texts_that_only_meet_stay(night: Night, logs: Path, archive: Archive) -> None:
    texts = ["the token", "abc", "is in deadbeefdeadbeef01", "2345", "exit code 1", "Sommer"]
    write(logs / "a.jsonl", *(result(str(at), text) for at, text in enumerate(texts)))
    night(redactor=REDACTOR)
    assert archived(archive) == texts


def test_a_sentence_is_no_rest_of_a_token(night: Night, logs: Path, archive: Archive) -> None:
    texts = ["it begins with ghp_" + drawn(12), "and ends with " + drawn(12)]
    write(logs / "a.jsonl", *(result(str(at), text) for at, text in enumerate(texts)))
    night(redactor=REDACTOR)
    assert archived(archive) == texts


def test_what_another_session_says_is_no_rest(night: Night, logs: Path, archive: Archive) -> None:
    token = "ghp_" + drawn(36)
    other = said("s2", "x", token[20:], kind="result", origin="tool")
    write(logs / "a.jsonl", result("a", f"x {token[:20]}"), other)
    night(redactor=REDACTOR)
    assert archived(archive, "s2") == [token[20:]]
