"""What is wrong with a page, as an ordered list of small checks. It never mends; every problem says how to.

:func:`lint` looks at a whole wiki; :func:`flaw` at one block before it is written, and is what keeps it out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from posixpath import dirname, join, normpath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from scheduling.base.errors import CorruptError
from wiki.edit import Text
from wiki.fold import is_fold
from wiki.names import INDEX
from wiki.page import Page, bare
from wiki.passages import BEGIN, said
from wiki.text import visible
from wiki.tree import Tree

PAGE_BYTES = 200_000
PAGE_FULL = PAGE_BYTES - 200
"""As far as a night fills a page: its front matter still gets the counts."""
LINE_CHARS = 4_000
JUDGED = 4_096
"""Blocks whose judgement is kept: the writer asks for it, and the verifier once more."""

_REF = re.compile(r"(?<!\\)\[\^([^\]\s]+)\](?!:)")
_KEYED = re.compile(r"\[REDACTED:[a-z0-9-]+:[^\]]*\]")
_MARKER = re.compile(r"(?:<{7}|={7}|>{7})(?:\s|$)")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_ACTIVE = re.compile(r"<|(?<!\\)!\[|(?<!\\)\[\[")
_LINK = re.compile(r"(?<!\\)\]\(\s*<?([^)\s>]+)")
_SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*:|//")
_ALLOWED = frozenset(
    {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "paragraph_open", "paragraph_close"}
    | {"strong_open", "strong_close", "inline", "text", "text_special", "code_inline", "softbreak"}
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a line (from 1; 0: the whole page) of a page, and what to do about it."""

    page: str
    line: int
    what: str
    mend: str


@dataclass(frozen=True)
class Look:
    """One page as a check sees it: parsed, with the names of all files of the wiki beside it."""

    page: Page
    files: frozenset[str]

    def problem(self, line: int, what: str, mend: str) -> Problem:
        """A problem at ``line`` (from 0) of this page; -1 for the whole page."""
        return Problem(self.page.name, line + 1, what, mend)


Check = Callable[[Look], Iterator[Problem]]


def lint(tree: Tree) -> list[Problem]:
    """All problems of all pages, ordered by page and line."""
    found: list[Problem] = []
    pages: dict[str, Page] = {}
    for domain in tree.domains():
        for slug in (*tree.pages(domain), INDEX):
            if not tree.has(domain, slug):
                continue
            try:
                page = tree.read(domain, slug).page
            except CorruptError as error:
                found.append(Problem(f"{domain}/{slug}.md", 1, error.message, error.hint))
            else:
                pages[page.name] = page
    files = tree.files()
    found += [problem for page in pages.values() for problem in problems(page, files)]
    return sorted([*found, *_twice(pages)], key=lambda p: (p.page, p.line, p.what))


def problems(page: Page, files: frozenset[str]) -> list[Problem]:
    """All problems of one page."""
    return [problem for check in CHECKS for problem in check(Look(page, files))]


@lru_cache(maxsize=JUDGED)
def flaw(text: Text) -> str:
    """Why a finding's block must not be written; "" if nothing speaks against it.

    This does not trust how the block was made: it is rendered as a viewer would that lets raw HTML through.
    """
    heads: list[str] = [text.line]
    below: list[str] = []
    for _, note in text.notes:
        head, *lines = note.split("\n")
        heads.append(head)
        below += lines
    told = [said(line) for line in below]
    if not all(line.startswith(BEGIN) for line in below):
        return "is not one line of text"
    if why := next((why for line in (*heads, *told) if (why := _bad(line))), ""):
        return why
    own = {name for name, _ in text.notes}
    cited = {name for line in (*heads, *told) for name in _REF.findall(_CODE.sub("·", line))}
    if cited - own or any(line.startswith("[^") for line in told):
        return "cites a footnote that is not its own"
    shown = (*(head.partition(":")[2].strip() for head in heads[1:]), *told)
    whole = "\n\n".join([text.line, *(f"- {line}" for line in shown)])
    active = next((token.type for token in _tokens(whole) if token.type not in _ALLOWED), "")
    marks = text.line.count("**") + text.line.count("__")
    if not active and marks > 2 and sum(token.type == "strong_open" for token in _tokens(text.line)) > 1:
        active = "strong"  # the one is the name of the matter, which the librarian sets
    return f"holds markup ({active.removesuffix('_open')})" if active else ""


def _bad(line: str) -> str:
    """Why a line must not be written, whatever it renders as; "" if nothing speaks against it."""
    if "\n" in line or len(line) > LINE_CHARS:
        return "is not one line of text"
    if _KEYED.search(line):
        return "holds the keyed hash of a secret"
    if _ACTIVE.search(_CODE.sub("·", line)):
        return "holds markup (a tag, image or wikilink)"
    return "holds hidden characters" if visible(line) != line else ""


def _tokens(text: str) -> Iterator[Token]:
    for token in _parser().parse(text):
        yield token
        yield from token.children or ()


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    parser.parse("*once*")  # its chains of rules are put together in the first call, which threads must not share
    parser.validateLink = lambda url: True  # noqa: ARG005 (its own refusal of javascript: would hide such links from us)
    return parser


def too_large(look: Look) -> Iterator[Problem]:
    """Pages that no viewer shows well."""
    size = len(look.page.data)
    if size > PAGE_BYTES:
        yield look.problem(-1, f"is {size} bytes long", f"split it: pages stay below {PAGE_BYTES} bytes")


def same_anchor(look: Look) -> Iterator[Problem]:
    """Block ids that stand twice on the page."""
    seen = Counter(block.id for block in look.page.blocks)
    for block in look.page.blocks:
        if seen[block.id] > 1:
            yield look.problem(block.stop - 1, f"^{block.id} stands twice", "remove the anchor of the copy")


def loose_notes(look: Look) -> Iterator[Problem]:
    """Footnotes without a definition, with two, or that nothing cites."""
    defined = Counter(note.label for note in look.page.notes)
    cited = {label: i for i, line in _prose(look.page) for label in _REF.findall(line)}
    for label, i in cited.items():
        if label not in defined:
            yield look.problem(i, f"[^{label}] has no definition", "add the footnote or remove the mark")
    for note in look.page.notes:
        if defined[note.label] > 1:
            yield look.problem(note.start, f"[^{note.label}] is defined twice", "remove one definition")
        elif note.label not in cited:
            yield look.problem(note.start, f"nothing cites [^{note.label}]", "remove the footnote")


def dead_links(look: Look) -> Iterator[Problem]:
    """Relative links to pages that are not there."""
    here = dirname(look.page.name)
    for i, line in _prose(look.page):
        for target in _LINK.findall(line):
            path = normpath(join(here, target.partition("#")[0]))
            if target.startswith("#") or _SCHEME.match(target) or not target.partition("#")[0].endswith(".md"):
                continue
            if path not in look.files:
                yield look.problem(i, f"links to {target[:80]}, which is not there", "mend or remove the link")


def live_markup(look: Look) -> Iterator[Problem]:
    """Raw HTML and images from elsewhere."""
    if not any("<" in line or "![" in line for line in look.page.lines):
        return
    for token in _parser().parse(look.page.text.removeprefix("\ufeff") if not look.page.head else _body(look.page)):
        at = look.page.head + token.map[0] if token.map else -1
        for part in (token, *(token.children or ())):
            if part.type in {"html_block", "html_inline"} and not _is_harmless(part.content):
                yield look.problem(at, "holds raw HTML", "write it as Markdown, or as code")
            if part.type == "image" and _SCHEME.match(str(part.attrs.get("src", ""))):
                yield look.problem(at, "shows an image from elsewhere", "keep the image beside the page")


def _is_harmless(html: str) -> bool:
    return html.lstrip().startswith("<!--") or is_fold(html)


def leaks(look: Look) -> Iterator[Problem]:
    """Masks that still carry their keyed hash."""
    for i, line in enumerate(look.page.lines):
        if _KEYED.search(line):
            yield look.problem(i, "holds the keyed hash of a secret", "write [REDACTED:kind] without the hash")


def leftovers(look: Look) -> Iterator[Problem]:
    """Conflict markers, and characters that hide or turn text."""
    for i, line in _prose(look.page):
        if _MARKER.match(line) and not _underline(look.page, i):
            yield look.problem(i, "holds a conflict marker", "choose one side and remove the markers")
        if any("\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069" for letter in line):
            yield look.problem(i, "holds characters that turn the reading order", "remove them")


CHECKS: tuple[Check, ...] = (too_large, same_anchor, loose_notes, dead_links, live_markup, leaks, leftovers)
QUICK: tuple[Check, ...] = (too_large, same_anchor, loose_notes)
"""What a night checks on each page that it changes: cheap, and all that block-wise edits could break."""


def _twice(pages: Mapping[str, Page]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for path, page in pages.items():
        for block in page.blocks:
            other = seen.setdefault(block.id, path)
            if other != path:
                yield Problem(path, block.stop, f"^{block.id} stands on {other} too", "remove the copy")


def _prose(page: Page) -> Iterator[tuple[int, str]]:
    """The lines of a page that are no code, code spans put out of sight."""
    for i, line in enumerate(page.lines):
        if i >= page.head and not page.opaque[i]:
            yield i, _CODE.sub("·", bare(line))


def _underline(page: Page, i: int) -> bool:
    return bare(page.lines[i]).strip("=") == "" and i > 0 and bool(page.lines[i - 1].strip())


def _body(page: Page) -> str:
    return "".join(page.lines[page.head :]).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
