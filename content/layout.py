"""An article on paper: Markdown with a footnote for each finding, numbered as they come up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

from content.phrases import day, few, lay
from content.text import inline
from content.writer import Article, Block, Form, Sentence
from distillers.findings import Finding, Quote
from wiki.text import clip

WHO: Mapping[str, str] = {
    "human": "in a person's own words",
    "pasted": "in a text that a person put in",
    "agent": "as the agent stated it",
    "tool": "as a tool reported it",
    "web": "as read on the web",
    "program": "as the program reported it",
}

MARKS: Mapping[Form, str] = {
    "notice": "> ",
    "paragraph": "",
    "section": "## ",
    "case": "### ",
    "item": "- ",
    "box": "> ",
}
_RANDOM = re.compile(r"[0-9a-f]{8}-?[0-9a-f-]{10,}")


def body_of(article: Article, findings: Mapping[str, Finding]) -> str:
    """The Markdown body of ``article``: everything below the front matter, with a first empty line."""
    sources = {name: source(finding) for name, finding in findings.items()}
    numbers: dict[str, int] = {}
    blocks = [{"form": block.form, "text": _text(block, sources, numbers)} for block in article.blocks]
    return lay("article", title=inline(article.title), blocks=blocks, marks=MARKS, notes=list(numbers))


def source(finding: Finding) -> str:
    """Where a finding is from, for a reader: ticket or session, date, whose words, how often."""
    if not finding.evidence:
        return "Without evidence."
    lead = finding.evidence[0]
    parts = [_unit(lead), *([day(lead.at)] if lead.at else []), *([WHO[lead.origin]] if lead.origin in WHO else [])]
    often = f"; seen in {few(finding.seen, 'session or ticket').replace('session or tickets', 'sessions and tickets')}"
    return inline(f"{', '.join(parts)}{often if finding.seen > 1 else ''}.")


def _unit(quote: Quote) -> str:
    short = quote.unit[:8] if _RANDOM.fullmatch(quote.unit) else clip(quote.unit, 48)
    return f"{'Ticket' if quote.origin == 'ticket' else 'Session'} {short}"


def _text(block: Block, sources: Mapping[str, str], numbers: dict[str, int]) -> str:
    """The sentences of a block; a run of sentences from the same sources is cited once, at its end."""
    if block.form in {"section", "case"}:
        return " ".join(sentence.text for sentence in block.sentences)
    runs = groupby(block.sentences, key=lambda sentence: _from(sentence, sources))
    return " ".join(_cited(list(run), cited, numbers) for cited, run in runs)


def _from(sentence: Sentence, sources: Mapping[str, str]) -> tuple[str, ...]:
    """The sources of a sentence as footnotes say them: findings of one ticket share a footnote."""
    return tuple(dict.fromkeys(sources[name] for name in sentence.findings if name in sources))


def _cited(run: list[Sentence], cited: tuple[str, ...], numbers: dict[str, int]) -> str:
    marks = "".join(f"[^{numbers.setdefault(each, len(numbers) + 1)}]" for each in cited)
    return " ".join(sentence.text for sentence in run) + marks
