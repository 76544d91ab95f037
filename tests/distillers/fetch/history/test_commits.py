"""A repository's history becomes tickets, each commit once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gitrepo import GitRepo

from distillers.collect import Collected
from distillers.fetch import history
from distillers.fetch.base import Target
from distillers.fetch.fetching import Fetched
from distillers.record.archive import Archive
from scheduling.ledger.store import Ledger

FetchNight = Callable[..., list[Fetched]]


def test_each_commit_is_a_ticket_with_its_files(
    repo: GitRepo,
    shop: Target,
    fetch_night: FetchNight,
    collect_fetched: Callable[[Target], Collected],
    archive: Archive,
) -> None:
    repo.commit("Start")
    second = repo.commit("Cap the cart (#12)\n\nWe cap it at 99 lines, because `total()` is quadratic.\n", cart="99")
    assert fetch_night(shop) == [Fetched("shop", f"git:{repo.root}", 2)]
    assert collect_fetched(shop).tickets == 2
    unit = archive.unit("shop", f"commit-{second[:12]}")
    assert unit is not None
    assert [(event.kind, event.origin, event.text) for event in unit.events] == [
        ("status", "ticket", "Cap the cart (#12)"),
        ("section", "ticket", "We cap it at 99 lines, because `total()` is quadratic."),
    ]
    assert unit.events[0].labels == ("state:Done",)
    assert {second, "#12", "cart"} <= {*unit.events[0].refs}


def test_a_second_night_asks_only_for_what_came_since(
    repo: GitRepo, shop: Target, fetch_night: FetchNight, rows: Any
) -> None:
    repo.commit("One")
    fetch_night(shop)
    assert fetch_night(shop)[0].tickets == 0
    repo.commit("Two")
    assert fetch_night(shop)[0].tickets == 1
    assert [row["title"] for row in rows()] == ["One", "Two"]


def test_a_merge_is_known_by_its_request_and_its_branch(
    repo: GitRepo, shop: Target, fetch_night: FetchNight, rows: Any
) -> None:
    repo.commit("Start")
    repo.git("checkout", "-q", "-b", "fix/cart")
    repo.commit("Work", cart="1")
    repo.git("checkout", "-q", "main")
    repo.git(
        "merge",
        "-q",
        "--no-ff",
        "-m",
        "Merge pull request #7 from mara/fix/cart\n\nKeep the cart whole\n\nWhy: it broke.",
        "fix/cart",
    )
    repo.git("checkout", "-q", "-b", "tidy")
    repo.commit("More", cart="2")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'tidy'", "tidy")
    fetch_night(shop)
    request, plain = [row for row in rows() if row["by"] == "bot" or row["title"].startswith("Keep")]
    assert (request["title"], request["by"]) == ("Keep the cart whole", "team")
    assert [one["text"] for one in request["said"]] == ["Why: it broke."]
    assert {"#7", "branch:fix/cart"} <= {*request["refs"]}
    assert (plain["title"], plain["by"]) == ("Merge branch 'tidy'", "bot")
    assert "branch:tidy" in plain["refs"]


def test_trailers_link_and_name_no_person(repo: GitRepo, shop: Target, fetch_night: FetchNight, rows: Any) -> None:
    repo.commit(
        "Retry the import\n\nThe store answers 503 at night.\n\n"
        "Entire-Checkpoint: 94de498254e2\n"
        "Claude-Session: https://agent.example/code/0aa1b2c3-1111-2222-3333-444455556666\n"
        "Fixes: #31, #32\n"
        "Co-authored-by: Jon <jon@shop.example>\n"
        "(cherry picked from commit 0123456789abcdef0123456789abcdef01234567)\n"
    )
    fetch_night(shop)
    [row] = rows()
    assert [one["text"] for one in row["said"]] == ["The store answers 503 at night."]
    assert set(row["refs"]) >= {
        "checkpoint:94de498254e2",
        "session:0aa1b2c3-1111-2222-3333-444455556666",
        "#31",
        "#32",
        "0123456789abcdef0123456789abcdef01234567",
    }
    assert "jon@shop.example" not in json.dumps(row)


@pytest.mark.parametrize(
    "body",
    [
        "Note: the cache must be cold.",
        "Reason: it was slow.\nFixes: #3",
        "* Cap the cart\n\n* Test it\n\n---------",
        "Fixes #3 since `total()` is slow",
    ],
)
def test_a_sentence_that_looks_like_a_trailer_stays(
    repo: GitRepo, shop: Target, fetch_night: FetchNight, rows: Any, body: str
) -> None:
    repo.commit(f"Cap it\n\n{body}\n")
    fetch_night(shop)
    assert [one["text"] for one in rows()[0]["said"]] == [body]


def test_a_night_killed_between_two_batches_goes_on(
    repo: GitRepo, shop: Target, fetch_night: FetchNight, rows: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number in range(5):
        repo.commit(f"Commit {number}")
    monkeypatch.setattr(history, "STRETCH", 2)
    fetch_night(shop, into="undisturbed", book=Ledger(tmp_path / "undisturbed" / "ledger.db"))
    whole = (tmp_path / "undisturbed" / shop.file).read_bytes()
    for kept in range(5):
        file = tmp_path / "fetched" / shop.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"".join(whole.splitlines(keepends=True)[:kept]) + b'{"fetch')
        fetch_night(shop)
        assert file.read_bytes() == whole


def test_names_that_look_like_options_are_only_names(
    repo: GitRepo, shop: Target, fetch_night: FetchNight, rows: Any
) -> None:
    repo.commit("--output=/etc/x\n\n-n1", **{"-rf": "1", "--help": "2", "with\nbreak": "3", "ä": "4"})
    fetch_night(shop)
    [row] = rows()
    assert row["title"] == "--output=/etc/x"
    assert {"-rf", "--help", "with\nbreak", "ä"} <= {*row["refs"]}


def test_bytes_that_are_no_text_are_kept_readable(
    repo: GitRepo, shop: Target, fetch_night: FetchNight, rows: Any
) -> None:
    repo.commit("One")
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    tree = repo.git("rev-parse", "HEAD^{tree}")
    (repo.root / "message").write_bytes("Grüße\n\nfür alle".encode("iso-8859-1"))
    commit = repo.git("commit-tree", tree, "-p", "HEAD", "-F", "message")
    repo.git("update-ref", "refs/heads/main", commit)
    fetch_night(shop)
    assert [row["title"] for row in rows()] == ["One", "Grüße"]
