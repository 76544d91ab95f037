"""A page cut into chunks: one for each block or paragraph, read from markdown-it's tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from wiki.chunks import Chunk
from wiki.page import ANCHOR, Page
from wiki.text import public
from wiki.words import analyse

UNSAID = (["Superseded"], ["See also"])
"""Headings under which nothing is knowledge: what no longer holds, and links."""
NEW_WORDS = 0.4
"""A quote is shown with its claim if at least this share of its words is not in the claim."""
_CITATION = re.compile(r"\s*\[\^[^\]\s]+\]")
ITEM = 3
"""The level of the text of an item that stands under no other."""
_WHERE = re.compile(r" \([^()]*\):")
_NOTE = re.compile(r"\[\^[^\]\s]+\]:")


def page_chunks(slug: str, page: Page, quotes: Mapping[str, Sequence[str]]) -> Iterator[Chunk]:
    """The chunks of ``page``; ``quotes`` are those of its findings by id, shown as far as they add words.

    What a page keeps as superseded, its footnotes and its front matter are no knowledge and yield none.
    """
    body = "".join(page.lines[page.head :]).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    path: list[str] = []
    matter = ""
    for heading, token in _blocks(_markdown().parse(body)):
        if heading:
            path = [*path[: max(0, heading - 2)], _plain(token.content)] if heading > 1 else []
            continue
        text, anchor = _claim(token)
        if token.level <= ITEM:
            matter, text = _named(token, text)
        elif anchor and matter:
            text = f"{matter}: {text}"
        if not text or path[:1] in UNSAID:
            continue
        yield Chunk(
            source=slug,
            title=page.title,
            heading=" > ".join(path),
            anchor=anchor,
            text=public("\n".join([text, *new_words(text, quotes.get(anchor, ()))])),
            tier="talk",
            origin="human",
            file=page.name,
            line=page.head + (token.map[0] if token.map else 0) + 1,
            at=page.field("updated"),
        )


def new_words(text: str, quotes: Sequence[str]) -> Iterator[str]:
    """Those of ``quotes``, in quotation marks, that say something which ``text`` and the quotes before do not."""
    known = set(analyse(text))
    for quote in quotes:
        words = set(analyse(quote))
        if words and len(words - known) >= NEW_WORDS * len(words):
            known |= words
            yield f"“{quote}”"


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """(heading level or 0, the token that holds the text) of everything on a page that can be read."""
    level = 0
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type in {"inline", "fence", "code_block"}:
            yield level, token
            level = 0


def _claim(token: Token) -> tuple[str, str]:
    """What a block says, without citations and anchor, and its anchor; ("", "") for a footnote."""
    if token.type != "inline":
        return token.content.strip(), ""
    if _NOTE.match(token.content):
        return "", ""
    anchor = ANCHOR.search(token.content)
    text = _rendered(token)
    if anchor:
        text = text[: text.rfind("^")]
    return _CITATION.sub("", text).strip(), anchor[1] if anchor else ""


def _named(token: Token, text: str) -> tuple[str, str]:
    """The name of the matter that an item begins with ("" if none), and its text without the ticket's id and day."""
    parts = token.children or ()
    kinds = [child.type for child in parts]
    bold = kinds.index("strong_close") if "strong_open" in kinds[:2] and "strong_close" in kinds else 0
    name = "".join(f"`{child.content}`" if child.type == "code_inline" else child.content for child in parts[:bold])
    if not name or name.endswith(":"):
        return name[:-1], text
    said = _WHERE.match(text, len(name))
    return (name, f"{name}:{text[said.end() :]}") if said and text.startswith(name) else ("", text)


def _rendered(token: Token) -> str:
    """Inline content as a reader sees it: escapes resolved, code spans in backticks, emphasis and targets left out."""
    parts = [
        f"`{child.content}`" if child.type == "code_inline" else "\n" if child.type.endswith("break") else child.content
        for child in token.children or ()
        if child.type != "html_inline"
    ]
    return "".join(parts)


def _plain(text: str) -> str:
    return _CITATION.sub("", text).strip()


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("reference")
