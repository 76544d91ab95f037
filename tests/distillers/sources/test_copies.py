"""A copy of a session that has no id in it is the same session, whatever the file is called; another one is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from distillers.record.events import Event
from distillers.sources import Skip, SourceFile, recognise

CASES = Path(__file__).parent / "cases"
NAMELESS = [CASES / "transcript" / "bold.md", CASES / "console" / "day-1.md", *sorted((CASES / "recap").glob("*.md"))]


def ids(path: Path) -> list[tuple[str, str]]:
    reader = recognise(path)
    assert not isinstance(reader, Skip)
    return [(event.unit, event.id) for event in reader.read(SourceFile.open(path)) if isinstance(event, Event)]


@pytest.mark.parametrize("path", NAMELESS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_copy_under_another_name_has_the_same_events(path: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    shutil.copy(path, copy := tmp_path / "kept" / "2026-03-04-backup.md")
    assert ids(path)
    assert ids(copy) == ids(path)


def test_sessions_that_open_with_one_order_and_go_on_otherwise_are_two(tmp_path: Path) -> None:
    for name, answer in (("a.md", "The kiln is hot."), ("b.md", "The door is open.")):
        (tmp_path / name).write_text(f"**User:** Do the next task.\n\n**Assistant:** {answer}\n\n**User:** go on\n")
    one, other = ({unit for unit, _ in ids(tmp_path / name)} for name in ("a.md", "b.md"))
    assert len(one) == len(other) == 1
    assert one != other


def test_a_session_that_goes_on_keeps_its_id(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("**User:** Fire it.\n\n**Assistant:** At what heat?\n\n**User:** cone 6\n")
    before = ids(tmp_path / "a.md")
    with (tmp_path / "a.md").open("a") as file:
        file.write("\n**Assistant:** It fires at cone 6 now.\n")
    assert ids(tmp_path / "a.md")[: len(before)] == before
