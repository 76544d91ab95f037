"""What agents are shown over MCP, and how it is made to fit: text, ids and citations together within a budget."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict

from wiki.answer import SHORTEST, Result, cut
from wiki.disputes import Found
from wiki.server.access import PageShown
from wiki.trace import Chain

QUOTE = 300


def untitled(schema: dict[str, Any]) -> None:
    """Takes the titles out of a JSON schema: they repeat the names, and an agent pays for each."""
    schema.pop("title", None)
    for inner in schema.get("properties", {}).values():
        untitled(inner)


class _Shape(BaseModel):
    model_config = ConfigDict(json_schema_extra=untitled)


class Hit(_Shape):
    """One passage. ``id`` can be traced; ``source`` is file:line."""

    text: str
    page: str
    id: str
    confidence: str
    score: float
    updated: str
    source: str


class Hits(_Shape):
    """Best first. Not confident: the answer is probably not known here."""

    confident: bool
    commit: str
    results: list[Hit]


class PageText(_Shape):
    """A page as Markdown, and which of its findings are in doubt."""

    page: str
    title: str
    commit: str
    text: str
    complete: bool
    doubts: list[str]


class Quoted(_Shape):
    """Evidence, word for word."""

    origin: str
    session: str
    source: str
    quote: str


class Traced(_Shape):
    """One finding behind what was traced."""

    finding: str
    claim: str
    confidence: str
    status: str
    superseded_by: str
    page: str
    commit: str
    evidence: list[Quoted]
    passages: list[str]


class Trail(_Shape):
    """The way back from a block or sentence."""

    id: str
    text: str
    findings: list[Traced]


class Told(_Shape):
    """Markdown; empty if nothing changed since you last asked."""

    unchanged: bool
    since: str
    text: str


class Taken(_Shape):
    """What was taken down."""

    ids: list[str]


def hits(found: Found, characters: int) -> Hits:
    """An answer as an agent is shown it: texts, ids and citations together within ``characters`` of JSON."""
    answer = found.answer
    shown = Hits(confident=answer.confident, commit=answer.commit[:12], results=[])
    for result in answer.results:
        if not _add(shown, shown.results, _hit(result, result.anchor in found.disputed), characters):
            break
    return shown


def trail(chain: Chain, disputed: Collection[str], characters: int) -> Trail:
    """``chain`` as an agent is shown it, within ``characters`` of JSON: what does not fit of its evidence is left out,
    and first what stands around that.
    """
    shown = Trail(id=chain.id, text=cut(chain.text, QUOTE), findings=[])
    for link in chain.links:
        one = Traced(
            finding=link.finding,
            claim=cut(link.claim, QUOTE),
            confidence=link.confidence,
            status="disputed" if link.finding in disputed else link.status,
            superseded_by=link.superseded_by or "",
            page=link.page,
            commit=link.commit[:12],
            evidence=[],
            passages=[],
        )
        if not _add(shown, shown.findings, one, characters):
            break
        for c in link.citations:
            quoted = Quoted(origin=c.origin, session=c.session, source=f"{c.file}:{c.line}", quote=cut(c.quote, QUOTE))
            if not _add(shown, one.evidence, quoted, characters):
                break
    for one, link in zip(shown.findings, chain.links, strict=False):  # the last may not have fitted
        for text in link.passages:
            _add(shown, one.passages, text, characters)
    return shown


def page_text(page: PageShown, characters: int) -> PageText:
    """A page as an agent is shown it, within ``characters`` of JSON."""
    shown = PageText(
        page=page.page,
        title=page.title,
        commit=page.commit[:12],
        text=page.text,
        complete=page.complete,
        doubts=list(page.doubts[:3]),
    )
    over = _length(shown) - characters
    if over >= len(page.text):
        shown.doubts = []
        over = _length(shown) - characters
    if over > 0:
        shown.text, shown.complete = cut(page.text, max(1, len(page.text) - over)), False
    return shown


def _hit(result: Result, disputed: bool) -> Hit:
    first = result.citations[0] if result.citations else None
    return Hit(
        text=result.text,
        page=result.page or result.title,
        id=result.anchor,
        confidence="disputed" if disputed else result.confidence,
        score=round(result.score, 2),
        updated=result.updated,
        source=f"{first.file}:{first.line}" if first else "",
    )


def _add(shown: BaseModel, items: list[Any], item: BaseModel | str, characters: int) -> bool:
    """Puts ``item`` into ``shown`` if it still fits; a text that does not is cut where enough of it would remain."""
    items.append(item)
    over = _length(shown) - characters
    if over <= 0:
        return True
    if isinstance(item, Hit) and len(item.text) - over >= SHORTEST:
        item.text = cut(item.text, len(item.text) - over)
    else:
        items.pop()
    return False


def _length(shown: BaseModel) -> int:
    """Characters of ``shown`` as the SDK prints it for the agent to read."""
    return len(shown.model_dump_json(indent=2))
