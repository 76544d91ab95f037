"""The trace: from a block, or a sentence of an article, back to the finding, its quotes, and the lines they stand on.

sentence ──→ finding ──→ page and commit
                └──────→ quote, file and line        └──→ ruling, where a person gave one
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, column, inspect, select, table

from distillers.findings import GLOBAL, evidence, findings
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger
from scheduling.runs import audit
from wiki.blocks import blocks
from wiki.citations import Citation, citations
from wiki.text import public

_ID = re.compile(r"(?:^|[\^#/])([fs]-[0-9a-f]{8})$")
# Tables of rooms that this one may not import: what is read of them is all that is relied on.
_SENTENCES = table("sentences", column("id"), column("article"), column("text"), column("findings"))
_RULINGS = table(
    "rulings", column("seq"), column("subject"), column("decision"), column("editor"), column("at"), column("voided")
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person decided about a finding."""

    decision: str
    editor: str
    at: str


@dataclass(frozen=True, slots=True)
class Link:
    """One finding of a chain, where it is filed, and what it rests on."""

    finding: str
    domain: str
    kind: str
    claim: str
    confidence: str
    status: str
    superseded_by: str | None
    warnings: tuple[str, ...]
    page: str
    """``domain/slug`` of the page it stands on; "" if it is not filed."""
    commit: str
    """The commit of the wiki that last wrote it there; "" if it is not filed."""
    run: str
    citations: tuple[Citation, ...]
    passages: tuple[str, ...]
    """What stands around its quotes, word for word."""
    ruling: Ruling | None


@dataclass(frozen=True, slots=True)
class Chain:
    """The way back from ``id``. ``text`` is the claim of a finding, or the sentence and then ``article`` its slug."""

    id: str
    text: str
    article: str
    links: tuple[Link, ...]

    def to_json(self) -> dict[str, Any]:
        """The chain as ``trace --json`` prints it."""
        return asdict(self)

    def as_text(self) -> str:
        """The chain for a person to read."""
        lines = [f"{self.id}  {self.text}", *([f"  in article {self.article}"] if self.article else [])]
        for link in self.links:
            lines.append(f"  {link.finding}  {link.kind}, {link.confidence}, {link.status}: {link.claim}")
            lines += [f"    page {link.page}" + (f" at {link.commit[:12]}" if link.commit else "")] if link.page else []
            lines += [f"    superseded by {link.superseded_by}"] if link.superseded_by else []
            lines += [f"    warning: {warning}" for warning in link.warnings]
            lines += [f"    {link.ruling.decision} by {link.ruling.editor}, {link.ruling.at}"] if link.ruling else []
            lines += [f"    {c.file}:{c.line} ({c.origin}) “{c.quote}”" for c in link.citations]
            lines += [f"    | {line}" for text in link.passages for line in text.split("\n")]
        return "\n".join(lines)


def trace(ledger: Ledger, what: str, domain: str | None = None) -> Chain:
    """The chain of ``what``: a finding's id, a block's anchor (``shop/testing#f-1a2b3c4d``) or a sentence's id.

    With ``domain`` only what that domain may see. Raises :class:`UsageError` if there is no such id, or none there.
    """
    named = _ID.search(what.strip())
    if named is None:
        raise UsageError(f"{what[:80]!r} is no id of a finding, block or sentence", hint="such as f-1a2b3c4d")
    with ledger.read() as rows:
        if named[1].startswith("f-"):
            links = _links(ledger, rows, [named[1]], domain)
            text, article = links[0].claim if links else "", ""
        else:
            text, article, ids = _sentence(rows, named[1])
            links = _links(ledger, rows, ids, domain)
            if domain is not None and len(links) < len(ids):
                links = []
    if not links and (domain is not None or not text):
        raise UsageError(
            f"there is no {named[1]}" + (f" in {domain}" if domain else ""), hint="see stillhouse findings"
        )
    return Chain(named[1], public(text), article, tuple(links))


def _sentence(rows: Connection, key: str) -> tuple[str, str, list[str]]:
    """Text, article and finding ids of a sentence; empty if there is none of that id."""
    if not inspect(rows).has_table(_SENTENCES.name):
        return "", "", []
    row = rows.execute(select(_SENTENCES).where(_SENTENCES.c.id == key)).mappings().first()
    return (row["text"], row["article"], json.loads(row["findings"])) if row else ("", "", [])


def _links(ledger: Ledger, rows: Connection, ids: Sequence[str], domain: str | None) -> list[Link]:
    chosen = select(findings).where(findings.c.id.in_(ids))
    if domain is not None:
        chosen = chosen.where(findings.c.domain.in_((domain, GLOBAL)))
    found = {row["id"]: dict(row) for row in rows.execute(chosen).mappings()}
    return [_link(ledger, rows, found[key], domain) for key in dict.fromkeys(ids) if key in found]


def _link(ledger: Ledger, rows: Connection, row: dict[str, Any], domain: str | None) -> Link:
    page, commit = _filed(rows, row["domain"], row["id"])
    seen = citations(ledger, [row["id"]], domain or row["domain"])
    return Link(
        finding=row["id"],
        domain=row["domain"],
        kind=row["kind"],
        claim=public(row["claim"]),
        confidence=row["confidence"],
        status=row["status"],
        superseded_by=row["superseded_by"] or None,
        warnings=tuple(json.loads(row["warnings"])),
        page=page,
        commit=commit,
        run=row["run"],
        citations=seen.get(row["id"], ()),
        passages=_passages(rows, row["id"]),
        ruling=_ruling(rows, row["id"]),
    )


def _passages(rows: Connection, key: str) -> tuple[str, ...]:
    chosen = select(evidence.c.passage).where(evidence.c.finding == key, evidence.c.passage != "")
    return tuple(public(text) for text in rows.execute(chosen.order_by(evidence.c.rank)).scalars())


def _filed(rows: Connection, domain: str, key: str) -> tuple[str, str]:
    """Page and commit of a block that stands in the wiki; "" and "" of one that does not."""
    standing = blocks.c.state.in_(("live", "human"))
    chosen = select(blocks.c.path, blocks.c.run).where(blocks.c.domain == domain, blocks.c.id == key, standing)
    block = rows.execute(chosen).first()
    if block is None:
        return "", ""
    filed = (audit.c.run == block.run) & (audit.c.action == "file") & (audit.c.subject == domain)
    details = rows.execute(select(audit.c.detail).where(filed).order_by(audit.c.seq)).scalars()
    commits = [json.loads(detail).get("commit") for detail in details]
    return block.path.removesuffix(".md"), next((commit for commit in reversed(commits) if commit), "")


def _ruling(rows: Connection, key: str) -> Ruling | None:
    if not inspect(rows).has_table(_RULINGS.name):
        return None
    valid = (_RULINGS.c.subject == key) & (_RULINGS.c.voided == "")
    row = rows.execute(select(_RULINGS).where(valid).order_by(_RULINGS.c.seq.desc())).mappings().first()
    return Ruling(row["decision"], row["editor"], row["at"]) if row else None
