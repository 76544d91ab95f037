"""Rows of the index's tables, as Arrow: making them from chunks, and letting of equal texts only one be found."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import orjson
import pyarrow

from distillers.findings import GLOBAL, Finding, squash
from wiki.chunks import Chunk
from wiki.priors import Traits, firmness
from wiki.rank import BAR, Stats
from wiki.text import public
from wiki.words import analyse

pa: Any = pyarrow  # ships no types
ArrowTable = Any

Layer = Literal["wiki", "record"]

SCHEMA: Any = pa.schema(
    [
        ("id", pa.string()),
        ("source", pa.string()),  # page or unit: what is replaced together
        ("twin", pa.string()),  # equal for equal texts
        ("kind", pa.string()),  # what it weighs, and where in its source it stands: :class:`~wiki.priors.Traits`
        (
            "terms",
            pa.string(),
        ),  # of title, heading and cue, a bar, of the text; "" if another row with this text is found
        ("text", pa.string()),
        ("meta", pa.string()),  # all else that is shown, as JSON: one column is read in a fifth of the time of eight
    ]
)
VECTOR = "vector"


def schema(dim: int) -> Any:
    """The columns of a table; with ``dim`` also the vector of each row that can be found."""
    return SCHEMA.append(pa.field(VECTOR, pa.list_(pa.float32(), dim))) if dim else SCHEMA


def table_name(domain: str, layer: Layer) -> str:
    """The table that holds one layer of one domain, and nothing of another."""
    return f"{domain}.{layer}"


def row_of(
    chunk: Chunk, finding: Finding | None, layer: Layer, place: int = 0, *, refuted: bool = False
) -> dict[str, Any]:
    """The row of a chunk at its ``place`` in its source; of a page's block with what the ledger knows of its finding.

    ``refuted`` says of a passage of the record that the wiki has taken back what it says.
    """
    twin = _hash(squash(chunk.text) or chunk.text)
    lead = finding.evidence[0] if finding and finding.evidence else None
    grade = "raw" if layer == "record" else _grade(chunk, finding)
    at = (finding.valid_from if finding else "") or chunk.at
    meta = {
        "title": chunk.title,
        "heading": chunk.heading,
        "anchor": chunk.anchor,
        "grade": grade,
        "origin": lead.origin if lead else chunk.origin,
        "file": chunk.file,
        "line": chunk.line,
        "at": at,
        "cue": chunk.cue,
        "passage": _passage(finding),
    }
    return {
        "id": _hash(f"{chunk.source}\0{chunk.anchor}\0{twin}"),
        "source": chunk.source,
        "twin": twin,
        "kind": str(
            Traits(
                tier=_tier(chunk, grade, refuted=refuted),
                human=layer == "record" and chunk.origin == "human",
                firm=firmness(chunk.text),
                place=place,
                at=at,
            )
        ),
        "terms": terms_of(chunk.title, chunk.heading, chunk.text, chunk.cue),
        "text": chunk.text,
        "meta": orjson.dumps(meta).decode(),
    }


def terms_of(title: str, heading: str, text: str, cue: str = "") -> str:
    """What is indexed of a chunk: the terms of title, heading and cue, a bar, the terms of the text."""
    return f"{' '.join(analyse(f'{title} {heading} {cue}'))} {BAR} {' '.join(analyse(text))}"


def fitted(rows: Iterable[dict[str, Any]], some: int) -> ArrowTable:
    """``rows`` as one Arrow table, each id once, converted ``some`` at a time to keep few Python objects alive."""
    batches: list[Any] = []
    group: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for row in rows:
        if row["id"] not in seen:
            seen.add(row["id"])
            group[row["id"]] = row
        if len(group) >= some:
            batches.append(pa.RecordBatch.from_pylist([*group.values()], schema=SCHEMA))
            group = {}
    batches.append(pa.RecordBatch.from_pylist([*group.values()], schema=SCHEMA))
    return pa.Table.from_batches(batches, schema=SCHEMA)


def leading(fresh: ArrowTable, kept: ArrowTable) -> tuple[ArrowTable, dict[str, bool]]:
    """Of rows with one text only the one with the smallest id is to be found, whatever order they came in.

    Returns ``fresh`` with the terms of the others emptied, and of the ``kept`` rows those ids for which this changed:
    True where terms are to be put back, False where they are to be emptied.
    """
    lead: dict[str, str] = {}
    for table in (kept, fresh):
        for twin, key in zip(table["twin"].to_pylist(), table["id"].to_pylist(), strict=True):
            lead[twin] = min(lead.get(twin, key), key)
    leaders = set(lead.values())
    terms = [
        terms if key in leaders else ""
        for key, terms in zip(fresh["id"].to_pylist(), fresh["terms"].to_pylist(), strict=True)
    ]
    place = SCHEMA.get_field_index("terms")
    mended = {
        key: key in leaders
        for key, terms in zip(kept["id"].to_pylist(), kept["terms"].to_pylist(), strict=True)
        if (key in leaders) != bool(terms)
    }
    return fresh.set_column(place, SCHEMA.field("terms"), pa.array(terms, pa.string())), mended


def put_back(row: Mapping[str, Any], found: bool) -> dict[str, Any]:
    """A kept row with its terms, or without them if another one is found in its place."""
    meta = orjson.loads(row["meta"])
    terms = terms_of(meta["title"], meta["heading"], row["text"], meta["cue"]) if found else ""
    return {name: terms if name == "terms" else row[name] for name in SCHEMA.names}


def counted(terms: Iterable[str]) -> Stats:
    """How often each term occurs in rows with these ``terms``; rows that are not to be found do not count."""
    found = [row.split() for row in terms if row]
    df = Counter(term for row in found for term in set(row))
    return Stats(len(found), sum(map(len, found)), dict(df))


def recounted(old: Stats, gone: Iterable[str], come: Iterable[str]) -> Stats:
    """``old`` after rows with the terms ``gone`` gave way to rows with the terms ``come``."""
    less, more = counted(gone), counted(come)
    df = Counter(old.df)
    df.subtract(less.df)
    df.update(more.df)
    return Stats(
        old.rows - less.rows + more.rows,
        old.length - less.length + more.length,
        {term: count for term, count in df.items() if count > 0},
    )


def _passage(finding: Finding | None) -> str:
    """What stands around the quotes of a finding; of ``global`` nothing, which all domains read."""
    if finding is None or finding.domain == GLOBAL:
        return ""
    return public("\n".join(quote.passage for quote in finding.evidence if quote.passage))


def _grade(chunk: Chunk, finding: Finding | None) -> str:
    if finding:
        return finding.confidence
    return "medium" if chunk.heading.startswith("Not yet confirmed") else "high"


def _tier(chunk: Chunk, grade: str, *, refuted: bool) -> str:
    if grade == "raw":
        return "refuted" if refuted else chunk.tier
    return "high" if grade == "high" else "medium"


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
