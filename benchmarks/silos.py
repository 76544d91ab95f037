"""Two silos of one workspace: generated requests in the name of each, looking for what only the other one holds.

    python benchmarks/silos.py WORKSPACE DOMAIN OTHER [--requests 1000]

Half of them are asked with a token for DOMAIN, half with one for OTHER: searches, pages, traces, briefs, disputes and
addresses that do not exist, made of the other silo's words and ids. Every long word that only the other silo's index
holds is a canary, as is each id of its findings. What a request says itself does not count where it is repeated. The
server's log is read at the end; the tokens that this makes are revoked.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from beside import tables_of
from server import PROGRAM, token

from distillers.findings_store import load
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger

WORD = re.compile(r"\w{10,40}")


class Silo(NamedTuple):
    """A domain with its words, the ids of its findings and the names of its pages."""

    name: str
    words: frozenset[str]
    ids: tuple[str, ...]
    pages: tuple[str, ...]

    @classmethod
    def of(cls, space: Workspace, name: str) -> Silo:
        """As it is indexed and filed."""
        files = sorted((space.wiki / name).glob("*.md"))
        texts = [*indexed(space, name), *(path.read_text("utf-8") for path in files)]
        ids = tuple(one.id for one in load(Ledger(space.ledger), name))
        return cls(name, frozenset(WORD.findall("\n".join(texts))), ids, tuple(path.stem for path in files))


def indexed(space: Workspace, name: str) -> Iterator[str]:
    """What the tables of a domain hold of each passage, and what is told with it."""
    for table in tables_of(space, name):
        rows = table.search().select(["text", "meta"]).limit(table.count_rows()).to_arrow()
        yield from (*rows["text"].to_pylist(), *rows["meta"].to_pylist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("domains", nargs=2)
    parser.add_argument("--requests", type=int, default=1000)
    args = parser.parse_args()
    space = Workspace(args.workspace.resolve())
    one, two = (Silo.of(space, name) for name in args.domains)
    argv = [*PROGRAM, "api", "--rate", "1000000", "--workspace", str(space.root)]
    child = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True)
    assert child.stderr
    try:
        found = re.search(r"http://([\d.:]+)", child.stderr.readline())
        assert found, "the server did not start"
        for own, foreign in ((one, two), (two, one)):
            with token(space, own.name) as text:
                print(f"{own.name}: {asked(found[1], text, own, foreign, args.requests // 2)}")
    finally:
        child.terminate()
        log = child.communicate(timeout=30)[1]
    held = {word for silo, other in ((one, two), (two, one)) for word in silo.words - other.words if word in log}
    print(f"log: {len(log.splitlines())} lines, {len(held)} words of one silo")


def asked(address: str, text: str, own: Silo, foreign: Silo, count: int) -> str:
    """How many requests were answered how, and how many answers held a canary."""
    canaries = (foreign.words - own.words) | {*foreign.ids} - {*own.ids}
    line = http.client.HTTPConnection(urlsplit(f"http://{address}").netloc, timeout=120)
    statuses: Counter[int] = Counter()
    crossed = 0
    made = requests(random.Random(own.name), own, foreign)
    for (method, path, body), _ in zip(made, range(count), strict=False):
        headers = {"authorization": f"Bearer {text}", "content-type": "application/json"}
        line.request(method, path, body, headers)
        answer = line.getresponse()
        told = answer.read().decode()
        statuses[answer.status] += 1
        leaked = (named(told) & canaries) - named(unquote(path) + (body or ""))
        crossed += bool(leaked)
        if leaked:
            print(f"  {method} {path}: {sorted(leaked)[:5]}")
    tally = ", ".join(f"{status} {times}×" for status, times in sorted(statuses.items()))
    return f"{count} requests ({tally}), {len(canaries)} canaries, {crossed} answers with one"


def named(text: str) -> set[str]:
    """The long words and ids in ``text``."""
    return {*WORD.findall(text), *re.findall(r"f-\w+", text)}


def requests(chance: random.Random, own: Silo, foreign: Silo) -> Iterator[tuple[str, str, str | None]]:
    """(method, path, body), for ever."""
    words, mine = sorted(foreign.words - own.words), sorted(own.words)
    while True:
        some = chance.sample(words, chance.randint(1, 4)) + chance.sample(mine, chance.randint(0, 2))
        query = quote(" ".join(some))
        at = chance.choice((own.name, foreign.name, "global", ""))
        page = chance.choice((*foreign.pages, *own.pages, "index", "%2e%2e", f"..%2F{foreign.name}%2Findex"))
        known = chance.choice((*foreign.ids, *own.ids))
        yield chance.choice(
            (
                ("GET", f"/v1/search?q={query}&max_tokens={chance.choice((50, 2000, 20000))}", None),
                ("GET", f"/v1/search?q={query}&domain={at}&layer={chance.choice(('wiki', 'record'))}", None),
                ("GET", f"/v1/pages/{at or own.name}/{page}", None),
                ("GET", f"/v1/trace/{known}?domain={at}", None),
                ("GET", f"/v1/brief/{at or own.name}?full=true", None),
                ("POST", "/v1/disputes", f'{{"id": "{known}", "why": "generated", "domain": "{foreign.name}"}}'),
                ("GET", f"/v1/{query[:80]}", None),
            )
        )


if __name__ == "__main__":
    main()
