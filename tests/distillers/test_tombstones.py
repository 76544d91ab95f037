"""What was purged is known by keyed hashes alone, and found again in whatever form and place it stands."""

import base64
import json
import quopri
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from distillers import tombstones
from distillers.record import erase
from distillers.record.events import Event
from distillers.record.readings import readings, spellings
from distillers.record.rows import columns_of, rows_of
from distillers.record.tables import table_of
from distillers.tombstones import bar, load
from distillers.windows import LONGEST, hits, window_of
from scheduling.ledger.store import Ledger
from scheduling.runs import Run

KEY = b"k" * 32


def places(needle: bytes, data: bytes) -> list[int]:
    found: list[int] = []
    at = data.find(needle)
    while at >= 0:
        found.append(at)
        at = data.find(needle, at + 1)
    return found


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=8), st.lists(st.binary(max_size=6), max_size=6))
def test_windows_find_every_place_and_no_other(needle: bytes, parts: list[bytes]) -> None:
    data = needle.join(parts)
    assert sorted(hits(KEY, [window_of(KEY, needle)], data)) == places(needle, data)


def test_windows_find_a_text_across_chunks_and_at_both_ends() -> None:
    needle = secrets.token_bytes(100)
    data = needle + b"-" * 65_436 + needle + b"-" * 70_000 + needle
    assert sorted(hits(KEY, [window_of(KEY, needle)], data)) == [0, 65_536, len(data) - 100]


def test_a_long_text_is_known_by_its_beginning() -> None:
    needle = secrets.token_bytes(LONGEST * 3)
    assert list(hits(KEY, [window_of(KEY, needle)], b"-" * 7 + needle[:LONGEST])) == [7]


def test_the_ledger_holds_neither_the_text_nor_the_session(ledger: Ledger, run: Run) -> None:
    with run.change("bar", "test") as rows:
        bar(rows, run.id, KEY, sessions=["session-5a71"], texts=["hunter2 & co"])
    ledger.rewrite()
    assert b"hunter2" not in ledger.path.read_bytes()
    assert b"5a71" not in ledger.path.read_bytes()
    with ledger.read() as rows:
        assert {row.kind for row in rows.execute(select(tombstones.tombstones))} == {"session", "text"}


def test_sessions_and_texts_are_barred_in_every_form_and_only_with_the_same_key(ledger: Ledger, run: Run) -> None:
    with run.change("bar", "test") as rows:
        bar(rows, run.id, KEY, sessions=["s1"], texts=['a "secret" word'])
    with ledger.read() as rows:
        barred, other = load(rows, KEY), load(rows, b"x" * 32)
    assert barred.bars("s1")
    assert not barred.bars("s2")
    assert not other.bars("s1")
    texts = [
        "nothing",
        'it is a "secret" word',
        json.dumps('a "secret" word'),
        "",
        base64.b64encode(b'so a "secret" word it was').decode(),
        'a "secret word',
    ]
    assert barred.holding(texts) == {1, 2, 4}
    assert other.holding(texts) == set()


def _again(text: str, times: int) -> str:
    return _again(json.dumps(text), times - 1) if times else text


def _coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


TOLD = "see Zanzibar Quokka Söhne end"
LONG = b"some words " * 6 + TOLD.encode() + b" and more" * 20


def _quoted(said: bytes, coding: str) -> str:
    return quopri.encodestring(said.decode().encode(coding), quotetabs=True).decode("ascii")


def _folded(said: str) -> str:
    return "\n".join(said[at : at + 60] for at in range(0, len(said), 60))


def _dump(said: bytes) -> str:
    """As hexdump -C prints it."""
    rows = (said[at : at + 16] for at in range(0, len(said), 16))
    return "\n".join(
        f"{16 * at:08x}  {row[:8].hex(' '):23}  {row[8:].hex(' '):23}  |{row.decode('ascii', 'replace')}|"
        for at, row in enumerate(rows)
    )


@pytest.mark.parametrize(
    "said",
    [
        "see Zanzibar \x1b[31mQuokka\x1b[0m Söhne end",
        "see Zanzibar \x1b]8;;https://example.org\x1b\\Quokka\x1b]8;;\x07 Söhne end",
        "see Zan\u200bzibar Quokka So\u0308hne end",
        "q=Zanzibar%20Quokka%20Söhne",
        "q=Zanzibar%20Quokka%20S%5Cu00f6hne",
        '"Zanzibar Quokka S\\u00F6hne"',
        _again(TOLD, 3),
        _again(TOLD, 5),
        _coded(_coded(TOLD.encode()).encode()),
        f"a={_coded(_coded(json.dumps({'a': TOLD}).encode()).encode())}&b=2",
        _coded(TOLD.encode("utf-16-le")),
        _coded(TOLD.encode("utf-16-be")),
        _coded(TOLD.encode("utf-16")),
        base64.encodebytes(LONG).decode(),
        json.dumps({"a": base64.encodebytes(LONG).decode()}),
        "see Zanzibar\n    Quokka Söhne end",
        "see Zanzibar\u00a0Quokka  Söhne end",
        _again("see Zanzibar Quokka\nSöhne end", 2),
        "see Zanzibar Quokka S&ouml;hne end",
        "see Zanzibar&nbsp;Quokka S&#xF6;hne end",
        _quoted(LONG, "utf-8"),
        _quoted(LONG, "latin-1"),
        json.dumps({"body": _quoted(LONG, "latin-1")}),
        "Subject: =?utf-8?Q?see_Zanzibar_Quokka_S=C3=B6hne_end?=",
        "see Zanzibar Quokka S\\303\\266hne end",
        repr(TOLD.encode()),
        repr(TOLD.encode("latin-1")),
        _coded(TOLD.encode("latin-1")),
        _coded(_coded(TOLD.encode("latin-1")).encode()),
        TOLD.encode().hex(),
        f"at 0x{TOLD.encode('latin-1').hex().upper()}",
        f"be {TOLD.encode().hex(' ')} add",
        TOLD.encode("utf-16-le").hex(":"),
        "{" + ", ".join(f"0x{byte:02x}" for byte in TOLD.encode()) + "}",
        _folded(LONG.hex()),
        json.dumps({"type": "Buffer", "data": list(TOLD.encode())}),
        _dump(LONG),
        json.dumps([_dump(LONG)]),
        base64.b64encode(LONG.hex().encode()).decode(),
        (bytes(range(128, 256)) + TOLD.encode() + bytes(range(128, 256))).hex(),
        TOLD.replace(" ", "\n  "),
    ],
)
def test_a_text_goes_and_stays_away_behind_whatever_codes(ledger: Ledger, run: Run, said: str) -> None:
    wanted = "Zanzibar Quokka Söhne"
    texts = ["nothing of it", said, "nor here"]
    events = [Event(f"{at}", "s", "session", "", "human", "message", text, "/f", at) for at, text in enumerate(texts)]
    rows = table_of(columns_of(rows_of(["shop"] * 3, events)), via="shop")
    assert erase.holding(spellings(wanted))(rows).to_pylist() == [False, True, False]
    with run.change("bar", "test") as book:
        bar(book, run.id, KEY, sessions=[], texts=[wanted])
    with ledger.read() as book:
        assert load(book, KEY).holding(texts) == {1}


@settings(deadline=None)
@given(st.text("0aF9=?%\\x,:- \nQWz+/\u00e9", max_size=400))
def test_what_a_text_says_otherwise_stays_in_proportion_to_it(said: str) -> None:
    assert sum(map(len, readings(said))) <= 12 * len(said)
