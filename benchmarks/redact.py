"""Speed of masking beside the plain way (every pattern over the whole text), in one run and one process.

python benchmarks/redact.py FOLDER     # masks all text files below FOLDER; JSON lines by their string values
python benchmarks/redact.py --growth   # what texts made to be hard cost, at four sizes
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from distillers.record.redact import Redactor
from distillers.record.redaction.shapes import SHAPES
from distillers.record.redaction.tokens import TOKENS

TIMES = 4
"""How often all of it is masked, each time by who remembers nothing; the best counts, as a shared machine is uneven."""
MASK = re.compile(r"\[REDACTED:([a-z0-9-]+):[0-9a-f]{8}\]")


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def texts(folder: Path) -> Iterator[str]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and "reference" not in path.parts):
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix != ".jsonl":
            yield text
            continue
        for line in text.split("\n"):
            try:
                yield from strings(json.loads(line))
            except ValueError:
                yield line


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


HARD = (
    "password=",
    "://a:",
    "kind: Secret\\ndata:\\n",
    "token=a/",
    "a" * 60 + "\\n",
    "key\\n",
    "%61",
    "\\\\141",
    "eyJ",
    "sk-",
)
SIZES = (2_000, 8_000, 32_000, 128_000)


def growth() -> None:
    """Microseconds for each character of texts in which everything could be a secret: they must not rise for ever."""
    redactor = Redactor(b"benchmark")
    for unit in HARD:
        texts = [unit * (size // len(unit)) for size in SIZES]
        each = [min(seconds(lambda text=text: redactor.mask(text)) for _ in range(3)) / len(text) for text in texts]
        print(repr(unit)[:24].ljust(26), *(f"{1e6 * one:8.2f}" for one in each))


def main() -> None:
    if sys.argv[1] == "--growth":
        growth()
        return
    corpus = list(texts(Path(sys.argv[1])))
    size = sum(map(len, corpus)) / 1e6
    redactor = Redactor(b"benchmark")
    redactor.mask("once, so that what is made at first use is there")
    took = [seconds(lambda: Redactor(b"benchmark").mask_many(corpus)) for _ in range(TIMES)]
    ours, masked = min(took), redactor.mask_many(corpus)
    each = list(dict.fromkeys(corpus))
    share_new = sum(map(len, each)) / 1e6
    fresh = Redactor(b"benchmark")
    new = seconds(lambda: fresh.mask_many(each))
    lines = "\n".join(corpus).splitlines(keepends=True)
    filtered = seconds(lambda: sum(map(len, redactor.mask_stream(lines))))
    kinds = Counter(MASK.findall("\n".join(masked)))
    patterns = [rule.pattern for rule in (*TOKENS, *SHAPES)]
    sample = corpus[::10]
    share = sum(map(len, sample)) / 1e6
    plain = seconds(lambda: [pattern.search(text) for text in sample for pattern in patterns])
    print(f"{size:.1f} MB in {len(corpus)} texts, {len(patterns)} patterns, seconds of processor time")
    print(f"masking              {size / ours:8.2f} MB/s (of {', '.join(f'{size / one:.1f}' for one in took)})")
    print(f"equal texts once     {share_new / new:8.2f} MB/s ({share_new:.1f} MB in {len(each)} texts)")
    print(f"as one stream        {size / filtered:8.2f} MB/s")
    print(f"each pattern alone   {share / plain:8.2f} MB/s (on every tenth text, names and views left out)")
    print(f"ratio                {size / ours / (share / plain):8.1f}")
    print(f"masks per MB         {sum(kinds.values()) / size:8.2f}  {dict(kinds.most_common(8))}")


if __name__ == "__main__":
    main()
