"""Links between pages of a domain that speak of the same files, commands, names or tickets: one line a page.

The line is a block like any other (``^s-…``): a function of the findings that stand on the pages, so two nights write
the same bytes; a person who changes it owns it from then on, and one who deletes it never sees it again.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from distillers.findings import Finding
from wiki.about import name_of
from wiki.blocks import Row
from wiki.cited import cited_as
from wiki.edit import Text
from wiki.headings import SECTIONS, SEE_ALSO
from wiki.lint import PAGE_FULL
from wiki.matter import is_of_ticket, lead_of
from wiki.names import split_path
from wiki.page import Page
from wiki.plan import Steps, Wanted, apply, misplaced, steps
from wiki.render import count
from wiki.stand import Stand, page_ids
from wiki.text import inert

MOST = 3
"""Links on a page."""
TOLD = 2
"""Things named that two pages share."""
COMMON = 0.25
"""What stands on more than this share of the pages says nothing about any of them."""

_CODE = re.compile(r"`([^`\n]{3,80})`")
_FILE = re.compile(r"(?<![\w/.:-])(?:[\w@.-]+/)+[\w@.-]*\w\.[A-Za-z]\w{0,5}(?![\w/])")
_BARE_FILE = re.compile(r"[\w@./-]*\w\.[A-Za-z]\w{0,5}")
_COMMAND = re.compile(r"([a-z][\w.-]*) ([a-z][\w:-]*)(?: .*)?")
_NAME = re.compile(r"(?=.*(?:[a-z][A-Z]|_|\w-\w|::|\w\.\w|\(\)))[\w.:/-]{4,60}(?:\(\))?")
_TICKET = re.compile(r"[\w.#/-]{1,40}")
_COMMIT = re.compile(r"commit-[0-9a-f]{7,}")


def linked(
    stand: Stand,
    pages: Mapping[str, Page],
    findings: Sequence[Finding],
    held: AbstractSet[str],
    unfit: AbstractSet[str] = frozenset(),
) -> tuple[dict[str, Page], dict[str, Row]]:
    """The pages whose links change, as they will be, and what is to be remembered of the lines.

    Pages in ``held`` are left alone, and so are the lines whose ids are in ``unfit``.
    """
    rows = {key: row for key, row in stand.rows.items() if key.startswith("s-")}
    shut = set(held)
    wanted = _wanted(stand.domain, pages, findings)
    while True:
        todo = steps(pages, rows, wanted, held=shut, skip=unfit | (_unseen(pages, rows) if shut else set[str]()))
        after = apply(pages, todo.deltas, wanted, SECTIONS, {})
        bad = misplaced(after, todo.deltas, wanted) | {p for p, page in after.items() if len(page.data) > PAGE_FULL}
        if not bad - shut:
            return after, _remembered(todo, rows)
        shut |= bad


def _unseen(pages: Mapping[str, Page], rows: Mapping[str, Row]) -> set[str]:
    """Lines that stand nowhere; while pages are held they may stand there, so nobody took them away."""
    return set(rows) - {key for page in pages.values() for key in page.anchors}


def _remembered(todo: Steps, rows: Mapping[str, Row]) -> dict[str, Row]:
    """What steps say, but a line that nothing links any more may come back."""
    gone = {delta.id for delta in todo.deltas if delta.action == "retire"}
    return {key: replace(row, state="retired") if key in gone else row for key, row in {**rows, **todo.rows}.items()}


def _wanted(domain: str, pages: Mapping[str, Page], findings: Sequence[Finding]) -> dict[str, Wanted]:
    ids = page_ids(domain, pages)
    known = {finding.id: finding for finding in findings}
    spoken = {path: _terms(known[key] for key in pages[path].anchors if key in known) for path in sorted(ids)}
    weights = _weights(spoken.values())
    names = _matters(findings)
    wanted: dict[str, Wanted] = {}
    for path, key in ids.items():
        near = _nearest(path, spoken, weights, names)
        if near:
            line = f"- {' · '.join(_link(pages[other], shared, names) for other, shared in near)} ^s-{key[2:]}"
            wanted[f"s-{key[2:]}"] = Wanted(f"s-{key[2:]}", path, key, SEE_ALSO, (), Text(line))
    return wanted


def _weights(spoken: Iterable[Counter[str]]) -> dict[str, float]:
    """How much it says that two pages share a thing: the rarer, the more; nothing if it is everywhere."""
    pages = [terms for terms in spoken if terms]
    found = Counter(term for terms in pages for term in terms)
    limit = max(2.0, COMMON * len(pages))
    return {term: math.log(1 + len(pages) / number) for term, number in found.items() if 1 < number <= limit}


def _nearest(
    path: str, spoken: Mapping[str, Counter[str]], weights: Mapping[str, float], names: Mapping[str, str]
) -> list[tuple[str, list[str]]]:
    """The pages that share most with the one at ``path``, best first, each with the things that they share."""
    mine = spoken[path]
    found: list[tuple[float, str, list[str]]] = []
    for other, theirs in spoken.items():
        shared = [term for term in mine.keys() & theirs.keys() if term in weights] if other != path else []
        if shared:
            shared.sort(key=lambda term: (-weights[term] * min(mine[term], theirs[term]), term))
            found.append((-sum(weights[term] for term in shared), other, _told(shared, names)))
    return [(other, shared) for _, other, shared in sorted(found)[:MOST]]


def _told(shared: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """What a reader is told that two pages share: a matter, or names; where there are none how many commits."""
    named = [term for term in shared if term in names or not _COMMIT.fullmatch(term)]
    matters = [term for term in named if term in names]
    return matters[:1] or named[:TOLD] or [f"{count(len(shared), 'commit')} in common"]


def _link(page: Page, shared: Sequence[str], names: Mapping[str, str]) -> str:
    name = split_path(page.name)
    slug = name[1] if name else ""
    told = ", ".join(inert(names.get(term, term), 80) for term in shared)
    return f"[{inert(page.title, 120) or slug}]({slug}.md) ({told})"


def _matters(findings: Iterable[Finding]) -> dict[str, str]:
    """What tickets call their matters, by how links call the tickets."""
    named = [one for one in findings if is_of_ticket(one) and lead_of(one)[0]]
    return {cited_as(one.evidence[0].unit): name_of(one) for one in sorted(named, key=lambda one: one.id)}


def _terms(findings: Iterable[Finding]) -> Counter[str]:
    """What findings speak of, as it is to be shown, and in how many of them."""
    return Counter(
        term for one in findings if one.status != "superseded" for term in sorted({*_named(one), *_tickets(one)})
    )


def _named(finding: Finding) -> Iterator[str]:
    for text in (finding.claim, *(quote.text for quote in finding.evidence)):
        yield from (f"`{name}`" for name in files_in(text))
        for code in _CODE.findall(text):
            said = code.strip()
            if command := _COMMAND.fullmatch(said):
                yield f"`{command[1]} {command[2]}`"
            elif _NAME.fullmatch(said) and not _BARE_FILE.fullmatch(said):
                yield f"`{said}`"


def files_in(text: str) -> list[str]:
    """The files that ``text`` names: paths with a folder and an ending, and names with an ending in code spans."""
    spans = [code.strip() for code in _CODE.findall(text)]
    found = {*_FILE.findall(_CODE.sub(" ", text)), *(code for code in spans if _BARE_FILE.fullmatch(code))}
    return sorted(name.removeprefix("./") for name in found)


def _tickets(finding: Finding) -> Iterator[str]:
    for quote in finding.evidence:
        name = cited_as(quote.unit)
        if quote.origin == "ticket" and _TICKET.fullmatch(name):
            yield name
