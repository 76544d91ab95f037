"""Topics: under which of the domain's own words a claim could be filed.

Labels, commit scopes, components, changed folders, files and commands are words of the domain; other words of a title
or a claim count only where they are such a word for other claims of the domain, and are marked as :data:`WEAK`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from distillers.claims import identifiers
from distillers.cues import COMMON, words
from distillers.pages import WEAK
from distillers.record.units import Unit

_SCOPE = re.compile(r"^\s*(?:feat|fix|refactor|perf|docs?|test|chore|ci|build|style)\(([^)#]+)\)", re.IGNORECASE)
_PLAIN = words(
    "add adds added fix fixes fixed update updates updated improve make makes remove support use using create",
    "implement change changes refactor allow prevent show handle ensure move rename enable set get run feat feature",
    "chore docs bug task tasks issue issues ticket pull request merge branch commit version release code file files",
    "project not main test tests session sessions need needs should please want help work works working phase step",
    "list check error errors high medium low critical enhancement bugfix readme changelog package index types utils",
    "improvement improvements refactoring documentation user human agent person todo text name names line",
    "lines true false null none undefined",
)
VAGUE = words(
    "general regression high-priority core operations overview compatibility start misc other common command commands",
    "platform-specific feedback review follow-up follow-ups technical-debt tech-debt cross-cutting loading domain doc",
    "new must missing implementation spec requirements requirement instead",
    "options option data value values types type string function functions method methods class module modules default",
    "path paths system item items support added existing current make component components node_modules",
    "always never only before after until unless every without first last again once whenever don cannot nothing",
    "anything everything anyone nobody because since ever keep put take from now shall may might yet just already",
    "still even both same right wrong sure going forward",
)
"""Words that name no part of a project, those that most orders are built of among them."""
OWN = 4
"""Letters of the shortest beginning of a domain's name that means the domain itself."""
_DULL = words(
    "src lib test tests app main index internal pkg cmd packages frontend backend dist build spec specs docs doc init",
    "utils util helpers types common shared completed process tasks backlog readme changelog package __init__ users",
)
_MILESTONE = re.compile(r"^(?:m|v|p|sprint|milestone)[ -]?\d")


def topics_of(unit: Unit, text: str) -> tuple[str, ...]:
    """Labels and scope of the unit first, then components and commands that the text names, then its weak words."""
    spoken = [*_labels(unit), *_scopes(unit), *named(text), *_folders(unit)]
    strong = [topic for topic in spoken if _tells_apart(topic, unit.domain)]
    weak = [WEAK + word for word in (*_words(unit.title), *_words(text)) if _tells_apart(word, unit.domain)]
    return (*list(dict.fromkeys(strong))[:8], *list(dict.fromkeys(weak))[:24])


def _tells_apart(topic: str, domain: str) -> bool:
    """Whether a topic says more than any claim of the domain: neither a plain word nor the domain's own name."""
    return topic not in _PLAIN and topic not in VAGUE and not (len(topic) >= OWN and domain.startswith(topic))


def _labels(unit: Unit) -> Iterator[str]:
    for label in dict.fromkeys(label.lower() for event in unit.events for label in event.labels):
        if ":" not in label and label not in _PLAIN and not _MILESTONE.match(label):
            yield label


def _scopes(unit: Unit) -> Iterator[str]:
    found = _SCOPE.match(unit.title)
    if found:
        yield found.group(1).strip().lower()


def named(text: str) -> Iterator[str]:
    """The components (file stems, their folders) and programs that a text names."""
    for name in sorted(identifiers(text)):
        path = PurePosixPath(name.split(":")[0])
        if path.suffix and not name[:1].isdigit():
            yield from _parts(path)
        elif re.fullmatch(r"[a-z][a-z0-9-]{2,}( .*)?", name) and name.split()[0] not in _PLAIN:
            yield name.split()[0]


def _folders(unit: Unit) -> Iterator[str]:
    """The folders that most of the changed files of a ticket lie in."""
    changed = [PurePosixPath(ref) for event in unit.events[:1] for ref in event.refs if re.search(r"/.*\.\w+$", ref)]
    count = Counter(path.parent.name.lower() for path in changed if path.parent.name.lower() not in _DULL)
    yield from (name for name, _ in sorted(count.items(), key=lambda pair: (-pair[1], pair[0]))[:2])


def _parts(path: PurePosixPath) -> Iterable[str]:
    stem = re.sub(r"[._-](?:test|spec|d)$", "", path.stem.lstrip("."))
    return (part for part in (stem, path.parent.name) if part not in _DULL and len(part) > 2)


def _words(text: str) -> Iterator[str]:
    for word in re.findall(r"[a-z][a-z0-9-]{2,}", text.lower()):
        if word not in _PLAIN and word not in COMMON:
            yield word
