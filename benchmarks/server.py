"""The retrieval server, warm: HTTP and the owner's socket beside the bare LanceDB calls; its memory; a CLI answer.

    python benchmarks/server.py WORKSPACE DOMAIN [--queries N] [--rounds N]

The server is started by its own command and asked over one open connection, in turn with the others. Tokens that this
makes are revoked at the end.
"""

from __future__ import annotations

import argparse
import http.client
import re
import resource
import secrets
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from beside import BARE, drawn, measured, report, same_calls, tables_of, texts_of

from scheduling import runs
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from wiki import tokens
from wiki.server.local import reach

PROGRAM = [sys.executable, "-c", "from flows.commands import main; main()"]
TOKENS = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("domain")
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    space = Workspace(args.workspace.resolve())
    tables = tables_of(space, args.domain)
    texts = texts_of(tables)
    queries = drawn(texts, args.queries)
    print(f"{len(texts)} chunks, {len(queries)} queries, {args.rounds} rounds")
    alone = cpu_of_answer(space, args.domain, queries[0])
    with served(space) as (pid, address), token(space, args.domain) as text:
        asked = {
            BARE: same_calls(tables),
            "HTTP": over_http(address, text),
            "socket": over_socket(space, args.domain),
        }
        report(measured(asked, queries, args.rounds))
        print(f"memory of the server: {memory(pid)}")
        warm = cpu_of_answer(space, args.domain, queries[0])
    print(f"a CLI answer: {warm:.2f} CPU s through the server, {alone:.2f} CPU s without")


@contextmanager
def served(space: Workspace) -> Generator[tuple[int, str]]:
    argv = [*PROGRAM, "api", "--rate", "1000000", "--workspace", str(space.root)]
    child = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True)
    try:
        assert child.stderr
        found = re.search(r"http://[\d.:]+", child.stderr.readline())
        assert found, "the server did not start"
        yield child.pid, found[0]
    finally:
        child.terminate()
        child.wait(15)


@contextmanager
def token(space: Workspace, domain: str) -> Generator[str]:
    name, ledger = f"bench-{secrets.token_hex(4)}", Ledger(space.ledger)
    with runs.running(ledger, "operator", "benchmark") as run:
        text = tokens.add(run, name, [domain])
    try:
        yield text
    finally:
        with runs.running(ledger, "operator", "benchmark") as run:
            tokens.revoke(run, name)


def over_http(address: str, text: str) -> Callable[[str], bytes]:
    line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = {"authorization": f"Bearer {text}"}

    def ask(query: str) -> bytes:
        line.request("GET", f"/v1/search?q={quote(query)}&max_tokens={TOKENS}", headers=headers)
        answer = line.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return body

    return ask


def over_socket(space: Workspace, domain: str) -> Callable[[str], Any]:
    line = reach(space.socket)
    assert line is not None
    return lambda query: line.ask(query=query, domain=domain, limit=None, max_tokens=TOKENS, layer=None)


def cpu_of_answer(space: Workspace, domain: str, query: str) -> float:
    """CPU seconds of one ``stillhouse search``, the least of three."""
    argv = [*PROGRAM, "search", query, "--domain", domain, "--json", "--workspace", str(space.root)]
    taken: list[float] = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


def memory(pid: int) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    sizes = {
        name: int(rest.split()[0]) // 1024 for name, _, rest in (line.partition(":") for line in lines) if "kB" in rest
    }
    return f"{sizes['VmRSS']} MB now, {sizes['VmHWM']} MB at most"


if __name__ == "__main__":
    main()
