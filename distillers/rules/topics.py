"""Topics: under which of the domain's own words a claim could be filed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from distillers.claims import identifiers
from distillers.cues import COMMON, words
from distillers.record.units import Unit

_SCOPE = re.compile(r"^\s*(?:feat|fix|refactor|perf|docs?|test|chore|ci|build|style)\(([^)#]+)\)", re.IGNORECASE)
_PLAIN = words(
    "add adds added fix fixes fixed update updates updated improve make makes remove support use using",
    "create implement",
    "change changes refactor allow prevent show handle ensure move rename enable set get run feat",
    "feature chore docs bug",
    "task tasks issue issues ticket pull request merge branch commit version release code file files project not main",
    "test tests session sessions need needs should please want help work works working phase step list",
    "check error errors",
)
_DULL_FOLDERS = words("src lib test tests app main index internal pkg cmd packages frontend")


def topics_of(unit: Unit, text: str) -> tuple[str, ...]:
    """Labels and scope of the unit first, then folders that the text or the unit's links name, then title words."""
    return tuple(dict.fromkeys([*_labels(unit), *_scopes(unit), *_folders(text), *_words(unit.title)]))[:12]


def _labels(unit: Unit) -> Iterator[str]:
    for event in unit.events:
        for label in event.labels:
            if ":" not in label and label.lower() not in _PLAIN:
                yield label.lower()


def _scopes(unit: Unit) -> Iterator[str]:
    found = _SCOPE.match(unit.title)
    if found:
        yield found.group(1).strip().lower()


def _folders(text: str) -> Iterator[str]:
    for name in sorted(identifiers(text)):
        path = PurePosixPath(name.split(":")[0])
        if len(path.parts) > 1 and path.suffix:
            yield from (part for part in (path.stem, path.parent.name) if part not in _DULL_FOLDERS)


def _words(title: str) -> Iterator[str]:
    for word in re.findall(r"[a-z][a-z0-9-]{2,}", title.lower()):
        if word not in _PLAIN and word not in COMMON:
            yield word
