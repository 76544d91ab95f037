"""The retrieval server as a process: HTTP on loopback for agents, a socket for the command line of its owner."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from scheduling.base.errors import StillhouseError, UsageError
from scheduling.base.locks import hold
from wiki.server import faults
from wiki.server.access import House
from wiki.server.gate import Limits
from wiki.server.http import application
from wiki.server.local import short

LINE = 256 * 1024
GRACE = 3


def serve(house: House, bound: socket.socket, limits: Limits, ready: Callable[[], None]) -> None:
    """Serves until SIGTERM or SIGINT. ``ready`` is called once both HTTP and the socket answer.

    Raises :class:`BusyError` if this workspace has a retrieval server already.
    """
    config = uvicorn.Config(
        application(house, limits),
        log_config=None,
        access_log=False,  # an address holds what was asked
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
        lifespan="on",
    )
    faults.quiet_logging()
    path = house.workspace.socket
    with hold(path.with_suffix(".lock"), f"the retrieval server of {house.workspace.root}"):
        asyncio.run(_serve(_Server(config), bound, house, path, ready))


class _Server(uvicorn.Server):
    """Ends by its own account when it is told to: uvicorn would raise the signal again, over what is to be put away."""

    def capture_signals(self) -> AbstractContextManager[None]:  # pyright: ignore[reportIncompatibleMethodOverride] (a context manager as well)
        """Takes none itself."""
        return nullcontext()

    def leave(self) -> None:
        """Ends what is being served and then the server."""
        self.should_exit = True


async def _serve(server: _Server, bound: socket.socket, house: House, path: Path, ready: Callable[[], None]) -> None:
    async def tell() -> None:
        while not server.started:
            await asyncio.sleep(0.02)
        ready()

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, server.leave)
    async with owners_socket(house, path):
        telling = asyncio.create_task(tell())
        try:
            await server.serve([bound])
        finally:
            telling.cancel()


@asynccontextmanager
async def owners_socket(house: House, path: Path) -> AsyncGenerator[None]:
    """Answers the searches of whoever owns ``house``: the file's rights let nobody else connect."""
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        with short(path) as address:
            server = await asyncio.start_unix_server(lambda r, w: _talk(house, r, w), address, limit=LINE)
    finally:
        os.umask(before)
    try:
        yield
    finally:
        server.close()
        with suppress(FileNotFoundError):
            path.unlink()


async def _talk(house: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while line := await reader.readline():
            answer = await asyncio.to_thread(_answer, house, line)
            writer.write(orjson.dumps(answer) + b"\n")
            await writer.drain()
    except (OSError, ValueError):
        pass  # the other side left, or said more than a question
    finally:
        writer.close()


def _answer(house: House, line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        query = asked["query"].encode("utf-8", "replace").decode()
        found = house.found(query, asked["domain"], asked["limit"], asked["max_tokens"], asked["layer"])
    except StillhouseError as error:
        return {"error": str(error), "usage": isinstance(error, UsageError)}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {"error": "that is no question", "usage": True}
    return found.told()
