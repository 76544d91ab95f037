"""What a page is called: the words of its name as people write them in the domain's own findings.

``cli-mcp`` becomes "CLI MCP" and ``checkpointid`` "CheckpointID" if that is how the claims and quotes spell it. A page
gets its title once, when it is made; after that it is the page's own, and a person may change it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from distillers.findings import Finding
from wiki.names import title_of

OFTEN = 3
"""A spelling with capitals inside counts if it is one in so many."""
_WORDS = re.compile(r"(?<![\w./@:`-])[A-Za-z][A-Za-z0-9]*(?![\w/`-]|\.\w)")
_CODE = re.compile(r"`([A-Za-z][A-Za-z0-9]*)(?:\(\))?`")
_NUMBERED = re.compile(r"^(.+)-(\d+)$")


def titles_of(slugs: Iterable[str], findings: Sequence[Finding]) -> dict[str, str]:
    """The title of each page name, from how ``findings`` (all of one domain) spell its words."""
    spellings = _spellings(findings)
    names = frozenset(slugs)
    return {slug: _title(slug, spellings, names) for slug in sorted(names)}


def _spellings(findings: Sequence[Finding]) -> Mapping[str, Counter[str]]:
    """How often each word is spelled how, by the word in small letters; of a finding each spelling once."""
    found: dict[str, Counter[str]] = {}
    for finding in findings:
        said = " ".join((finding.claim, *(quote.text for quote in finding.evidence)))
        for word in sorted({*_WORDS.findall(said), *_CODE.findall(said)}):
            found.setdefault(word.lower(), Counter())[word] += 1
    return found


def _title(slug: str, spellings: Mapping[str, Counter[str]], names: frozenset[str]) -> str:
    part = _NUMBERED.match(slug)
    if part and part[1] in names:
        return f"{_title(part[1], spellings, names)}, part {part[2]}"
    said = " ".join(_spelled(word, spellings.get(word, Counter())) for word in slug.split("-") if word)
    first = said.partition(" ")[0]
    return said if first != first.lower() else title_of(said)


def _spelled(word: str, seen: Counter[str]) -> str:
    """The most frequent spelling with capitals inside if it is frequent enough, else small letters."""
    inner = {one: number for one, number in seen.items() if one[1:] != one[1:].lower()}
    best = max(sorted(inner), key=lambda one: inner[one], default="")
    return best if best and inner[best] * OFTEN >= sum(seen.values()) else word
