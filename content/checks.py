"""Checks over a draft: an ordered list of small functions. They report; few block."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.draft import Draft
from content.text import plain, reveal, slugged
from content.trace import Row

Level = Literal["block", "warn", "note"]

TITLE = 60
DESCRIPTION = (70, 160)
SHINGLE = 5
NEAR, SAME = 0.35, 0.7
WORN_PER_1000 = 3.0
WORN = re.compile(
    r"\b(?:delv(?:e|es|ing)|game[- ]chang\w+|leverag(?:e|es|ing)|seamless(?:ly)?|cutting[- ]edge|unlock(?:s|ing)?"
    r"|in today's [\w-]+ world|fast[- ]paced|at the end of the day|it is worth noting|it's worth noting|needless to say"
    r"|deep dive|best[- ]in[- ]class|state[- ]of[- ]the[- ]art|robust|synerg\w+|paradigm|revolutioni[sz]\w+|landscape"
    r"|tapestry|testament to|navigat(?:e|ing) the|ever[- ]evolving|empower(?:s|ing)?|elevate(?:s|d)?|journey)\b",
    re.IGNORECASE,
)
_KEYED = re.compile(r"\[REDACTED:[a-z0-9-]+:[^\]]*\]")
_LIVE = re.compile(r"\{\{|\{%|\{:|\{::")
_SAFE = re.compile(r"(?:https?:|mailto:|/(?!/)|\.{0,2}/|#|[\w-]+(?:[/.#]|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check found. ``block`` keeps a draft from review, ``warn`` is for the editor, ``note`` is a figure."""

    check: str
    level: Level
    what: str


def _no_mask(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Case:
    """What the checks look at: a draft, its trace, and what stands around it.

    ``published`` are the bodies of published articles by slug, ``taken`` the slugs of all other articles; ``mask``
    returns its text with secrets masked.
    """

    draft: Draft
    rows: Sequence[Row]
    published: Mapping[str, str] = field(default_factory=dict[str, str])
    taken: frozenset[str] = frozenset()
    mask: Callable[[str], str] = _no_mask


Found = Iterable[tuple[Level, str]]


def run_checks(case: Case) -> list[Problem]:
    """What all checks say about a draft, in the order of :data:`CHECKS`."""
    return [Problem(name, level, what) for name, check in CHECKS for level, what in check(case)]


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """Those that keep the draft from review."""
    return [problem for problem in problems if problem.level == "block"]


def _one_title(case: Case) -> Found:
    heads = [inline for token, inline in _pairs(case) if token.tag == "h1"]
    if len(heads) != 1:
        yield "block", f"the body has {len(heads)} first-level headings instead of one"
    elif plain(heads[0].content) != case.draft.front.title:
        yield "block", "the title in the front matter is not the first heading, which the editor reads"


def _title(case: Case) -> Found:
    length = len(case.draft.front.title)
    if not 0 < length <= TITLE:
        yield "warn", f"the title has {length} characters, more than {TITLE} are cut in search results"


def _description(case: Case) -> Found:
    length, (low, high) = len(case.draft.front.description), DESCRIPTION
    if not low <= length <= high:
        yield "warn", f"the description has {length} characters instead of {low} to {high}"


def _slug(case: Case) -> Found:
    slug = case.draft.front.slug
    if slug in case.taken:
        yield "block", f"another article has the slug {slug}"
    if slug != slugged(slug, 100):
        yield "block", f"{slug!r} is no slug"


def _links(case: Case) -> Found:
    anchors = {slugged(plain(inline.content), 200) for token, inline in _pairs(case) if token.type == "heading_open"}
    for target in _targets(case, "link_open", "href"):
        if not _SAFE.match(target):
            yield "block", f"a link goes to {target[:80]!r}"
        elif target.startswith("#") and target[1:] not in anchors:
            yield "warn", f"the link to {target} leads nowhere in this article"


def _footnotes(case: Case) -> Found:
    used = set(re.findall(r"\[\^([\w-]+)\](?!:)", case.draft.body))
    defined = set(re.findall(r"^\[\^([\w-]+)\]:", case.draft.body, re.MULTILINE))
    for name in sorted(used - defined):
        yield "warn", f"the footnote {name} is not defined"


def _hub(case: Case) -> Found:
    hub = case.draft.front.hub
    if hub and hub not in set(_targets(case, "link_open", "href")):
        yield "warn", f"nothing links to the hub {hub}"


def _images(case: Case) -> Found:
    for source in _targets(case, "image", "src"):
        if re.match(r"(?:[a-z][a-z0-9+.-]*:|//)", source, re.IGNORECASE):
            yield "block", f"an image is loaded from elsewhere: {source[:80]}"


def _markup(case: Case) -> Found:
    kinds = {"html_block", "html_inline"}
    for token in _all(_PARSER.parse(case.draft.body)):
        if token.type in kinds:
            yield "block", f"raw HTML: {reveal(token.content.strip())[:80]}"


def _template_syntax(case: Case) -> Found:
    live = _LIVE.search(case.draft.body)
    if live:
        yield "block", f"a site generator would execute {live.group()!r}"


def _hidden(case: Case) -> Found:
    shown = reveal(case.draft.body)
    marks = sorted(set(re.findall(r"⟦U\+[0-9A-F]+⟧", shown)) - set(re.findall(r"⟦U\+[0-9A-F]+⟧", case.draft.body)))
    if marks:
        yield "warn", f"hidden characters, spelled out in the text above: {', '.join(marks)}"


def _secrets(case: Case) -> Found:
    whole = case.draft.data.decode("utf-8", "replace")
    if _KEYED.search(whole):
        yield "block", "a mask still carries its keyed hash"
    lines = [n for n, line in enumerate(whole.split("\n"), 1) if case.mask(line) != line]
    if lines or case.mask(whole) != whole:
        where = f"line {', '.join(map(str, lines[:5]))} of the file" if lines else "several lines of the file together"
        yield "block", f"{where} would be masked as a secret"


def _traced(case: Case) -> Found:
    own = [row for row in case.rows if row.made == "editor"]
    stated = [row for row in case.rows if row.made == "finding"]
    total = len(own) + len(stated)
    if own:
        yield "warn", f"{len(own)} of {total} statements rest on no finding: they are the editor's"
    yield "note", f"{len(stated)} of {total} statements are traced to a finding"


def _near(case: Case) -> Found:
    own = shingles(case.draft.body)
    shares = {slug: len(own & shingles(body)) / len(own) for slug, body in case.published.items() if own}
    for slug, share in sorted(shares.items()):
        if slug != case.draft.front.slug and share >= NEAR:
            yield "block" if share >= SAME else "warn", f"{share:.0%} of it stands in {slug} already"


def _worn(case: Case) -> Found:
    words = len(case.draft.body.split())
    met = [found.group().lower() for found in WORN.finditer(_prose(case))]
    if met and 1000 * len(met) / max(words, 1) > WORN_PER_1000:
        yield "warn", f"worn phrases: {', '.join(sorted(set(met)))}"


def _ease(case: Case) -> Found:
    yield "note", f"reading ease {reading_ease(_prose(case)):.0f} (60 is plain English, 30 is hard)"


def shingles(body: str) -> frozenset[tuple[str, ...]]:
    """The runs of five words of a body, without footnotes."""
    prose = re.sub(r"^\[\^[\w-]+\]:.*$", "", body, flags=re.MULTILINE)
    words = re.findall(r"\w+", plain(prose).lower())
    return frozenset(tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def reading_ease(text: str) -> float:
    """Flesch's reading ease of English text, with syllables counted as groups of vowels."""
    words = re.findall(r"[A-Za-z]+", text)
    stops = max(len(re.findall(r"[.!?](?:\s|$)", text)), 1)
    syllables = sum(max(len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e"))), 1) for word in words)
    return 206.835 - 1.015 * len(words) / stops - 84.6 * syllables / max(len(words), 1)


def _prose(case: Case) -> str:
    return " ".join(row.text for row in case.rows if row.made != "source")


def _pairs(case: Case) -> Iterator[tuple[Token, Token]]:
    tokens = _PARSER.parse(case.draft.body)
    return ((token, after) for token, after in pairwise(tokens) if token.type == "heading_open")


def _targets(case: Case, kind: str, attribute: str) -> Iterator[str]:
    for token in _all(_PARSER.parse(case.draft.body)):
        if token.type == kind:
            yield str(token.attrs.get(attribute, ""))


def _all(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _parser() -> MarkdownIt:
    """Reads raw HTML as such, to report it, and lets every link through, to judge it."""
    parser = MarkdownIt("commonmark", {"html": True})
    parser.validateLink = lambda url: True  # noqa: ARG005 (the library's own signature)
    return parser


_PARSER = _parser()

CHECKS: tuple[tuple[str, Callable[[Case], Found]], ...] = (
    ("one title", _one_title),
    ("title", _title),
    ("description", _description),
    ("slug", _slug),
    ("links", _links),
    ("footnotes", _footnotes),
    ("hub", _hub),
    ("images", _images),
    ("raw HTML", _markup),
    ("template syntax", _template_syntax),
    ("hidden characters", _hidden),
    ("secrets", _secrets),
    ("trace", _traced),
    ("near-duplicates", _near),
    ("worn phrases", _worn),
    ("reading ease", _ease),
)
