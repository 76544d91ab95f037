"""Folders that cannot be listed: they are named with the way out, and nothing is lost or let in by it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny import said, write

from distillers.collect import Collected, Counts
from distillers.consent import MARKER
from distillers.record.archive import Archive
from tests.shut import shut

Night = Callable[..., Collected]


def texts(archive: Archive) -> list[str]:
    return archive.query("SELECT text FROM events ORDER BY text", domain=None).column("text").to_pylist()


def test_a_folder_that_cannot_be_listed_is_named_and_what_came_from_it_stays(
    night: Night, logs: Path, archive: Archive
) -> None:
    write(logs / "open" / "a.jsonl", said("s1", "a", "an open word"))
    write(logs / "shut" / "b.jsonl", said("s2", "b", "a shut word"))
    night()
    before = texts(archive)
    with shut(logs / "shut"):
        for _ in range(2):
            got = night()
            assert got.files == Counts(read=1)
            [note] = got.notes
            assert (note.path, note.state) == (str(logs / "shut"), "missing")
            assert note.reason.startswith("cannot be listed: Permission denied; ")
            assert "chmod u+rx" in note.reason
            assert texts(archive) == before
    got = night()
    assert (got.files, got.notes, got.events) == (Counts(read=2), [], 0)
    assert texts(archive) == before


@pytest.mark.parametrize("grown", [False, True])
def test_a_mark_that_cannot_be_looked_at_still_keeps_its_sessions_out(
    night: Night, logs: Path, archive: Archive, tmp_path: Path, grown: bool
) -> None:
    work = tmp_path / "code" / "private"
    work.mkdir(parents=True)
    (work / MARKER).touch()
    lines = [said("s1", "a", "a private word", folder=str(work))]
    write(logs / "a.jsonl", *lines)
    assert night().files == Counts(skipped=1)
    with shut(work):
        if grown:
            write(logs / "a.jsonl", *lines, said("s1", "b", "another private word", folder=str(work)))
        assert night().files == Counts(skipped=1)
        assert texts(archive) == []
    (work / MARKER).unlink()
    night()
    assert len(texts(archive)) == 1 + grown
