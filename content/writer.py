"""What a writer returns, and the one seam behind which writers can be exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from content.brief import Brief

Made = Literal["finding", "template", "source", "editor"]
"""Where a sentence is from.

finding   restates the findings it names
template  connecting text of ours: headings, labels, counts and dates that are true by construction
source    says where a finding is from: a footnote
editor    a person wrote it, or nobody can say where it is from
"""

Form = Literal["notice", "paragraph", "section", "case", "item", "box"]
"""How a block is set: a notice on top, plain text, a heading of a section or case, a list item, the box of gaps."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as inline Markdown, and the findings it rests on."""

    text: str
    made: Made = "template"
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or list item."""

    form: Form
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was really asked, with its answer as plain text."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Article:
    """What a writer made of a brief; ``title`` and ``description`` are plain text."""

    title: str
    description: str
    blocks: tuple[Block, ...]
    faq: tuple[Answered, ...] = ()

    def sentences(self) -> Iterator[Sentence]:
        """All sentences in reading order."""
        for block in self.blocks:
            yield from block.sentences


class Writer(Protocol):
    """Anything that turns a brief into an article.

    Whatever it returns is held to the sentence gate (:mod:`content.gate`) before it becomes a draft.
    """

    @property
    def name(self) -> str:
        """What front matter says under ``writer``; changes when the same brief would give another text."""
        ...

    def write(self, brief: Brief) -> Article:
        """The article; the same for the same brief."""
        ...
