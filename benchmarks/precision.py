"""How many of the filed findings a careful reader would keep: draws a seeded sample to read, and scores what was read.

    python benchmarks/precision.py draw WORKSPACE --root FOLDER --confidence high --size 60 --seed 7 > labels.jsonl
    python benchmarks/precision.py score benchmarks/labels/*-seed*.jsonl

`draw` prints one pointer a line, to be labelled, and the claims to read on standard error; `--root` is the folder that
file names are to be told from. `score` prints a table with Wilson intervals (95 %). A label row holds no text of the
logs: domain, rule, tier, unit, file, line, label ("good" or "bad") and a reason:

    true-kept   true, supported by the quote and worth keeping     (good)
    false       not true, or no longer so without saying it        (bad)
    unsupported more than the quote says                           (bad)
    spent       over with its moment: a step, a state of the work  (bad)
    thin        true, but nobody would look for it                 (bad)
    dangling    cannot be read without its session                 (bad)
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import sqrt
from pathlib import Path
from typing import Any

STILLHOUSE = Path(sys.executable).with_name("stillhouse")
Z = 1.96


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    todo = parser.add_subparsers(dest="todo", required=True)
    drawing, scoring = todo.add_parser("draw"), todo.add_parser("score")
    drawing.add_argument("workspace", type=Path)
    drawing.add_argument("--root", type=Path, required=True)
    drawing.add_argument("--confidence", choices=("high", "medium"), required=True)
    drawing.add_argument("--size", type=int, default=60)
    drawing.add_argument("--seed", type=int, default=7)
    scoring.add_argument("labels", nargs="+", type=Path)
    args = parser.parse_args()
    if args.todo == "score":
        score([json.loads(line) for path in args.labels for line in path.read_text().splitlines() if line.strip()])
    else:
        draw(args.workspace, args.root.resolve(), args.confidence, args.size, args.seed)


def draw(workspace: Path, root: Path, confidence: str, size: int, seed: int) -> None:
    """Prints a sample of the filed findings of one confidence; the same workspace and seed give the same sample."""
    filed = [f for f in findings(workspace) if f["status"] == "written" and f["confidence"] == confidence]
    filed.sort(key=lambda f: json.dumps([f["domain"], f["rule"], f["evidence"][0], f["claim"]], sort_keys=True))
    for number, one in enumerate(random.Random(seed).sample(filed, min(size, len(filed)))):
        lead = one["evidence"][0]
        file = Path(lead["file"])
        pointer = {
            "domain": one["domain"],
            "rule": one["rule"],
            "tier": confidence,
            "unit": lead["session"],
            "file": str(file.relative_to(root) if file.is_relative_to(root) else file.name),
            "line": lead["line"],
            "label": "",
            "reason": "",
        }
        print(json.dumps(pointer))
        print(f"{number} {one['domain']} {one['rule']} | {one['claim']}\n    “{lead['quote']}”", file=sys.stderr)


def findings(workspace: Path) -> list[dict[str, Any]]:
    """All findings of a workspace, as the command tells them."""
    done = subprocess.run(
        [str(STILLHOUSE), "findings", "--json", "--workspace", str(workspace)], stdout=subprocess.PIPE, check=True
    )
    return [json.loads(line) for line in done.stdout.decode().splitlines() if line.startswith("{")]


def score(rows: Iterable[Mapping[str, Any]]) -> None:
    """Prints for each tier, and each rule within it, how many were read, the share kept and its interval."""
    groups: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for row in rows:
        if row["label"]:
            groups[row["tier"], ""].append(row["label"] == "good")
            groups[row["tier"], row["rule"]].append(row["label"] == "good")
    print("| tier | rule | n | kept | precision | 95 % interval |")
    print("|---|---|---:|---:|---:|---|")
    for (tier, rule), kept in sorted(groups.items()):
        low, high = wilson(sum(kept), len(kept))
        figures = f"{len(kept)} | {sum(kept)} | {sum(kept) / len(kept):.3f} | {low:.2f} to {high:.2f}"
        print(f"| {tier} | {rule or 'all'} | {figures} |")


def wilson(good: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share of ``good`` among ``total``, at least one."""
    share = good / total
    middle = share + Z * Z / (2 * total)
    reach = Z * sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    return (middle - reach) / (1 + Z * Z / total), (middle + reach) / (1 + Z * Z / total)


if __name__ == "__main__":
    main()
