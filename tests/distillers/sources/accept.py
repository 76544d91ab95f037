"""Writes the expectation of a new case, to be read and corrected by hand: ``accept.py cases/codex/new.jsonl``."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

import databases

from distillers.sources import BadLine, Skip, SourceFile, recognise

NAMES = ("kind", "origin", "line", "tool", "failed", "at", "sidechain", "title", "labels", "refs")


def main(path: Path, folder: Path) -> None:
    source = databases.built(path, folder) if path.suffix == ".sql" else path
    reader = recognise(source)
    out = path.with_name(f"{path.stem}.expected.jsonl")
    if isinstance(reader, Skip):
        out.write_text(json.dumps({"skip": reader.reason}) + "\n")
        return
    rows = []
    for event in reader.read(SourceFile.open(source)):
        if isinstance(event, BadLine):
            rows.append({"line": event.line, "bad": event.reason})
            continue
        row = {name: value for name in NAMES if (value := getattr(event, name))}
        rows.append(
            row | {"text": "=" + event.text if len(event.text) <= 80 or event.text[0] == "=" else event.text[:60]}
        )
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    for name in (name for name in sys.argv[1:] if ".expected." not in name):
        with tempfile.TemporaryDirectory() as made:
            main(Path(name), Path(made))
