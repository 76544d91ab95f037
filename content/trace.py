"""The trace: for every sentence of a body where it is from, down to file, line and quote.

    sentence ──→ findings ──→ page and commit ──→ file, line, hash of the quote

It is made from the bytes of the body, not from what a writer said about them: a sentence that is not found among those
that were written is the editor's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, Text, delete, insert, select

from content.brief import PageRef
from content.text import plain, sentences
from content.writer import Article, Made
from distillers.findings import Finding, Quote
from scheduling.ledger.store import Ledger, metadata
from wiki.trace import Chain
from wiki.trace import trace as filed_trace

sentence_rows = Table(
    "sentences",
    metadata,
    Column("article", String, primary_key=True),
    Column("body_sha256", String, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, index=True),
    Column("block", Integer, nullable=False),
    Column("section", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("made", String, nullable=False),
    Column("findings", Text, nullable=False),  # JSON list of finding ids
    Column("trace", Text, nullable=False),  # JSON list of Traced
)

_HEAD = re.compile(r"(#{1,6})\s+(.*)")
_MARK = re.compile(r"(?:[-*+]|\d{1,9}[.)]|>|\[\^[\w-]+\]:)\s+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one quote stands; the quote itself is named by its SHA-256."""

    event: str
    unit: str
    origin: str
    at: str
    file: str
    line: int
    quote_sha256: str


@dataclass(frozen=True, slots=True)
class Traced:
    """A finding behind a sentence, the page and commit it was read from, and its evidence."""

    finding: str
    page: str
    commit: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence of a body as a reader sees it. ``block`` counts paragraphs, headings and list items from 0."""

    id: str
    seq: int
    block: int
    section: str
    text: str
    made: Made
    findings: tuple[str, ...]
    trace: tuple[Traced, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A sentence that is accounted for."""

    text: str
    made: Made
    trace: tuple[Traced, ...]


Book = Mapping[str, Sequence[Known]]
"""What is accounted for: the plain text of a block or sentence → its sentences."""


def digest_of(quote: Quote) -> str:
    """SHA-256 of a quote's text as hexadecimal digits."""
    return hashlib.sha256(quote.text.encode("utf-8", "surrogatepass")).hexdigest()


def trace(ledger: Ledger, what: str, domain: str | None = None) -> Chain:
    """The chain from a sentence, block or finding to its quotes, files and lines; see :func:`wiki.trace.trace`."""
    return filed_trace(ledger, what, domain)


def book_of(article: Article, findings: Mapping[str, Finding], pages: Mapping[str, PageRef], notes: Book) -> Book:
    """What ``article`` accounts for, with the footnotes ``notes``."""
    traced = {name: _traced(finding, pages) for name, finding in findings.items()}
    blocks = [
        [
            Known(plain(s.text), s.made, tuple(traced[name] for name in s.findings if name in traced))
            for s in block.sentences
        ]
        for block in article.blocks
    ]
    title = [Known(article.title, "template", ())]
    return {**notes, **_bound([title, *blocks])}


def notes_of(sources: Mapping[str, str]) -> Book:
    """What footnotes account for: the text of each, by finding."""
    return {plain(text): [Known(plain(text), "source", ())] for text in sources.values()}


def book_from(rows: Sequence[Row]) -> Book:
    """What an earlier trace accounts for."""
    blocks: dict[int, list[Known]] = {}
    for row in rows:
        if row.made != "editor":
            blocks.setdefault(row.block, []).append(Known(row.text, row.made, row.trace))
    return _bound(list(blocks.values()))


def trace_body(slug: str, body: str, book: Book) -> list[Row]:
    """One row for each sentence of ``body``, in reading order."""
    rows: list[Row] = []
    met: dict[str, int] = {}
    section = ""
    for block, (head, text) in enumerate(_blocks(body)):
        for known in _look_up(text, book):
            met[known.text] = met.get(known.text, 0) + 1
            key = _id(slug, known.text, met[known.text])
            names = tuple(dict.fromkeys(each.finding for each in known.trace))
            rows.append(Row(key, len(rows), block, section, known.text, known.made, names, known.trace))
        section = plain(text) if head == 2 else section
    return rows


def as_json(slug: str, body_sha256: str, rows: Iterable[Row]) -> bytes:
    """The trace as the file ``<slug>.trace.json`` holds it."""
    shown = {"article": slug, "body_sha256": body_sha256, "sentences": [asdict(row) for row in rows]}
    return (json.dumps(shown, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def store(rows: Connection, slug: str, body_sha256: str, trace: Iterable[Row]) -> None:
    """Puts the trace of this body into the ledger; traces of earlier bodies stay."""
    mine = (sentence_rows.c.article == slug) & (sentence_rows.c.body_sha256 == body_sha256)
    rows.execute(delete(sentence_rows).where(mine))
    values = [
        {
            **{name: getattr(row, name) for name in ("id", "seq", "block", "section", "text", "made")},
            "article": slug,
            "body_sha256": body_sha256,
            "findings": json.dumps(row.findings),
            "trace": json.dumps([asdict(each) for each in row.trace], ensure_ascii=False),
        }
        for row in trace
    ]
    if values:
        rows.execute(insert(sentence_rows), values)


def load(ledger: Ledger, slug: str, body_sha256: str) -> list[Row]:
    """The stored trace of one body; empty if that body is not known."""
    mine = (sentence_rows.c.article == slug) & (sentence_rows.c.body_sha256 == body_sha256)
    with ledger.read() as rows:
        found = rows.execute(select(sentence_rows).where(mine).order_by(sentence_rows.c.seq)).mappings().all()
    return [_row(dict(each)) for each in found]


def known_bodies(ledger: Ledger, slug: str) -> list[str]:
    """The hashes of all bodies of an article that the ledger can trace."""
    chosen = select(sentence_rows.c.body_sha256).where(sentence_rows.c.article == slug).distinct()
    with ledger.read() as rows:
        return sorted(str(each) for each in rows.execute(chosen).scalars())


def _blocks(body: str) -> Iterator[tuple[int, str]]:
    """Blocks of Markdown as (heading level or 0, text): headings, list items, quotes, footnotes, paragraphs."""
    open_lines: list[str] = []
    for line in [*body.split("\n"), ""]:
        text = line.strip()
        head, mark = _HEAD.match(text), _MARK.match(text)
        if open_lines and (not text or head or mark):
            yield 0, " ".join(open_lines)
            open_lines = []
        if head:
            yield len(head[1]), head[2]
        elif text:
            open_lines.append(text[mark.end() :] if mark else text)


def spans(body: str) -> Iterator[tuple[int, int]]:
    """The lines of each block that rows are numbered by, as first line and the one after the last, counted from 0."""
    start = -1
    for n, line in enumerate([*body.split("\n"), ""]):
        text = line.strip()
        head, mark = _HEAD.match(text), _MARK.match(text)
        if start >= 0 and (not text or head or mark):
            yield start, n
            start = -1
        if head:
            yield n, n + 1
        elif text and start < 0:
            start = n


def _look_up(text: str, book: Book) -> Iterator[Known]:
    whole = plain(text)
    if whole in book:
        yield from book[whole]
        return
    for sentence in map(plain, sentences(text)):
        yield from book.get(sentence, [Known(sentence, "editor", ())])


def _bound(blocks: Iterable[Sequence[Known]]) -> Book:
    book: dict[str, Sequence[Known]] = {}
    for block in blocks:
        for known in block:
            book.setdefault(known.text, [known])
    return book | {" ".join(known.text for known in block): block for block in blocks}


def _traced(finding: Finding, pages: Mapping[str, PageRef]) -> Traced:
    name = f"{finding.domain}/{finding.page}"
    commit = pages[name].commit if name in pages else ""
    return Traced(finding.id, name, commit, tuple(_evidence(finding)))


def _evidence(finding: Finding) -> Iterator[Evidence]:
    for quote in finding.evidence:
        yield Evidence(quote.event, quote.unit, quote.origin, quote.at, quote.file, quote.line, digest_of(quote))


def _id(slug: str, text: str, times: int) -> str:
    return "s-" + hashlib.blake2b(f"{slug}\0{text}\0{times}".encode("utf-8", "replace"), digest_size=4).hexdigest()


def _row(row: dict[str, Any]) -> Row:
    traced = tuple(
        Traced(each["finding"], each["page"], each["commit"], tuple(Evidence(**e) for e in each["evidence"]))
        for each in json.loads(row["trace"])
    )
    names = tuple(json.loads(row["findings"]))
    return Row(row["id"], row["seq"], row["block"], row["section"], row["text"], row["made"], names, traced)
