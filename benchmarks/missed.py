"""What of a set of questions a workspace does not answer, by the place where the answer is lost.

    python benchmarks/missed.py WORKSPACE QUESTIONS [--list]

QUESTIONS is a folder with one `<domain>.jsonl` for each domain; a line has `id`, `question`, `kind` and `must`, a list
of groups of patterns: a text answers if each group has one that it matches (`kind` unanswerable is left out). The first
that holds counts:

    answered        the wiki's pages that a search returns within 2,000 tokens hold the answer
    not retrieved   filed findings hold it, the search did not bring them
    held back       only findings that were not filed hold it: graded low, or superseded
    badly worded    filed findings hold more than half of its parts, and not the rest
    not found       what was collected holds it, no rule took it up
    not collected   nothing that was collected holds it
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from distillers.record.archive import Archive
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger

STILLHOUSE = Path(sys.executable).with_name("stillhouse")
FILED = frozenset({"written"})
KINDS = ("answered", "not retrieved", "held back", "badly worded", "not found", "not collected")

Question = Mapping[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--list", action="store_true", help="each missed question with its kind")
    args = parser.parse_args()
    placed = list(places(args.workspace.resolve(), args.questions))
    for kind, question in placed if args.list else ():
        if kind != "answered":
            print(f"{kind:14} {question['id']}: {question['question']}")
    count = Counter(kind for kind, _ in placed)
    print("\n".join(f"{kind:14} {count[kind]:4}  {count[kind] / max(1, len(placed)):.3f}" for kind in KINDS))


def places(workspace: Path, folder: Path) -> Iterator[tuple[str, Question]]:
    """Each answerable question with where its answer is lost."""
    told = told_by(workspace)
    paths = Workspace(workspace)
    archive = Archive(paths.archive, Ledger(paths.ledger))
    for path in sorted(p for p in folder.glob("*.jsonl") if p.suffixes == [".jsonl"]):
        asked = [one for one in rows(path.read_text("utf-8")) if one["kind"] != "unanswerable"]
        found = [one for one in told if one["domain"] == path.stem]
        texts = archive.query("SELECT text FROM events", domain=path.stem).to_pydict()["text"]
        for question, back in zip(asked, searched(workspace, path.stem, asked), strict=True):
            yield place(question, back, found, texts), question


def place(question: Question, back: str, found: Sequence[Mapping[str, Any]], texts: Sequence[str]) -> str:
    """The first of :data:`KINDS` that holds for a question."""
    filed = "\n".join(words(one) for one in found if one["status"] in FILED)
    every = "\n".join(words(one) for one in found)
    if holds(question, back):
        return "answered"
    if holds(question, filed):
        return "not retrieved"
    if holds(question, every):
        return "held back"
    if 2 * part(question, filed) > len(question["must"]):
        return "badly worded"
    return "not found" if holds(question, "\n".join(texts)) else "not collected"


def words(finding: Mapping[str, Any]) -> str:
    """A finding's claim and quotes."""
    return "\n".join([finding["claim"], *(item["quote"] for item in finding["evidence"])])


def holds(question: Question, text: str) -> bool:
    """Whether a text holds the whole answer."""
    return part(question, text) == len(question["must"])


def part(question: Question, text: str) -> int:
    """How many parts of the answer a text holds."""
    return sum(any(re.search(one, text, re.I | re.S) for one in group) for group in question["must"])


def searched(workspace: Path, domain: str, asked: Sequence[Question]) -> list[str]:
    """What a search of the wiki returns for each question."""
    lines = "".join(one["question"].replace("\n", " ") + "\n" for one in asked)
    found = called(
        "search", "-", "--domain", domain, "--layer", "wiki", "--max-tokens", "2000", "--json", ws=workspace, text=lines
    )
    return ["\n".join(hit["text"] for hit in one["results"]) for one in found]


def told_by(workspace: Path) -> list[dict[str, Any]]:
    """All findings of a workspace."""
    return called("findings", "--json", ws=workspace)


def called(*args: str, ws: Path, text: str = "") -> list[dict[str, Any]]:
    """The JSON lines that a command prints."""
    command = [str(STILLHOUSE), *args, "--workspace", str(ws)]
    done = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, check=True)
    return list(rows(done.stdout.decode()))


def rows(text: str) -> Iterable[dict[str, Any]]:
    """The objects of JSON lines."""
    return (json.loads(line) for line in text.splitlines() if line.startswith("{"))


if __name__ == "__main__":
    main()
