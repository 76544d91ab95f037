"""Through the SDK's own client and a real child process, as an agent's harness would start it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from sqlalchemy import text

from distillers.record.events import Event
from scheduling import runs
from scheduling.base.errors import CorruptError, UsageError
from wiki.server.access import Access, House
from wiki.tokens import Holder

START = """
import sys
from pathlib import Path
from scheduling.base.workspace import Workspace
from wiki.server.access import House
from wiki.server.mcp import serve_stdio
house = House(Workspace(Path(sys.argv[1])), lambda text: text.replace("hunter2", "[REDACTED:x:0]"))
serve_stdio(house, sys.argv[2:], "agent")
"""


def talk(root: Path, domains: list[str], work: Callable[[Client], Awaitable[None]]) -> None:
    async def session() -> None:
        env = {"PYTHONSAFEPATH": "1", "HOME": str(root), "PATH": os.environ["PATH"]}
        child = StdioServerParameters(command=sys.executable, args=["-c", START, str(root), *domains], env=env)
        async with asyncio.timeout(90), Client(stdio_client(child)) as client:
            await work(client)

    asyncio.run(session())


def bytes_below(folder: Path) -> dict[str, bytes]:
    kept = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("ledger."))
    return {str(path): path.read_bytes() for path in kept}


def test_an_agent_searches_reads_and_traces(indexed: Any) -> None:
    before = bytes_below(indexed.workspace.root)

    async def work(client: Client) -> None:
        assert (client.server_info.name, client.server_info.version) == ("stillhouse", version("stillhouse"))
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["search", "read_page", "trace", "brief", "dispute", "note"]
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools[:4])
        assert not any(tool.annotations is None or tool.annotations.destructive_hint for tool in tools)
        assert all(tool.output_schema for tool in tools)
        schema = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]
        assert len(json.dumps(schema)) <= 6 * 1024

        found = (await client.call_tool("search", {"query": "which tests before a push"})).structured_content
        assert found["confident"]
        assert found["results"][0]["page"] == "shop/testing"
        assert found["results"][0]["source"] == "/logs/shop.jsonl:6"

        page = (await client.call_tool("read_page", {"page": "testing"})).structured_content
        assert page["text"].startswith("---\nid: p-0a0b0c0d")
        assert page["commit"] == indexed.repo.head()[:12]

        shared = (await client.call_tool("read_page", {"page": "global/git"})).structured_content
        assert "Name the files" in shared["text"]
        assert "BAKERYCANARY" not in shared["text"]

        chain = (await client.call_tool("trace", {"id": found["results"][0]["id"]})).structured_content
        assert chain["findings"][0]["evidence"][0]["quote"].startswith("never the whole suite")

    talk(indexed.workspace.root, ["shop"], work)
    assert bytes_below(indexed.workspace.root) == before


def test_nothing_widens_what_a_server_is_bound_to(indexed: Any) -> None:
    calls = [
        ("search", {"query": "oven", "domain": "bakery"}),
        ("search", {"query": "oven", "domain": "../bakery"}),
        ("search", {"query": "oven", "domain": "global"}),
        ("read_page", {"page": "bakery/ovens"}),
        ("read_page", {"page": "../bakery/ovens"}),
        ("read_page", {"page": "ovens", "domain": "bakery"}),
        ("read_page", {"page": "/etc/passwd"}),
        ("read_page", {"page": "nowhere"}),
        ("trace", {"id": "f-aaaaaaaa", "domain": "bakery"}),
        ("trace", {"id": "f-99999999"}),
        ("search", {"query": ""}),
        ("search", {"query": "oven", "max_tokens": 10**9}),
    ]

    async def work(client: Client) -> None:
        for name, arguments in calls:
            told = await client.call_tool(name, arguments)
            assert told.is_error, (name, arguments)
            assert "CANARY" not in str(told.content)
        found = await client.call_tool("search", {"query": "OvenClock BAKERYCANARY1"})
        assert "OvenClock" not in str(found)
        assert "BAKERYCANARY" not in str(found)

    talk(indexed.workspace.root, ["shop"], work)


def test_what_is_shown_stays_within_the_budget(house: Any) -> None:
    long = "\n".join(f'human message: turbine "number" {n} \\ {"spins " * 60}' for n in range(20))
    house.record("shop", f"# session long 2026-11-20\n{long}")
    house.index()

    async def work(client: Client) -> None:
        for tokens in (100, 150, 700):
            for name, arguments in (
                ("search", {"query": "turbine number"}),
                ("read_page", {"page": "testing"}),
                ("trace", {"id": "f-aaaaaaaa"}),
            ):
                told = await client.call_tool(name, {**arguments, "max_tokens": tokens})
                assert len(told.content[0].text) <= tokens * 4, name
        told = await client.call_tool("search", {"query": "turbine number", "max_tokens": 700})
        assert len(told.content[0].text) > 600 * 4

    talk(house.workspace.root, ["shop"], work)


def test_with_several_domains_one_must_be_named(indexed: Any) -> None:

    async def work(client: Client) -> None:
        assert (await client.call_tool("search", {"query": "oven"})).is_error
        found = await client.call_tool("search", {"query": "OvenClock", "domain": "bakery"})
        assert found.structured_content["results"]

    talk(indexed.workspace.root, ["shop", "bakery"], work)


@pytest.mark.parametrize("domains", [[], ["nowhere"], ["shop", "nowhere"], ["global"]])
def test_an_unknown_domain_is_refused_at_the_start(indexed: Any, domains: list[str]) -> None:
    with pytest.raises(UsageError):
        Access(House(indexed.workspace, str), Holder("agent", tuple(domains))).require_indexed()


def test_without_an_index_a_server_does_not_start(house: Any) -> None:
    with pytest.raises(CorruptError):
        Access(House(house.workspace, str), Holder("agent", ("shop",))).require_indexed()


def test_a_page_is_served_with_what_changed_since_it_was_confirmed(house: Any) -> None:
    with runs.running(house.ledger, "operator", "test") as run, run.change("test", "shop") as rows:
        rows.execute(text("UPDATE findings SET claim = 'Test `src/pay.py` alone' WHERE id = 'f-aaaaaaaa'"))
        call = Event("1" * 16, "s", "session", "2026-11-19T10:00:00Z", "agent", "call", "path: src/pay.py", "/log", 1)
    with runs.running(house.ledger, "operator", "test") as run:
        house.archive.append("shop", [replace(call, tool="Edit")], run=run)
    access = Access(House(house.workspace, str), Holder("agent", ("shop",)))
    assert not any("src/pay.py" in doubt for doubt in access.read_page("testing", "shop", 4000).doubts)
    house.index()
    served = access.read_page("testing", "shop", 4000)
    assert "f-aaaaaaaa: src/pay.py changed 2026-11-19, after this was last confirmed 2026-11-18" in served.doubts
