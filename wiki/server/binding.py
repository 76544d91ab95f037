"""Where a server may listen: on this machine, unless somebody says by which names others may call it."""

from __future__ import annotations

import socket

from scheduling.base.errors import BusyError, UsageError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def listen(host: str, port: int, hosts: frozenset[str]) -> socket.socket:
    """A socket bound to ``host`` and ``port`` (0: any that is free).

    Raises :class:`UsageError` for an address beyond loopback without ``hosts``, the names by which it may be called,
    and :class:`BusyError` if the port is taken.
    """
    if host not in LOOPBACK and not hosts:
        raise UsageError(
            f"{host} can be reached from other machines",
            hint="say by which names with --allow-host, or leave out --host",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, asyncio sends small answers at once; else each would wait 40 ms for the last one's receipt.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise BusyError(
            f"cannot listen on {host} port {port}: {error.strerror}", hint="choose another --port"
        ) from error
    return made
