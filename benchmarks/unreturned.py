"""What of a set of questions the index holds and a search does not return, by how it is lost.

    python benchmarks/unreturned.py WORKSPACE QUESTIONS [--tokens 2000] [--layer wiki] [--list]

QUESTIONS is as in `benchmarks/missed.py`. Wiki and record are searched together, or one of them; a passage is a line of
a page with what stands around its quotes, or a passage of the record. The first that holds counts:

    returned        the texts that a search returns within the budget hold the answer
    too low         one passage that the search looked at holds it, and came too late (its rank is listed)
    behind          the same, in what stands around its quotes, if not in the line itself
    in pieces       the passages that the search looked at hold it together, no single one does
    other words     one passage of the index holds it, and shares too little with the question to be looked at
    far apart       only all passages of the domain together hold it
    not indexed     they do not
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import starmap
from pathlib import Path
from typing import Any

import orjson
from missed import Question, holds, rows

from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from wiki.index import tables
from wiki.rows import Layer
from wiki.search import Searcher

KINDS = ("returned", "too low", "behind", "in pieces", "other words", "far apart", "not indexed")


LAYERS: tuple[Layer, ...] = ("wiki", "record")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--tokens", type=int, default=2000)
    parser.add_argument("--layer", choices=LAYERS, help="search this one alone")
    parser.add_argument("--list", action="store_true", help="each question whose answer is not returned")
    args = parser.parse_args()
    placed = list(places(args.workspace.resolve(), args.questions, args.tokens, args.layer))
    for kind, rank, question in placed if args.list else ():
        if kind != "returned":
            print(f"{kind:11} {rank or '':>4} {question['id']}: {question['question']}")
    count = Counter(kind for kind, _, _ in placed)
    print("\n".join(f"{kind:11} {count[kind]:4}  {count[kind] / max(1, len(placed)):.3f}" for kind in KINDS))


def places(
    workspace: Path, folder: Path, tokens: int, layer: Layer | None = None
) -> Iterator[tuple[str, int, Question]]:
    """Each answerable question with how its answer is lost, and the rank of the first passage that holds it."""
    paths = Workspace(workspace)
    searcher = Searcher(paths.index, Ledger(paths.ledger))
    texts = {name: list(starmap(whole, columns(table))) for name, table in tables(paths.index)}
    for path in sorted(p for p in folder.glob("*.jsonl") if p.suffixes == [".jsonl"]):
        held = [text for one in LAYERS if layer in (None, one) for text in texts.get(f"{path.stem}.{one}", [])]
        for question in rows(path.read_text("utf-8")):
            if question["kind"] != "unanswerable":
                yield *place(searcher, path.stem, question, held, tokens, layer), question


def columns(table: Any) -> Iterator[tuple[str, str]]:
    """The text of each row, and what else it says of itself."""
    return zip(table["text"].to_pylist(), table["meta"].to_pylist(), strict=True)


def whole(text: str, meta: str) -> str:
    """A passage with what stands around its quotes."""
    return f"{text}\n{orjson.loads(meta)['passage']}"


def place(
    searcher: Searcher, domain: str, question: Question, held: Sequence[str], tokens: int, layer: Layer | None = None
) -> tuple[str, int]:
    """The first of :data:`KINDS` that holds for a question, and the rank of the passage that it speaks of, or 0."""
    back = searcher.search(question["question"], domain, max_tokens=tokens, layer=layer)
    if holds(question, "\n".join(result.text for result in back.results)):
        return "returned", 0
    ranked = searcher.ranked(question["question"], domain, layer)
    hits = [ranked.hits[one.at] for one in ranked.shown()]
    looked = [whole(hit.text, hit.meta) for hit in hits]
    for kind, texts in (("too low", [hit.text for hit in hits]), ("behind", looked)):
        rank = next((rank for rank, text in enumerate(texts, 1) if holds(question, text)), 0)
        if rank:
            return kind, rank
    if holds(question, "\n".join(looked)):
        return "in pieces", 0
    if any(holds(question, text) for text in held):
        return "other words", 0
    return ("far apart" if holds(question, "\n".join(held)) else "not indexed"), 0


if __name__ == "__main__":
    main()
