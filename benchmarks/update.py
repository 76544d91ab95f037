"""Seconds until one changed page is in the index of a real workspace: CPU and wall, with all its domains.

    python benchmarks/update.py WORKSPACE [--rounds N]

The first page of each domain in turn gets a sentence more, in a copy of the workspace. The first change of all, which
also loads LanceDB, is told apart.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from distillers.record.archive import Archive
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from wiki import manifest as manifests
from wiki.git import Cover, Repo, ensure_repo
from wiki.index import build
from wiki.tree import Tree
from wiki.worktree import worktree


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured(Workspace(Path(shutil.copytree(args.workspace, Path(folder) / "ws"))), args.rounds)


def measured(space: Workspace, rounds: int) -> None:
    named = manifests.load(space.index)
    if named is None:
        raise SystemExit("the workspace has no index: run stillhouse nightly first")
    ledger = Ledger(space.ledger)
    archive, repo = Archive(space.archive, ledger), ensure_repo(space.wiki)
    domains = [one for one in named.domains if Tree(space.wiki).pages(one)]
    took: list[tuple[float, float]] = []
    for number in range(rounds * len(domains) + 1):
        edit(repo, Tree(space.wiki), domains[number % len(domains)], f"Edit {number}.")
        wall, cpu = time.perf_counter(), time.process_time()
        done = build(ledger, Tree(space.wiki), archive, space.index, named.domains)
        took.append((time.perf_counter() - wall, time.process_time() - cpu))
        assert done.changed == 1, done
    print("the first change, with what it loads: wall {:.3f} s, CPU {:.3f} s".format(*took.pop(0)))
    for name, some in zip(("wall", "CPU"), zip(*took, strict=True), strict=True):
        print(f"{name:4} p50 {statistics.median(some):.3f} s, most {max(some):.3f} s of {len(some)} changes")
    print(f"{len(named.domains)} domains, {sum(named.chunks.values())} chunks")


def edit(repo: Repo, tree: Tree, domain: str, sentence: str) -> None:
    slug = tree.pages(domain)[0]
    data = tree.read(domain, slug).data + f"\n\n{sentence}\n".encode()
    with worktree(repo, "c-made", tree.commit) as change:
        commit = change.commit({f"{domain}/{slug}.md": data}, "Edit\n", "2026-11-20")
        repo.advance(Cover("c-made", tree.commit, commit))


if __name__ == "__main__":
    main()
