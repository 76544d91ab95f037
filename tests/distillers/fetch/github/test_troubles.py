"""Whatever the server does, and wherever a night ends: no request is lost, none is stored twice."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from forge import NOW, Fault, Forge

from distillers.fetch.base import Target
from distillers.fetch.fetching import Fetched
from scheduling import tasks
from scheduling.ledger.store import Ledger

FetchNight = Callable[..., list[Fetched]]
CHILD = str(Path(__file__).parents[2] / "tools" / "fetch_child.py")


@pytest.fixture
def undisturbed(fetch_night: FetchNight, tmp_path: Path, shop: Target) -> bytes:
    """What a night without trouble stores."""
    fetch_night(shop, into="undisturbed", book=Ledger(tmp_path / "undisturbed" / "ledger.db"))
    return (tmp_path / "undisturbed" / shop.file).read_bytes()


def test_a_server_that_stumbles_is_asked_again(
    fetch_night: FetchNight, shop: Target, tmp_path: Path, server: Forge, undisturbed: bytes, waited: list[float]
) -> None:
    server.faults = [Fault("/pulls/9", 502), Fault("/reviews", 500, times=2)]
    assert fetch_night(shop)[0].problem == ""
    assert (tmp_path / "fetched" / shop.file).read_bytes() == undisturbed
    assert waited


@pytest.mark.parametrize("where", ["/issues?", "/pulls/7", "/pulls/9", "/pulls/11/reviews", "/pulls/12/files"])
@pytest.mark.parametrize("status", [500, 403])
@pytest.mark.parametrize("size", [1, 100])
def test_a_source_that_fails_half_way_goes_on_where_it_was_the_next_night(
    fetch_night: FetchNight,
    shop: Target,
    tmp_path: Path,
    server: Forge,
    undisturbed: bytes,
    ledger: Ledger,
    where: str,
    status: int,
    size: int,
) -> None:
    server.page_size = size
    server.faults = [Fault(where, status, times=3)]
    told = fetch_night(shop)[0]
    assert told.problem.startswith("127.0.0.1 ")
    assert "t0ken" not in told.problem
    assert [row["note"] for row in tasks.listed(ledger, "blocked")] == [told.problem]
    server.faults = []
    assert fetch_night(shop)[0].problem == ""
    assert tasks.listed(ledger, "blocked") == []
    assert (tmp_path / "fetched" / shop.file).read_bytes() == undisturbed


def limited(seconds: int) -> dict[str, str]:
    return {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(NOW + seconds)}


def test_a_short_limit_is_waited_for_by_the_servers_clock(
    fetch_night: FetchNight, shop: Target, tmp_path: Path, server: Forge, undisturbed: bytes, waited: list[float]
) -> None:
    server.faults = [Fault("/pulls/9", 403, limited(20)), Fault("/pulls/12", 429, {"retry-after": "3"})]
    assert fetch_night(shop)[0].problem == ""
    assert waited == [21, 4]
    assert (tmp_path / "fetched" / shop.file).read_bytes() == undisturbed


def test_a_long_limit_leaves_the_rest_to_the_next_night(
    fetch_night: FetchNight, shop: Target, tmp_path: Path, server: Forge, undisturbed: bytes, waited: list[float]
) -> None:
    server.faults = [Fault("/pulls/9", 403, limited(1800))]
    told = fetch_night(shop)[0]
    assert (told.tickets, waited) == (1, [])
    assert "allows no more requests until" in told.problem
    assert fetch_night(shop)[0].tickets == 3
    assert (tmp_path / "fetched" / shop.file).read_bytes() == undisturbed


@pytest.mark.parametrize(
    "left", [b'{"fetched":"github:me/shop","key":"me/sh', b'{"fetched":"x","key":"a","version":"b"}\n']
)
def test_what_a_dead_night_left_behind_is_cut_off_and_asked_for_again(
    fetch_night: FetchNight, shop: Target, tmp_path: Path, server: Forge, undisturbed: bytes, left: bytes
) -> None:
    server.faults = [Fault("/pulls/11", 403)]
    fetch_night(shop)
    with (tmp_path / "fetched" / shop.file).open("ab") as file:
        file.write(left)
    fetch_night(shop)
    assert (tmp_path / "fetched" / shop.file).read_bytes() == undisturbed


@pytest.mark.parametrize("where", ["/issues?", "/pulls/9", "/pulls/11/files", "since=2026-03-05"])
def test_a_fetch_that_is_killed_leaves_no_hole_and_no_double(
    shop: Target, tmp_path: Path, server: Forge, undisturbed: bytes, masking: Path, where: str
) -> None:
    folder = tmp_path / "killed"
    command = [sys.executable, CHILD, str(folder), server.api, str(masking)]
    child = subprocess.Popen(command)

    def kill(forge: Forge, path: str) -> None:
        if where in path:
            child.kill()
            forge.after = None

    server.after = kill
    assert child.wait() == -signal.SIGKILL
    assert subprocess.run(command).returncode == 0
    assert (folder / shop.file).read_bytes() == undisturbed


@pytest.mark.parametrize("keep", [0.0, 0.4, 1.0])
def test_a_file_that_lost_its_end_is_filled_again(
    fetch_night: FetchNight, shop: Target, tmp_path: Path, undisturbed: bytes, keep: float
) -> None:
    fetch_night(shop)
    os.truncate(tmp_path / "fetched" / shop.file, int(keep * len(undisturbed)))
    fetch_night(shop)
    assert (tmp_path / "fetched" / shop.file).read_bytes() == undisturbed


def test_a_new_ledger_finds_what_was_fetched_and_stores_none_of_it_twice(
    fetch_night: FetchNight, shop: Target, tmp_path: Path, undisturbed: bytes
) -> None:
    fetch_night(shop)
    assert fetch_night(shop, book=Ledger(tmp_path / "new" / "ledger.db"))[0].tickets == 0
    assert (tmp_path / "fetched" / shop.file).read_bytes() == undisturbed


def test_a_link_to_another_host_gets_no_token(fetch_night: FetchNight, shop: Target, server: Forge) -> None:
    server.page_size = 2
    with socket.create_server(("127.0.0.1", 0)) as other:
        server.link_to = f"http://localhost:{other.getsockname()[1]}"
        for row in server.answers["/repos/me/shop/issues"]:
            row["updated_at"] = "2026-03-05T16:00:00Z"
        assert "points to another host" in fetch_night(shop)[0].problem
        other.settimeout(0.01)
        with pytest.raises(TimeoutError):
            other.accept()


@pytest.mark.parametrize("body", ["<html>", "[1, null, {}]", '{"a": []}', '[{"pull_request": 5, "number": "x"}]'])
def test_an_answer_of_another_shape_ends_no_night(
    fetch_night: FetchNight, shop: Target, server: Forge, body: str
) -> None:
    server.faults = [Fault("/issues?", 200, body=body, times=9), Fault("/pulls?", 200, body=body, times=9)]
    assert fetch_night(shop)[0].tickets == 0


def test_one_source_that_is_offline_costs_its_own_news_alone(
    fetch_night: FetchNight, shop: Target, server: Forge
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    away = Target("bakery", "github", "me/bread", api=f"http://127.0.0.1:{port}")
    told = fetch_night(shop, away)
    assert [(one.domain, one.tickets) for one in told] == [("bakery", 0), ("shop", 4)]
    assert told[0].problem.startswith("cannot reach 127.0.0.1")


def test_a_repository_that_is_not_there_is_named(fetch_night: FetchNight, server: Forge) -> None:
    told = fetch_night(Target("shop", "github", "me/nothing", api=server.api))
    assert "/repos/me/nothing/pulls (404)" in told[0].problem
    assert "GITHUB_TOKEN" in told[0].problem


def test_a_repository_that_moves_in_circles_is_named(fetch_night: FetchNight, shop: Target, server: Forge) -> None:
    server.moved = {"/repos/me/shop/": "/repos/me/shop/"}
    assert "in circles" in fetch_night(shop)[0].problem


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_without_rights_is_told_what_to_look_at(
    fetch_night: FetchNight, shop: Target, server: Forge, waited: list[float], status: int
) -> None:
    no = '{"message": "Resource not accessible by personal access token"}'
    server.faults = [Fault("/issues?", status, body=no, times=9)]
    told = fetch_night(shop)[0]
    assert f"refuses /repos/me/shop/issues ({status})" in told.problem
    assert "check GITHUB_TOKEN" in told.problem
    assert waited == []


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_that_names_no_time_is_waited_for_a_minute(
    fetch_night: FetchNight, shop: Target, server: Forge, waited: list[float], status: int
) -> None:
    body = '{"message": "You have exceeded a secondary rate limit."}'
    server.faults = [Fault("/pulls/9", status, {"x-ratelimit-remaining": "4000"}, body=body)]
    assert fetch_night(shop)[0].problem == ""
    assert waited == [61]
