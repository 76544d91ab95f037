"""Each file under ``cases/<format>/`` is read and compared with the ``.expected.jsonl`` beside it.

A line of the expectation names the fields it cares about; ``text`` is how the text begins, ``=`` in front of it means
all of the text. A line with ``bad`` expects a bad line. A file that must not be read expects ``{"skip": reason}``. A
``.sql`` file stands for the database that it makes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import databases
import pytest

from distillers.record.events import Event
from distillers.sources import BadLine, Skip, SourceFile, recognise

CASES = Path(__file__).parent / "cases"
FILES = sorted(path for path in CASES.rglob("*") if path.is_file() and ".expected." not in path.name)


def expected(path: Path) -> list[dict[str, Any]]:
    lines = path.with_name(f"{path.stem}.expected.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def agrees(got: Event | BadLine, want: dict[str, Any]) -> bool:
    if isinstance(got, BadLine):
        return got.line == want["line"] and "bad" in want and want["bad"] in got.reason
    text = want.get("text", "")
    begins = got.text == text[1:] if text.startswith("=") else got.text.startswith(text)
    return begins and all(shown(getattr(got, name, None)) == value for name, value in want.items() if name != "text")


def shown(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_gives_the_events_that_stand_beside_it(path: Path, tmp_path: Path) -> None:
    source = databases.built(path, tmp_path) if path.suffix == ".sql" else path
    reader, wanted = recognise(source), expected(path)
    if isinstance(reader, Skip):
        assert [{"skip": reader.reason}] == wanted
        return
    assert reader.name == path.parent.name
    got = list(reader.read(SourceFile.open(source)))
    pairs = [(g, w) for g, w in zip(got, wanted, strict=False) if not agrees(g, w)]
    assert not pairs, f"\n{pairs[0][0]}\nis not as wanted: {pairs[0][1]}"
    assert len(got) == len(wanted), got[len(wanted) :]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_text_stands_where_its_event_says(path: Path, tmp_path: Path) -> None:
    if path.suffix == ".sql":
        assert_stored(databases.built(path, tmp_path))
        return
    reader = recognise(path)
    if isinstance(reader, Skip):
        return
    lines = SourceFile.open(path).text().split("\n")
    for event in reader.read(SourceFile.open(path)):
        if isinstance(event, Event) and event.kind not in ("call", "answer"):
            assert_stands(event, lines)


def assert_stored(path: Path) -> None:
    """Every text is a stretch of one value of the database, after one or two JSON decodings."""
    reader, stored = recognise(path), databases.values(path)
    assert not isinstance(reader, Skip)
    for event in reader.read(SourceFile.open(path)):
        if isinstance(event, Event) and event.kind not in ("call", "answer"):
            form = json.dumps(event.text)[1:-1]
            assert any(form in value or json.dumps(form)[1:-1] in value for value in stored), event


def assert_stands(event: Event, lines: list[str]) -> None:
    if event.prose:
        for number, text in enumerate(event.text.split("\n")):
            assert text in lines[event.line - 1 + number], (event, number)
    else:
        line = lines[event.line - 1]
        for part in event.text.split("\ufffd"):  # what could not be decoded was replaced
            form = json.dumps(part)[1:-1]
            forms = (form, json.dumps(part, ensure_ascii=False)[1:-1], json.dumps(form)[1:-1])  # or JSON within JSON
            assert any(form in line for form in forms), event
