import os
from pathlib import Path

import pytest

from content.files import article_file, read, remove, write
from scheduling.base.errors import RefusedError

HOSTILE = (
    "",
    ".",
    "..",
    "../escape",
    "a/b",
    "/etc/passwd",
    "a\\b",
    "a\0b",
    "A",
    "-option",
    "a--b",
    "a.md",
    "~",
    "a b",
    "a\n",
    "é",
    "x" * 101,
    "$(id)",
    "con:",
    "%2e%2e",
)


@pytest.mark.parametrize("slug", HOSTILE)
def test_a_slug_never_names_a_file_elsewhere(tmp_path: Path, slug: str) -> None:
    with pytest.raises(RefusedError, match="is no slug"):
        article_file(tmp_path / "content" / "drafts", slug)


@pytest.mark.parametrize("link", ["content", "content/drafts", "content/drafts/a.md"])
def test_a_link_in_the_place_of_a_folder_or_file_is_refused(tmp_path: Path, link: str) -> None:
    place = tmp_path / link
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError, match="is a link"):
        article_file(tmp_path / "content" / "drafts", "a")


def test_a_file_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "drafts" / "a.md"
    write(path, b"one")
    write(path, b"two")
    assert read(path) == b"two"
    assert os.listdir(path.parent) == ["a.md"]  # noqa: PTH208 (hidden files too)
    remove(path)
    remove(path)
    with pytest.raises(RefusedError, match="is not there"):
        read(path)


def test_a_file_that_is_as_it_should_be_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    write(path, b"one")
    before = path.stat().st_ino
    write(path, b"one")
    assert path.stat().st_ino == before
