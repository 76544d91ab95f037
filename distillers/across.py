"""What holds across domains: the same piece of knowledge, found in two silos independently, in the words of both.

A finding of ``global`` is read in every domain, so it must name none. Its text is what the claims of all its domains
share, word by word; a stretch that differs, and whatever could be a path, an address, an id or a name of ours, reads
``…``. Only what speaks of tools and ways to work qualifies; what a ticket says belongs to its project.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import reduce

from sqlalchemy import Connection, select

from distillers.findings import GLOBAL, Finding, evidence, finding_id, findings

RULE = "across-domains"
ENOUGH = 2
"""Silos that must have found it, each from sessions of its own."""
OFTEN = 3
"""Seen in so many sessions a trap and its fix are certain, as within one domain."""
KEPT = 0.6
"""Share of the words of the shortest claim that all of them must have."""
CITED = 2
"""Quotes kept of each domain."""
GAP = "…"
PAGE = "working-here"

FIX = "fix:"
_KEYS = (FIX, "signature:", "order:")
_TOKEN = re.compile(r"`|[^\s`]+")
_PRIVATE = re.compile(
    r"/|\\|@|://|REDACTED|#\d|[A-Z]+-\d|\b[a-z]{2,}-\d{2,}\b|\b[0-9a-f]{7,}\b|\d{5,}|\w+\.\w+\.\w+", re.ASCII
)
_SHORT = 4  # a name of fewer letters is only found as a whole word
_CLOSES = re.compile(r"[.,:;!?)]")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)


def across(found: Iterable[Finding], names: Collection[str]) -> list[Finding]:
    """The findings of ``global`` that those ``found`` in several domains give; ``names`` are what they must not hold.

    A pure function of its arguments, whatever their order.
    """
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in found:
        if one.key.startswith(_KEYS) and _counts(one):
            groups[one.kind, one.key].append(one)
    hidden = frozenset(map(plain, names)) - {""}
    made = (_made(_independent(group), hidden) for _, group in sorted(groups.items(), key=lambda item: item[0]))
    return [one for one in made if one]


def _counts(one: Finding) -> bool:
    """Whether a finding holds in its domain; a fix of one session holds once another silo's session needed it too."""
    held = one.confidence != "low" and one.status in {"accepted", "written"}
    return held or (one.key.startswith(FIX) and one.status == "waiting" and not one.warnings)


def _independent(group: Iterable[Finding]) -> list[Finding]:
    """One finding of each domain; one that rests on a session which another rests on too is left out."""
    chosen: dict[str, Finding] = {}
    units: set[str] = set()
    for one in sorted(group, key=lambda one: (one.domain, one.confidence, one.id)):
        mine = {quote.unit for quote in one.evidence}
        if one.domain not in chosen and not mine & units:
            chosen[one.domain] = one
            units |= mine
    return list(chosen.values())


def _made(group: Sequence[Finding], hidden: frozenset[str]) -> Finding | None:
    if len(group) < ENOUGH:
        return None
    claim = shared([one.claim for one in group], hidden)
    if not claim:
        return None
    lead = group[0]
    sure = all(one.confidence == "high" for one in group)
    often = lead.kind == "gotcha" and sum(one.seen for one in group) >= OFTEN
    return Finding(
        id=finding_id(GLOBAL, lead.key, claim),
        domain=GLOBAL,
        kind=lead.kind,
        claim=claim,
        key=lead.key,
        page=_page(claim),
        confidence="high" if sure or often else "medium",
        status="accepted",
        valid_from=max(one.valid_from for one in group),
        superseded_by="",
        rule=RULE,
        seen=sum(one.seen for one in group),
        warnings=(),
        evidence=tuple(replace(quote, passage="") for one in group for quote in one.evidence[:CITED]),
    )


def shared(claims: Sequence[str], hidden: Collection[str] = frozenset()) -> str:
    """What all ``claims`` say, word by word, stretches that differ left out; "" if that says too little.

    No word is kept that holds one of the ``hidden`` names (see :func:`plain`), or could be a path, an address or an id.
    """
    split = [_TOKEN.findall(claim) for claim in claims]
    common = [word if _is_public(word, hidden) else GAP for word in reduce(_common, split)]
    words = [word for word in common if word not in {GAP, "`"}]
    least = min(sum(word != "`" for word in tokens) for tokens in split)
    spans = "".join(common).split("`")
    whole = len(spans) % 2 == 1 and all(span.strip(GAP) for span in spans[1::2])
    return _joined(common) if whole and len(words) >= KEPT * least else ""


def plain(name: str) -> str:
    """A name without case, dashes and dots, as it is looked for."""
    return re.sub(r"[\W_]+", "", name.lower())


def names_of(text: str, hidden: Iterable[str]) -> list[str]:
    """Which of the ``hidden`` names (see :func:`plain`) a text holds, written in whatever way."""
    words = _TOKEN.findall(text)
    return sorted({name for name in hidden if any(_holds(word, name) for word in words)})


def origins(rows: Connection) -> dict[str, frozenset[str]]:
    """Of each event that is evidence in a domain the domains in which it is."""
    found: dict[str, set[str]] = defaultdict(set)
    chosen = select(evidence.c.event, findings.c.domain).join(findings, findings.c.id == evidence.c.finding)
    for event, domain in rows.execute(chosen.where(findings.c.domain != GLOBAL).distinct()):
        found[event].add(domain)
    return {event: frozenset(domains) for event, domains in found.items()}


def _common(one: Sequence[str], other: Sequence[str]) -> list[str]:
    found: list[str] = []
    at_one = at_other = 0
    for match in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        if match.a > at_one or match.b > at_other:
            found.append(GAP)
        found += one[match.a : match.a + match.size]
        at_one, at_other = match.a + match.size, match.b + match.size
    return found


def _is_public(word: str, hidden: Iterable[str]) -> bool:
    return not _PRIVATE.search(word) and not any(_holds(word, name) for name in hidden)


def _holds(word: str, name: str) -> bool:
    if len(name) >= _SHORT:
        return name in plain(word)
    return name in re.split(r"\W+|_", word.lower())


def _joined(words: Sequence[str]) -> str:
    """The words as a sentence: gaps once, spans of code without blanks inside."""
    text = ""
    is_code = glued = False
    for word in _once(words):
        if word == "`":
            text += word if is_code or not text else f" {word}"
            glued, is_code = not is_code, not is_code
            continue
        closes = not is_code and text.endswith("`") and _CLOSES.match(word)
        text += word if glued or closes or not text else f" {word}"
        glued = False
    return text


def _once(words: Iterable[str]) -> Iterator[str]:
    last = ""
    for word in words:
        if not word == last == GAP:
            yield word
        last = word


def _page(claim: str) -> str:
    """The tool that it speaks of, as the name of a page."""
    code = re.search(r"`([^`\s]+)", claim)
    return code[1] if code and _NAME.fullmatch(code[1]) and code[1] != "index" else PAGE
