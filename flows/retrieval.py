"""The retrieval server of a workspace: here, or beside ``serve`` as ``python -m flows.retrieval DIR PORT``."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

import click

from distillers.record.redact import Redactor
from flows.redaction import redactor
from flows.searching import searcher
from flows.settings import Settings, load
from scheduling.base.errors import BusyError
from scheduling.ledger.store import Ledger
from wiki.server.access import House
from wiki.server.binding import listen
from wiki.server.gate import Limits

Say = Callable[[str], None]
# Beside the ports of the Prefect servers, and below what systems hand out for outgoing traffic.
PORTS = range(30000, 32000)


def house_of(settings: Settings) -> House:
    """The workspace opened for reading; what callers say is masked with its own key and patterns."""
    space = settings.workspace
    lock = threading.Lock()

    @cache
    def masker() -> Redactor:
        return redactor(settings)

    def mask(text: str) -> str:
        with lock:  # its scanner keeps state while it looks
            return masker().mask(text)

    found = searcher(settings, Ledger(space.ledger))
    return House(space, mask, found, folders=settings.folders, stale_days=settings.wiki.stale_days)


def run(
    settings: Settings,
    say: Say,
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    names: frozenset[str] = frozenset(),
    rate: int = 1200,
) -> None:
    """Serves until SIGTERM or Ctrl-C, on ``port`` or on the workspace's own.

    Raises :class:`BusyError` if the workspace has a retrieval server already, :class:`CorruptError` without an index.
    """
    from wiki.server.running import serve  # noqa: PLC0415 (a second of imports that only a server needs)

    try:
        bound = listen(host, port or usual_port(settings), names)
    except BusyError:
        if port:
            raise
        bound = listen(host, 0, names)
    address = f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}"

    def ready() -> None:
        say(greeting(address))

    serve(house_of(settings), bound, Limits(hosts=names, rate=rate), ready)


def usual_port(settings: Settings) -> int:
    """The port that a workspace always tries first, so that what agents were told stays true."""
    return PORTS[int(hashlib.sha256(str(settings.root).encode()).hexdigest(), 16) % len(PORTS)]


def free_port(settings: Settings) -> int:
    """The workspace's own port if nobody has it, else one that is free now."""
    for port in (usual_port(settings), 0):
        with suppress(BusyError), closing(listen("127.0.0.1", port, frozenset())) as bound:
            return int(bound.getsockname()[1])
    raise BusyError("no port is free on this machine")


def greeting(address: str) -> str:
    """What is printed once it answers."""
    return f"retrieval    {address}/v1/search?q=… (OpenAPI at {address}/openapi.json)\nMCP          {address}/mcp"


def _leave_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    run(load(Path(sys.argv[1])), click.echo, port=int(sys.argv[2]))
