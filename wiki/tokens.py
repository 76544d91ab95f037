"""Tokens: what an agent shows to be served over HTTP. Each is a seat of its own, with its domains and rights.

A token is 256 random bits and is shown once; the ledger keeps its hash, by which it can be recognised and not be used.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, cast, get_args

from sqlalchemy import Column, String, Table, Text, insert, select, update

from scheduling.base.clock import stamp
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run
from wiki.names import is_name

Right = Literal["read", "note", "dispute"]
"""read     search, pages, traces and briefs
note     hand a candidate to the distiller
dispute  say why an answer is wrong
"""
RIGHTS: tuple[Right, ...] = get_args(Right)
PREFIX = "stillhouse_"
_SHAPE = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")

token_rows = Table(
    "tokens",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("domains", Text, nullable=False),  # JSON list
    Column("rights", Text, nullable=False),  # JSON list
    Column("made", String, nullable=False),
    Column("revoked", String, nullable=False, default=""),
    Column("run", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks: the seat's ``name``, the domains it may see, and what it may do there."""

    name: str
    domains: tuple[str, ...]
    rights: frozenset[Right] = frozenset(RIGHTS)
    made: str = ""
    revoked: str = ""


def add(run: Run, name: str, domains: Collection[str], rights: Iterable[Right] = RIGHTS) -> str:
    """Makes a token for ``name`` and returns its text, which nobody can ask for again.

    Raises :class:`UsageError` for a name that is no name or has a token, and for no domains.
    """
    if not is_name(name):
        raise UsageError(
            f"{name[:80]!r} is no name for a token", hint="use lower-case letters, digits and dashes, such as ci-agent"
        )
    if not domains:
        raise UsageError("a token needs a domain", hint="name one with --domain")
    text = PREFIX + secrets.token_urlsafe(32)
    allowed = [right for right in RIGHTS if right in {*rights, "read"}]
    with run.change("add token", name, domains=sorted(domains), rights=allowed) as rows:
        taken = select(token_rows.c.name).where(token_rows.c.name == name, token_rows.c.revoked == "")
        if rows.execute(taken).first():
            raise UsageError(f"{name} has a token already", hint=f"stillhouse tokens revoke {name}, then add it again")
        rows.execute(
            insert(token_rows).values(
                sha256=digest(text),
                name=name,
                domains=json.dumps(sorted(set(domains))),
                rights=json.dumps(allowed),
                made=stamp(),
                revoked="",
                run=run.id,
            )
        )
    return text


def revoke(run: Run, name: str) -> None:
    """Ends the token of ``name`` at once. Raises :class:`UsageError` if it has none."""
    with run.change("revoke token", name) as rows:
        mine = (token_rows.c.name == name) & (token_rows.c.revoked == "")
        if not rows.execute(update(token_rows).where(mine).values(revoked=stamp())).rowcount:
            raise UsageError(f"{name[:80]!r} has no token", hint="stillhouse tokens list shows them")


def listed(ledger: Ledger) -> list[Holder]:
    """All tokens ever made, the newest last; never their texts."""
    with ledger.read() as rows:
        found = rows.execute(select(token_rows).order_by(token_rows.c.made, token_rows.c.name)).mappings().all()
    return [_holder(dict(row)) for row in found]


def active(ledger: Ledger) -> dict[str, Holder]:
    """Who holds a token that counts, by the token's hash."""
    with ledger.read() as rows:
        found = rows.execute(select(token_rows).where(token_rows.c.revoked == "")).mappings().all()
    return {row["sha256"]: _holder(dict(row)) for row in found}


def digest(text: str) -> str:
    """The hash by which a token is recognised; "" for what is no token."""
    # 256 random bits cannot be guessed from their hash, so a slow one would only slow every request.
    return hashlib.sha256(text.encode()).hexdigest() if _SHAPE.fullmatch(text) else ""


def _holder(row: dict[str, str]) -> Holder:
    rights = cast("list[Right]", json.loads(row["rights"]))
    return Holder(row["name"], tuple(json.loads(row["domains"])), frozenset(rights), row["made"], row["revoked"])
