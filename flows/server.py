"""The workspace's own Prefect server: finding it, starting it, and stopping it when its last user leaves.

``server.json`` names the process, the port and the workspace. It is believed only if the server answers and says that
this workspace is its home, so a stale file, a reused port or a reused process id do no harm. Every user of the server
holds a lock file while it needs it; the locks go with their holders, however those end.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows import children
from flows.environment import HOST, own
from scheduling.base.errors import StillhouseError
from scheduling.base.locks import hold, is_held
from scheduling.base.process import scrubbed
from scheduling.base.workspace import Workspace

START_TIMEOUT = 180.0
STOP_GRACE = 3.0
# Far from 4200, where people run Prefect servers of their own, and below what systems hand out for outgoing traffic.
PORTS = range(20000, 30000)
ROOM = 1_000_000
"""Bytes without which no server starts."""
FULL = ("No space left on device", "database or disk is full")


class ServerError(StillhouseError):
    """The workspace's Prefect server did not start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its process, its port and the workspace it belongs to."""

    pid: int
    port: int
    workspace: str

    @property
    def ui(self) -> str:
        """The address to open in a browser."""
        return f"http://{HOST}:{self.port}"

    @property
    def api(self) -> str:
        """The address of the API."""
        return f"{self.ui}/api"


def find(space: Workspace) -> Server | None:
    """The server of this workspace if one runs and answers, else None."""
    noted = _noted(space)
    if noted is None or noted.workspace != str(space.root) or not children.alive(noted.pid):
        return None
    return noted if _answers(noted.port, space) else None


def ensure(space: Workspace) -> Server:
    """The running server of this workspace, started now if there is none (5 to 20 seconds).

    Raises :class:`ServerError` naming the log if it does not answer in time.
    """
    with hold(_folder(space) / "server.lock", "starting the Prefect server", wait=START_TIMEOUT):
        return find(space) or _begun(space) or _start(space)


def reach(api_url: str) -> None:
    """Raises :class:`ServerError` if nothing answers at ``api_url``, the address of a server that is not ours.

    Any answer will do: what may be asked there is a matter of its keys, which Prefect knows.
    """
    try:
        with urllib.request.urlopen(f"{api_url.rstrip('/')}/health", timeout=10):  # noqa: S310 (the user's own address)
            return
    except urllib.error.HTTPError:
        return
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", error)
        raise ServerError(
            f"no Prefect server answers at {api_url}: {why}",
            hint="start it, or mend [prefect] api_url in stillhouse.toml; without it: stillhouse nightly --plain",
        ) from error


def stop(space: Workspace, server: Server) -> None:
    """Ends ``server``, which :func:`find` or :func:`ensure` returned. Returns when its processes are gone."""
    children.end(server.pid, STOP_GRACE)
    children.alive(server.pid)
    if _noted(space) == server:
        space.server.unlink(missing_ok=True)


@contextmanager
def in_use(space: Workspace) -> Generator[Server]:
    """The server of this workspace for the length of the block; the last user to leave stops it."""
    mine = _folder(space) / "users" / f"{os.getpid()}-{secrets.token_hex(4)}.lock"
    with hold(mine, "using the Prefect server"):
        server = ensure(space)
        try:
            yield server
        finally:
            _leave(space, server, mine)


def _leave(space: Workspace, server: Server, mine: Path) -> None:
    with hold(_folder(space) / "server.lock", "leaving the Prefect server", wait=START_TIMEOUT):
        mine.unlink(missing_ok=True)
        users = list(mine.parent.glob("*.lock"))
        if not any(is_held(user) for user in users):
            for user in users:
                user.unlink(missing_ok=True)
            stop(space, server)


def _begun(space: Workspace) -> Server | None:
    """The server that somebody began to start who was killed meanwhile, once it answers; None if there is none."""
    noted = _noted(space)
    if noted is None or noted.workspace != str(space.root):
        return None
    left = START_TIMEOUT - max(time.time() - space.server.stat().st_mtime, 0.0)
    deadline = time.monotonic() + left
    while time.monotonic() < deadline and children.alive(noted.pid):
        if _answers(noted.port, space):
            return noted
        time.sleep(0.1)
    return None


def _start(space: Workspace) -> Server:
    folder = _folder(space)
    port = _port(space)
    log = folder / "server.log"
    argv = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
    pid = children.release(children.start(argv, cwd=folder, env=scrubbed(own(space, port)), log=log))
    server = Server(pid, port, str(space.root))
    _note(space, server)
    try:
        _wait(server, space, log)
    except BaseException:
        children.end(pid, STOP_GRACE)
        space.server.unlink(missing_ok=True)
        raise
    return server


def _wait(server: Server, space: Workspace, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if _answers(server.port, space):
            return
        if not children.alive(server.pid):
            raise ended(log)
        time.sleep(0.1)
    raise ServerError(f"the Prefect server did not answer within {START_TIMEOUT:.0f} s", hint=f"see {log}")


def _answers(port: int, space: Workspace) -> bool:
    try:
        _get(port, "health")
        home = _get(port, "admin/settings").get("home", "")
    except (OSError, ValueError, AttributeError):
        return False
    return Path(home) == space.prefect


def _get(port: int, path: str) -> Any:
    # A proxy of the user's must not see, or swallow, what stays on this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"http://{HOST}:{port}/api/{path}", timeout=5) as answer:
        return json.load(answer)


def _port(space: Workspace) -> int:
    """A free port: the same for a workspace every time, so that bookmarks keep working, unless somebody has it."""
    usual = PORTS[int(hashlib.sha256(str(space.root).encode()).hexdigest(), 16) % len(PORTS)]
    return usual if _free(usual) else _free(0)


def _free(port: int) -> int:
    """``port`` if it can be bound (0: any that can), else 0."""
    with suppress(OSError), socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return int(probe.getsockname()[1])
    return 0


def _note(space: Workspace, server: Server) -> None:
    fresh = space.server.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(server)), "utf-8")
    fresh.replace(space.server)


def _noted(space: Workspace) -> Server | None:
    try:
        note = json.loads(space.server.read_text("utf-8"))
        return Server(int(note["pid"]), int(note["port"]), str(note["workspace"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _folder(space: Workspace) -> Path:
    space.prefect.mkdir(parents=True, exist_ok=True)
    return space.prefect


def ended(log: Path) -> ServerError:
    """Why the server ended while it started, as its log and its disk tell."""
    said = log.read_text("utf-8", "replace")
    if shutil.disk_usage(log.parent).free < ROOM or any(word in said for word in FULL):
        return ServerError("no space left on the disk", hint="make room, then run it again: it goes on")
    last = ([line for line in said.splitlines() if line.strip()] or ["no message"])[-1]
    return ServerError(f"the Prefect server ended while it started: {last.strip()}", hint=f"see {log}")
