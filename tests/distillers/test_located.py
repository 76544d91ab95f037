"""An event is found by the place of any of its copies, and a place shows nothing that does not stand there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from distillers.collect import Collected
from distillers.located import located
from distillers.record.archive import Archive
from distillers.sources.registry import recognise_file

Night = Callable[..., Collected]

LINES = [
    f'{{"type": "user", "sessionId": "s1", "uuid": "u{at}", "timestamp": "2026-11-02T09:0{at}:00Z", '
    f'"message": {{"role": "user", "content": "{word}"}}}}\n'
    for at, word in enumerate(["first word", "second word", "third word"])
]
OTHER = '{"type": "file-history-snapshot", "messageId": "m"}\n'
PROSE = """# aider chat started at 2026-11-02 09:00:00

#### mend the gate
#### and paint it green

I mended it.
"""


@pytest.fixture
def copies(night: Night, logs: Path) -> Path:
    (logs / "a.jsonl").write_text("".join(LINES[:2]))
    (logs / "b.jsonl").write_text(OTHER + "".join([LINES[0], LINES[1], OTHER, LINES[2]]))
    (logs / "c").mkdir()
    (logs / "c" / ".aider.chat.history.md").write_text(PROSE)
    night(recognise=recognise_file)
    return logs


def texts(archive: Archive, file: Path, line: int) -> list[str]:
    return [event.text for _, event in located(archive, str(file), line)]


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("a.jsonl", 1, ["first word"]),
        ("b.jsonl", 1, []),
        ("b.jsonl", 2, ["first word"]),
        ("b.jsonl", 3, ["second word"]),
        ("b.jsonl", 4, []),
        ("b.jsonl", 5, ["third word"]),
        ("b.jsonl", 6, []),
        ("c/.aider.chat.history.md", 3, ["mend the gate\nand paint it green"]),
        ("c/.aider.chat.history.md", 4, ["mend the gate\nand paint it green"]),
        ("c/.aider.chat.history.md", 5, []),
        ("nowhere.jsonl", 1, []),
    ],
)
def test_every_place_shows_what_stands_there(
    copies: Path, archive: Archive, name: str, line: int, said: list[str]
) -> None:
    assert texts(archive, copies / name, line) == said


def test_a_copy_that_is_stored_and_not_shown_is_found_by_its_place_when_the_file_is_gone(
    night: Night, logs: Path, archive: Archive
) -> None:
    (logs / "b.jsonl").write_text(OTHER + LINES[0])
    night(recognise=recognise_file)
    (logs / "a.jsonl").write_text(LINES[0])
    night(recognise=recognise_file)
    (logs / "b.jsonl").unlink()
    [(domain, event)] = located(archive, str(logs / "b.jsonl"), 2)
    assert (domain, event.file, event.line) == ("shop", str(logs / "a.jsonl"), 1)


def test_a_file_that_was_never_collected_is_not_opened(copies: Path, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "else.jsonl").write_text(LINES[0])
    assert texts(archive, tmp_path / "else.jsonl", 1) == []
    (copies / "b.jsonl").unlink()
    assert texts(archive, copies / "b.jsonl", 2) == []
