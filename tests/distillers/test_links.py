"""Sessions, commits and tickets are linked where the data names them, and nowhere else."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from distillers.collect import Collected, SourceSpec
from distillers.links import Link, links
from distillers.record.archive import Archive
from distillers.sources.registry import recognise_file

Night = Callable[..., Collected]
SESSION = "5a71c0de-0000-4000-8000-000000000001"
CODEX = "5a71c0de-0000-4000-8000-000000000002"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def turn(at: str, text: str, **more: object) -> dict[str, object]:
    message = {"role": "user", "content": text}
    return {"type": "user", "uuid": at, "sessionId": SESSION, "timestamp": at, "message": message, **more}


def ticket(key: str, title: str, at: str, *refs: str) -> dict[str, object]:
    return {
        "fetched": "test",
        "key": key,
        "version": at,
        "at": at,
        "title": title,
        "by": "team",
        "refs": refs,
        "said": [],
    }


def lines(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def linked(night: Night, archive: Archive, tmp_path: Path) -> Callable[[], set[tuple[str, str, str]]]:
    """Collects the folder ``logs`` and gives (unit, other, how) of all links."""

    def look() -> set[tuple[str, str, str]]:
        night(SourceSpec("shop", "auto", tmp_path / "logs"), recognise=recognise_file)
        return {(link.unit, link.other, link.how) for link in links(archive, "shop")}

    return look


def test_a_session_is_linked_to_its_pull_request_and_to_nothing_of_that_number_elsewhere(
    tmp_path: Path, linked: Callable[[], set[tuple[str, str, str]]]
) -> None:
    link = {"type": "pr-link", "sessionId": SESSION, "timestamp": "2026-03-01T10:00:00.000Z", "prNumber": 7}
    lines(
        tmp_path / "logs" / "a.jsonl",
        turn("2026-03-01T09:00:00.000Z", "fix the cart"),
        link | {"prUrl": "https://github.example/me/shop/pull/7", "uuid": "x"},
    )
    lines(
        tmp_path / "logs" / "t.jsonl",
        ticket("me/shop#7", "Fix the cart", "2026-03-02T10:00:00Z", "#7", COMMIT),
        ticket("me/shop#9", "Test the cart", "2026-03-03T10:00:00Z", "#9", "#7"),
        ticket("you/other#9", "Another", "2026-03-03T10:00:00Z", "#9"),
        ticket(f"commit-{COMMIT[:12]}", "Fix the cart", "2026-03-02T10:00:00Z", COMMIT),
    )
    assert linked() == {
        (SESSION, "me/shop#7", "pull request"),
        ("me/shop#9", "me/shop#7", "pull request"),
        ("me/shop#7", f"commit-{COMMIT[:12]}", "commit"),
    }


def test_a_commit_is_linked_to_the_session_that_its_trailers_name(
    tmp_path: Path, linked: Callable[[], set[tuple[str, str, str]]]
) -> None:
    lines(
        tmp_path / "logs" / "94" / "de498254e2" / "0" / "full.jsonl", turn("2026-03-01T09:00:00.000Z", "fix the cart")
    )
    lines(
        tmp_path / "logs" / "t.jsonl",
        ticket("commit-aaaaaaaaaaaa", "By checkpoint", "2026-03-02T10:00:00Z", "checkpoint:94de498254e2"),
        ticket("commit-bbbbbbbbbbbb", "By session", "2026-03-02T10:00:00Z", f"session:{SESSION}"),
        ticket("commit-cccccccccccc", "By neither", "2026-03-02T10:00:00Z", "checkpoint:000000000000", "session:none"),
    )
    assert linked() == {
        ("commit-aaaaaaaaaaaa", SESSION, "checkpoint"),
        ("commit-bbbbbbbbbbbb", SESSION, "session"),
    }


def test_a_branch_links_a_session_to_what_was_merged_from_it_next(
    tmp_path: Path, linked: Callable[[], set[tuple[str, str, str]]]
) -> None:
    lines(
        tmp_path / "logs" / "a.jsonl",
        turn("2026-03-01T09:00:00.000Z", "look at main", gitBranch="main"),
        turn("2026-03-01T10:00:00.000Z", "fix the cart", gitBranch="fix/cart"),
        turn("2026-03-01T10:05:00.000Z", "test it", gitBranch="fix/cart"),
    )
    lines(
        tmp_path / "logs" / "rollout.jsonl",
        {
            "type": "session_meta",
            "timestamp": "2026-03-01T12:00:00.000Z",
            "payload": {"id": CODEX, "cwd": "/code/shop", "git": {"branch": "tidy"}},
        },
        {
            "type": "response_item",
            "timestamp": "2026-03-01T12:01:00.000Z",
            "payload": {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "tidy up"}]},
        },
    )
    lines(
        tmp_path / "logs" / "t.jsonl",
        ticket("me/shop#5", "Earlier", "2026-02-20T10:00:00Z", "branch:fix/cart"),
        ticket("me/shop#7", "The fix", "2026-03-02T10:00:00Z", "branch:fix/cart"),
        ticket("commit-cccccccccccc", "Its merge", "2026-03-02T10:00:00Z", "branch:fix/cart"),
        ticket("me/shop#8", "A later one", "2026-03-20T10:00:00Z", "branch:fix/cart"),
        ticket("me/shop#9", "Too late", "2026-05-20T10:00:00Z", "branch:tidy"),
        ticket("me/shop#10", "From main", "2026-03-02T10:00:00Z", "branch:main"),
    )
    assert linked() == {
        (SESSION, "me/shop#7", "branch"),
        (SESSION, "commit-cccccccccccc", "branch"),
    }


def test_a_branch_may_be_named_after_its_owner(tmp_path: Path, linked: Callable[[], set[tuple[str, str, str]]]) -> None:
    lines(tmp_path / "logs" / "a.jsonl", turn("2026-03-01T10:00:00.000Z", "tidy up", gitBranch="tidy"))
    lines(tmp_path / "logs" / "t.jsonl", ticket("#11", "Tidy", "2026-03-02T10:00:00Z", "branch:mara/tidy"))
    assert linked() == {(SESSION, "#11", "branch")}


def test_a_link_says_what_it_rests_on(
    tmp_path: Path, night: Night, archive: Archive, linked: Callable[[], set[tuple[str, str, str]]]
) -> None:
    lines(
        tmp_path / "logs" / "t.jsonl",
        ticket("me/shop#7", "A", "2026-03-02T10:00:00Z", f"https://github.example/me/shop/commit/{COMMIT}"),
        ticket(f"commit-{COMMIT[:12]}", "B", "2026-03-02T10:00:00Z"),
    )
    linked()
    assert links(archive, "shop") == [
        Link("me/shop#7", f"commit-{COMMIT[:12]}", "commit", f"https://github.example/me/shop/commit/{COMMIT}")
    ]
    assert links(archive, "bakery") == []
