"""What holds for every file, whatever is in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from distillers.record.events import Event
from distillers.sources import READERS, BadLine, Head, Reader, Skip, SourceFile, Unreadable, recognise_file
from distillers.sources.lines import Pending, Record, pending, records, scan

CASES = Path(__file__).parent / "cases"
LOGS = sorted(
    path for path in CASES.rglob("*.jsonl") if ".expected." not in path.name and path.parent.name != "skipped"
)
# a rollback takes back what an earlier night already read: the one record that undoes others
GROWING = [path for path in LOGS if path.name not in ("rolled-back.jsonl", "rewound.jsonl")]
PROSE = [path for path in CASES.rglob("*.md") if path.parent.name in ("specstory", "console", "aider")]
MARKER = re.compile(r"_\*\*|> |#### |⏺ ")
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(
    [
        "type",
        "message",
        "content",
        "payload",
        "sessionId",
        "timestamp",
        "title",
        "number",
        "body",
        "id",
        "status",
        "role",
    ]
)
records_of_any_shape = st.dictionaries(
    fields, json_values | st.sampled_from(["user", "assistant", "event_msg"]), max_size=6
)


def events(reader: Reader, data: bytes, path: Path = Path("/logs/file.md")) -> list[Event]:
    try:
        return [item for item in reader.read(SourceFile(path, data)) if isinstance(item, Event)]
    except Unreadable:
        return []


def ids(data: bytes, path: Path) -> set[str]:
    reader = recognise_file(SourceFile(path, data))
    return set() if isinstance(reader, Skip) else {event.id for event in events(reader, data, path)}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@QUICK
@given(data=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_crash_a_reader(reader: Reader, data: bytes) -> None:
    events(reader, data)
    reader.claims(Head(Path("/logs/file.md"), data))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@QUICK
@given(rows=st.lists(records_of_any_shape, max_size=4))
def test_no_record_crashes_a_reader(reader: Reader, rows: list[dict[str, Any]]) -> None:
    events(reader, "\n".join(map(json.dumps, rows)).encode())


@pytest.mark.parametrize("path", sorted(CASES.rglob("*.*")), ids=lambda path: f"{path.parent.name}/{path.name}")
@QUICK
@given(at=st.floats(0, 1), noise=st.binary(min_size=1, max_size=6))
def test_noise_anywhere_in_a_log_crashes_no_reader(path: Path, at: float, noise: bytes) -> None:
    data = path.read_bytes()
    place = int(at * len(data))
    broken = data[:place] + noise + data[place + len(noise) :]
    try:
        reader = recognise_file(SourceFile(path, broken))
    except Unreadable:
        return  # the noise looked like a packed file
    if not isinstance(reader, Skip):
        events(reader, broken, path)


@pytest.mark.parametrize("path", GROWING, ids=lambda path: f"{path.parent.name}/{path.name}")
@QUICK
@given(at=st.floats(0, 1))
def test_a_log_read_while_it_grew_gave_the_events_it_gives_when_whole(path: Path, at: float) -> None:
    data = path.read_bytes()
    assert ids(data[: int(at * len(data))], path) <= ids(data, path)


@pytest.mark.parametrize("path", PROSE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_prose_cut_between_two_turns_gives_the_events_of_the_whole(path: Path) -> None:
    text = path.read_text("utf-8")
    whole, at = ids(text.encode(), path), 0
    above = ""
    for line in text.split("\n"):
        if MARKER.match(line) and not above:
            assert ids(text[:at].encode(), path) <= whole
        above = line
        at += len(line) + 1


@pytest.mark.parametrize("path", LOGS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_log_that_is_read_block_by_block_gives_the_events_of_the_whole(path: Path) -> None:
    data = path.read_bytes()
    whole = SourceFile(path, data)
    reader = recognise_file(whole)
    if isinstance(reader, Skip) or not getattr(reader, "streams", False):
        return
    blocks = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    assert list(reader.read(SourceFile(path, data[:500], lambda: iter(blocks)))) == list(reader.read(whole))


def record(kind: str, content: object, **more: object) -> dict[str, object]:
    return {
        "type": kind,
        "message": {"role": kind, "content": content},
        "sessionId": "s",
        "uuid": "u",
        "timestamp": "2026-03-02T09:00:01.000Z",
        **more,
    }


@QUICK
@given(said=st.text(max_size=30), kind=st.sampled_from(["user", "assistant", "system"]), cut=st.booleans())
def test_a_record_inside_a_text_is_nobodys_word(said: str, kind: str, cut: bool) -> None:
    spoken = record(kind, said, toolUseResult="User rejected tool use")
    inner = json.dumps({"type": "response_item", "payload": {"type": "message", "role": "user"}}) + json.dumps(spoken)
    lines = [
        record("assistant", [{"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "cat log"}}]),
        record("user", [{"type": "tool_result", "tool_use_id": "t", "content": f"log:\n{inner}"}], toolUseResult={}),
        record("assistant", [{"type": "text", "text": inner}]),
    ]
    data = "\n".join(map(json.dumps, lines)).encode() + (b"" if cut else b"\n")
    found = [item for item in recognised(data).read(SourceFile(Path("/logs/a.jsonl"), data)) if isinstance(item, Event)]
    assert [(event.origin, event.kind) for event in found] == [
        ("agent", "call"),
        ("tool", "result"),
        ("agent", "message"),
    ]


def recognised(data: bytes) -> Reader:
    reader = recognise_file(SourceFile(Path("/logs/a.jsonl"), data))
    assert not isinstance(reader, Skip)
    return reader


@QUICK
@given(
    rows=st.lists(st.dictionaries(st.text(max_size=4), json_values, max_size=3), max_size=4), tail=st.integers(1, 200)
)
def test_an_unfinished_last_line_waits_and_is_not_bad(rows: list[dict[str, Any]], tail: int) -> None:
    last = json.dumps({"type": "user", "message": {"content": "x" * 200}}).encode()[:tail]
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows) + last
    assert [item.value for item in records(data) if isinstance(item, Record)] == rows
    assert not [item for item in records(data) if isinstance(item, BadLine)]
    assert pending(data) == len(rows) + 1
    assert isinstance(list(scan(data))[-1], Pending)


def test_objects_that_share_a_line_are_all_found() -> None:
    found = list(records(b'{"a":1}{"b":2} {"c":3}\n// note\n\n{"d":4}'))
    assert found == [Record(1, {"a": 1}), Record(1, {"b": 2}), Record(1, {"c": 3}), Record(4, {"d": 4})]


def test_what_follows_a_good_object_on_its_line_is_counted_as_bad() -> None:
    first, second = records(b'{"a":1}{"b":\n')
    assert first == Record(1, {"a": 1})
    assert isinstance(second, BadLine)
    assert second.line == 1


@pytest.mark.parametrize("prose", PROSE, ids=lambda path: path.name)
@pytest.mark.parametrize("log", LOGS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_log_that_prose_quotes_does_not_change_what_the_prose_is(prose: Path, log: Path) -> None:
    quoted = b"\n".join(log.read_bytes().splitlines()[:2])
    whole = prose.read_bytes()
    lines = sum(1 for line in whole.splitlines() if line.strip())
    if lines <= quoted.count(b"\n") + 1:
        return  # more log than prose
    reader = recognise_file(SourceFile(prose, whole))
    again = recognise_file(SourceFile(prose, whole + b"\n```json\n" + quoted + b"\n```\n"))
    assert not isinstance(reader, Skip)
    assert not isinstance(again, Skip)
    assert again.name == reader.name


def test_a_log_that_a_crash_left_zeros_in_is_read_but_for_that_line(tmp_path: Path) -> None:
    lines = (CASES / "claude-code" / "turns.jsonl").read_bytes().split(b"\n")
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\n".join([b"\0" * 64, *lines]))
    reader = recognise_file(SourceFile.open(log))
    assert not isinstance(reader, Skip)
    read = list(reader.read(SourceFile.open(log)))
    assert reader.name == "claude-code"
    assert sum(isinstance(item, BadLine) and item.line == 1 for item in read) == 1
