"""The HTTP server from outside: who gets in, what they get, and what they are told when they do not."""

from __future__ import annotations

import time
from typing import Any

import pytest

from distillers.findings_store import set_status
from scheduling import runs
from wiki import tokens
from wiki.questions import asked
from wiki.server.gate import Limits

ROUTES = (
    "/v1/search?q=oven",
    "/v1/pages/shop/testing",
    "/v1/trace/f-aaaaaaaa",
    "/v1/brief/shop",
    "/v1/disputes",
    "/v1/notes",
    "/mcp",
    "/",
    "/v1/nothing",
)
WRONG = "stillhouse_" + "A" * 43


def test_a_token_opens_its_own_domain(served: Any, house: Any, token: Any) -> None:
    with served.client(token(house.ledger, "agent", "shop")) as client:
        found = client.get("/v1/search", params={"q": "which tests before a push", "max_tokens": 500}).json()
        assert found["domain"] == "shop"
        assert found["confident"]
        assert found["results"][0]["page"] == "shop/testing"
        assert found["results"][0]["citations"][0]["line"] == 6
        assert found["tokens"] <= 500
        page = client.get("/v1/pages/shop/testing").json()
        assert page["text"].startswith("---\nid: p-0a0b0c0d")
        assert client.get("/v1/pages/shop/testing.md").json() == page
        chain = client.get(f"/v1/trace/{found['results'][0]['anchor']}").json()
        assert chain["links"][0]["citations"][0]["quote"].startswith("never the whole suite")
        told = client.get("/v1/brief/shop").json()
        assert "Run the tests of one package" in told["text"]
        assert client.get("/v1/brief/shop").json()["unchanged"]


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_gets_in_without_a_token(served: Any, house: Any, token: Any, route: str) -> None:
    shown = token(house.ledger, "agent", "shop")
    with runs.running(house.ledger, "operator", "test") as run:
        tokens.revoke(run, "agent")
    answers = set()
    for headers in ({}, *({"authorization": said} for said in (WRONG, f"Bearer {WRONG}", f"Bearer {shown}", "Bearer"))):
        with served.client(**headers) as client:
            for method in ("GET", "POST"):
                answer = client.request(method, route)
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"].startswith("Bearer")
                answers.add(answer.text)
    assert len(answers) == 1, "what is asked for makes no difference to who may not ask"


def test_a_token_is_refused_as_soon_as_it_is_revoked(served: Any, house: Any, token: Any) -> None:
    with served.client(token(house.ledger, "agent", "shop")) as client:
        assert client.get("/v1/search", params={"q": "tests"}).status_code == 200
        with runs.running(house.ledger, "operator", "test") as run:
            tokens.revoke(run, "agent")
        assert client.get("/v1/search", params={"q": "tests"}).status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "a b"])
def test_a_forged_host_is_misdirected(served: Any, house: Any, token: Any, host: str) -> None:
    with served.client(token(house.ledger, "agent", "shop"), host=host) as client:
        for route in ("/v1/search?q=a", "/mcp", "/healthz", "/openapi.json"):
            assert client.get(route).status_code == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", "file://"])
def test_a_foreign_origin_is_refused(served: Any, house: Any, token: Any, origin: str) -> None:
    with served.client(token(house.ledger, "agent", "shop"), origin=origin) as client:
        for route in ("/v1/search?q=a", "/mcp", "/healthz"):
            assert client.get(route).status_code == 403


def test_an_origin_and_host_of_this_machine_pass(served: Any, house: Any, token: Any) -> None:
    shown = token(house.ledger, "agent", "shop")
    for host in ("localhost:9999", "127.0.0.1", "[::1]:80"):
        with served.client(shown, host=host, origin=f"http://{host}") as client:
            assert client.get("/v1/search", params={"q": "tests"}).status_code == 200


def test_another_domain_is_as_absent_as_one_that_never_was(served: Any, house: Any, token: Any) -> None:
    with served.client(token(house.ledger, "agent", "shop")) as client:
        for theirs, never in (
            ("/v1/pages/bakery/ovens", "/v1/pages/nowhere/ovens"),
            ("/v1/pages/bakery/index", "/v1/pages/shop/nothing"),
            ("/v1/search?q=oven&domain=bakery", "/v1/search?q=oven&domain=nowhere"),
            ("/v1/brief/bakery", "/v1/brief/nowhere"),
            ("/v1/trace/f-aaaaaaaa?domain=bakery", "/v1/trace/f-99999999"),
        ):
            one, other = client.get(theirs), client.get(never)
            assert (one.status_code, one.text) == (other.status_code, other.text) == (404, other.text)
            assert "bakery" not in one.text


def test_a_token_for_several_domains_must_say_which(served: Any, house: Any, token: Any) -> None:
    with served.client(token(house.ledger, "agent", "shop", "bakery")) as client:
        assert client.get("/v1/search", params={"q": "oven"}).status_code == 400
        assert client.get("/v1/search", params={"q": "OvenClock", "domain": "bakery"}).json()["results"]


def test_bodies_and_rates_have_limits(serving: Any, house: Any, token: Any) -> None:
    first, second = (token(house.ledger, name, "shop") for name in ("first", "second"))
    with serving(Limits(rate=20, wrong=5, body=1000)) as served:
        with served.client(first) as client:
            assert client.post("/v1/notes", content=b"x" * 1001).status_code == 413
            assert client.post("/v1/notes", content=iter([b"x" * 600, b"x" * 600])).status_code == 413
            codes = [client.get("/v1/trace/f-aaaaaaaa").status_code for _ in range(30)]
            assert codes[0] == 200
            assert codes[-1] == 429
        with served.client() as client:
            assert [client.get("/v1/trace/f-aaaaaaaa").status_code for _ in range(7)][-1] == 429
        with served.client(second) as client:
            assert client.get("/v1/trace/f-aaaaaaaa").status_code == 200, "others are not held up"


def test_what_is_said_is_masked_and_needs_the_right(served: Any, house: Any, token: Any) -> None:
    said = {"id": "f-aaaaaaaa", "why": "the password hunter2 was changed"}
    with served.client(token(house.ledger, "reader", "shop", rights=("read",))) as client:
        assert client.post("/v1/disputes", json=said).status_code == 403
        assert client.post("/v1/notes", json={"text": "a note"}).status_code == 403
    with served.client(token(house.ledger, "agent", "shop")) as client:
        assert client.post("/v1/disputes", json=said).status_code == 202
        again = client.post("/v1/disputes", json=said).json()
        assert len(again["ids"]) == 1
        assert client.post("/v1/disputes", json={"id": "f-99999999", "why": "no such"}).status_code == 404
        made = client.post("/v1/notes", json={"text": "hunter2 opens the quarantine folder"})
        assert made.status_code == 202
        client.get("/v1/search", params={"q": "does hunter2 open the aquarium?"})
        best = client.get("/v1/search", params={"q": "tests of one package before a push"}).json()["results"][0]
        assert best["disputed"]
        assert best["confidence"] == "medium"
    served.house.close()
    stored = b"".join(path.read_bytes() for path in house.workspace.state.rglob("*") if path.is_file())
    assert b"hunter2" not in stored
    assert b"opens the quarantine folder" in stored


def test_the_questions_of_agents_are_counted(served: Any, house: Any, token: Any) -> None:
    with served.client(token(house.ledger, "agent", "shop")) as client:
        for question in ("Which tests before a push?", "which tests before a push", "who feeds the zeppelin"):
            client.get("/v1/search", params={"q": question})
    served.house.notebook.flush()
    common = asked(house.ledger, "shop")
    assert (common[0].text, common[0].times, common[0].missed) == ("Which tests before a push?", 2, 0)
    assert [one.text for one in asked(house.ledger, "shop", missed=True)] == ["who feeds the zeppelin"]
    assert asked(house.ledger, "bakery") == []


def test_it_answers_while_the_index_is_built_anew(served: Any, house: Any, token: Any) -> None:
    with served.client(token(house.ledger, "agent", "shop")) as client:
        for turn in range(3):
            house.commit(shop__news=f"---\ntitle: News\n---\n# News\n\nThe dirigible number{turn} landed.\n")
            house.index(rebuild=turn == 1)
            found = client.get("/v1/search", params={"q": f"dirigible number{turn}"}).json()
            assert f"number{turn}" in found["results"][0]["text"], "no stale answer after the build is done"


def test_a_page_says_which_of_its_findings_are_in_doubt(served: Any, house: Any, token: Any) -> None:
    with runs.running(house.ledger, "librarian", "test") as run, run.change("reject", "shop") as rows:
        set_status(rows, ["f-aaaaaaaa"], "rejected")
    with served.client(token(house.ledger, "agent", "shop", "bakery")) as client:
        assert "f-aaaaaaaa: it was rejected" in client.get("/v1/pages/shop/testing").json()["doubts"]
        assert client.get("/v1/pages/bakery/ovens").json()["doubts"] == []


def test_health_and_openapi_say_nothing_of_any_domain(served: Any, house: Any) -> None:
    with served.client() as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        described = client.get("/openapi.json").text
        assert "/v1/search" in described
        assert not any(domain in described for domain in ("shop/", "bakery"))
        assert client.get("/docs").status_code == 401


def test_a_slow_body_is_given_up(serving: Any, house: Any, token: Any) -> None:
    shown = token(house.ledger, "agent", "shop")

    def slowly() -> Any:
        yield b"{"
        time.sleep(1)
        yield b"}"

    with serving(Limits(patience=0.2)) as served, served.client(shown) as client:
        assert client.post("/v1/notes", content=slowly()).status_code == 408


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        (
            "/v1/search?q=oven&layr=wiki",
            400,
            "there is no parameter 'layr' (known: q, domain, limit, max_tokens, layer)",
        ),
        ("/v1/trace/f-aaaaaaaa?all=1", 400, "there is no parameter 'all' (known: domain)"),
        ("/v1/search", 422, "q is missing"),
        ("/v1/search?q=", 422, "q is shorter than 1 characters"),
        ("/v1/search?q=oven&limit=many", 422, "limit is no whole number"),
        ("/v1/search?q=oven&limit=0", 422, "limit is less than 1"),
        ("/v1/search?q=oven&max_tokens=1000000", 422, "max_tokens is more than 100000"),
        ("/v1/search?q=oven&layer=raw", 422, "layer is none of 'wiki' or 'record'"),
        ("/v1/brief/shop?full=perhaps", 422, "full is neither true nor false"),
    ],
)
def test_a_parameter_that_is_none_or_wrong_is_told_with_what_it_may_be(
    served: Any, house: Any, token: Any, asked: str, status: int, told: str
) -> None:
    with served.client(token(house.ledger, "agent", "shop")) as client:
        answer = client.get(asked)
    assert (answer.status_code, answer.json()["error"]) == (status, told)
