"""Share of secrets masked whole, in all and per context.

python benchmarks/redact_recall.py FILE     # lines of {"Text", "Target", "ctx"}; "-" reads standard input
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

from distillers.record.redact import Redactor


def main() -> None:
    source = sys.stdin.read() if sys.argv[1] == "-" else Path(sys.argv[1]).read_text(encoding="utf-8")
    redactor = Redactor(b"benchmark")
    done: dict[str, list[bool]] = defaultdict(list)
    for line in filter(str.strip, source.splitlines()):
        case = json.loads(line)
        if not case.get("TP", True) or not case.get("Target"):
            continue
        masked = redactor.mask(case["Text"])
        hit = case["Target"] not in masked
        done[case["ctx"]].append(hit)
        if not hit and "--misses" in sys.argv:
            print(case.get("kind"), case["ctx"], repr(case["Text"][:160]), "->", repr(masked[:160]))
    for context, hits in sorted(done.items(), key=lambda item: sum(item[1]) / len(item[1])):
        print(f"{context:24} {sum(hits) / len(hits):.3f} of {len(hits)}")
    everything = [hit for hits in done.values() for hit in hits]
    worst = min(sum(hits) / len(hits) for hits in done.values())
    print(f"masked {sum(everything) / len(everything):.4f}, worst context {worst:.3f}, {len(everything)} cases")


if __name__ == "__main__":
    main()
