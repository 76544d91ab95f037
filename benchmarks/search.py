"""Milliseconds a query, warm: the retrieval call beside the LanceDB calls it makes, SQLite FTS5 and tantivy.

    python benchmarks/search.py WORKSPACE DOMAIN [--queries FILE] [--rounds N]

Queries are the lines of FILE, or four words each drawn from the chunks. How they are asked: ``benchmarks/beside.py``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from beside import Ask, beside, drawn, measured, report, tables_of, texts_of

from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from wiki.search import Searcher


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("domain")
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    space = Workspace(args.workspace.resolve())
    tables = tables_of(space, args.domain)
    texts = texts_of(tables)
    queries = args.queries.read_text("utf-8").splitlines() if args.queries else drawn(texts, 100)
    searcher = Searcher(space.index, Ledger(space.ledger))
    asked: dict[str, Ask] = {"search": lambda query: searcher.search(query, args.domain, max_tokens=2000)}
    print(f"{len(texts)} chunks, {len(queries)} queries, {args.rounds} rounds")
    report(measured(asked | beside(tables, texts), queries, args.rounds))


if __name__ == "__main__":
    main()
