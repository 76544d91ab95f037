"""A thousand generated requests in the name of each of two silos: nothing of the other one comes back, or is logged."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

HERE = Path(__file__).parents[1]
CANARIES = {
    "bakery": ("BAKERYCANARY1", "BAKERYCANARY2", "OvenClock", "/logs/bakery", "64-bit counter", "watchdog"),
    "shop": ("SHOPCANARY1", "/logs/shop", "stock table", "quarantine folder", "audit trigger"),
}
OVER_HTTP = 400
OVER_MCP = 100
"""For each of two silos."""


def words(domain: str) -> list[str]:
    pages = (path.read_text("utf-8") for path in sorted((HERE / "pages" / domain).glob("*.md")))
    text = " ".join([*pages, (HERE / "record" / f"{domain}.txt").read_text("utf-8")])
    return [*re.findall(r"\w+", text), *CANARIES[domain]]


def queries(rng: random.Random, foreign: str, own: str) -> Iterator[str]:
    theirs, ours = words(foreign), words(own)
    odd = ["domain:bakery", "' OR 1=1 --", "../bakery/ovens", "bakery.record", "*", "\u202e", "NEAR(", '"', "{}", "[["]
    while True:
        some = rng.choices(theirs, k=rng.randint(1, 6)) + rng.choices(ours, k=rng.randint(0, 3))
        yield " ".join(rng.sample([*some, rng.choice(odd)], k=rng.randint(1, len(some))))


def leaks(body: str, foreign: str, asked: str) -> list[str]:
    """Canaries of the other silo in ``body``, what was said in the request left out."""
    silent = body.replace(json.dumps(asked)[1:-1], "").replace(json.dumps(asked, ensure_ascii=False)[1:-1], "")
    return [canary for canary in CANARIES[foreign] if canary in silent]


def requests(rng: random.Random, foreign: str, own: str) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """(method, address, its parts, what was asked)."""
    known = ("f-aaaaaaaa", "f-bbbbbbbb", "f-dddddddd", "f-cccccccc", "p-0a0b0c0e", "s-00000000")
    slugs = ("ovens", "testing", "index", "git", "..", "%2e%2e", "ovens.md")
    for query in queries(rng, foreign, own):
        at = rng.choice((own, foreign, "global", "", query[:60]))
        yield rng.choices(
            (
                ("GET", "/v1/search", {"params": {"q": query, "max_tokens": rng.choice((50, 2000, 20000))}}, query),
                ("GET", "/v1/search", {"params": {"q": query, "domain": at, "layer": "record"}}, query),
                ("GET", f"/v1/pages/{at or own}/{rng.choice(slugs)}", {}, ""),
                ("GET", f"/v1/trace/{rng.choice(known)}", {"params": {"domain": rng.choice((own, foreign))}}, ""),
                ("GET", f"/v1/brief/{at or own}", {"params": {"full": "true"}}, ""),
                (
                    "POST",
                    "/v1/disputes",
                    {"json": {"id": rng.choice(known), "why": query + " no", "domain": at}},
                    query,
                ),
                ("POST", "/v1/notes", {"json": {"text": query + " ok", "domain": rng.choice((own, foreign))}}, query),
                ("GET", f"/v1/{query[:40]}", {}, query),
            ),
            weights=(9, 3, 3, 2, 1, 0.3, 0.3, 1),
        )[0]


def shared_only(body: str, own: str) -> bool:
    """The page that is for all may be shown; its evidence only as far as it is the asker's own."""
    return "Name the files" not in body or own == "shop" or "add only what you changed" not in body


def test_nothing_crosses_over_http(process: Any, house: Any, token: Any) -> None:
    url, log, _child = process
    for own, foreign in (("shop", "bakery"), ("bakery", "shop")):
        rng = random.Random(f"silo {own}")
        headers = {"authorization": f"Bearer {token(house.ledger, own, own)}"}
        answered = 0
        with httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False, verify=False) as client:
            for _, (method, address, parts, asked) in zip(range(OVER_HTTP), requests(rng, foreign, own), strict=False):
                answer = client.request(method, httpx.URL(url + "/").copy_with(path=address), **parts)
                told = answer.text + str(answer.headers.multi_items())
                assert answer.status_code < 500, (address, parts)
                assert leaks(told, foreign, asked) == [], (address, parts)
                assert shared_only(told, own)
                answered += answer.status_code == 200 and len(answer.text) > 200
        assert answered > OVER_HTTP / 4, "much is answered, so there was something to leak"
    assert not any(canary in log.read_text() for some in CANARIES.values() for canary in some)
    stored = (house.workspace.inbox / "shop").glob("*")
    assert {path.name for path in stored} == {"shop.jsonl"}


def test_nothing_crosses_over_mcp(process: Any, house: Any, token: Any) -> None:
    url, log, _child = process

    async def as_silo(own: str, foreign: str) -> None:
        rng = random.Random(f"mcp {own}")
        headers = {"authorization": f"Bearer {token(house.ledger, own, own)}"}
        asked = queries(rng, foreign, own)
        async with (
            httpx.AsyncClient(headers=headers, timeout=30, trust_env=False) as http,
            asyncio.timeout(120),
            Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
        ):
            assert len((await client.list_tools()).tools) == 6
            for _ in range(OVER_MCP):
                query, at = next(asked), rng.choice(("", own, foreign, "global"))
                name, arguments = rng.choice(
                    [
                        ("search", {"query": query, "domain": at}),
                        ("read_page", {"page": rng.choice(("ovens", "testing", f"{foreign}/index", "global/git"))}),
                        ("trace", {"id": rng.choice(("f-aaaaaaaa", "f-dddddddd")), "domain": at}),
                        ("brief", {"domain": at, "full": True}),
                        ("dispute", {"id": "f-aaaaaaaa", "why": query + " no", "domain": at}),
                    ]
                )
                told = await client.call_tool(name, arguments)
                assert leaks(str(told.content) + str(told.structured_content), foreign, query) == [], (name, arguments)

    for own, foreign in (("shop", "bakery"), ("bakery", "shop")):
        asyncio.run(as_silo(own, foreign))
    assert not any(canary in log.read_text() for some in CANARIES.values() for canary in some)
