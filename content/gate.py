"""The sentence gate: nothing gets into an article that its findings do not say.

Every writer is held to it. A sentence that fails is replaced by the words of its finding, or left out if it has none,
so the worst that a writer can produce is the skeleton.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from content.brief import Brief
from content.text import inline, plain, sentences
from content.writer import Article, Block, Sentence
from distillers.claims import identifiers, tokens
from distillers.findings import Finding

OVERLAP = 0.6
"""Share of a sentence's words that must stand in its findings."""

_CODE = re.compile(r"(`+)(.+?)\1(?!`)")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w-]*\w")


@dataclass(frozen=True, slots=True)
class Held:
    """An article of which every sentence passed, and what was wrong with those that had to be replaced."""

    article: Article
    objections: tuple[str, ...]


def objections(sentence: Sentence, findings: Mapping[str, Finding]) -> list[str]:
    """Why ``sentence`` is not supported by the findings it names; empty if it is."""
    missing = [name for name in sentence.findings if name not in findings]
    if missing or not sentence.findings:
        return [f"names {', '.join(missing)}, which is not in the brief" if missing else "names no finding"]
    source = " ".join(_source(findings[name]) for name in sentence.findings)
    return [why for test in TESTS for why in test(sentence.text, source)]


def hold(article: Article, brief: Brief, skeleton: Article) -> Held:
    """``article`` with every sentence that the gate refuses replaced or left out.

    Connecting text passes only if ``skeleton``, the skeleton writer's article for the same brief, holds it too.
    """
    known = frozenset(sentence.text for sentence in skeleton.sentences() if sentence.made == "template")
    found: list[str] = []
    blocks = tuple(_block(block, brief, known, found) for block in article.blocks)
    everything = tuple(brief.findings)
    title = _line(article.title, skeleton.title, everything, brief, found)
    description = _line(article.description, skeleton.description, everything, brief, found)
    faq = article.faq if article.faq == skeleton.faq else skeleton.faq
    kept = tuple(block for block in blocks if block.sentences)
    return Held(replace(article, title=title, description=description, blocks=kept, faq=faq), tuple(found))


def _block(block: Block, brief: Brief, known: frozenset[str], found: list[str]) -> Block:
    return replace(block, sentences=tuple(_sentences(block.sentences, brief, known, found)))


def _sentences(given: Sequence[Sentence], brief: Brief, known: frozenset[str], found: list[str]) -> list[Sentence]:
    kept: list[Sentence] = []
    for sentence in given:
        if sentence.made == "template" and sentence.text in known:
            kept.append(sentence)
            continue
        why = objections(sentence, brief.findings)
        found += [f"“{plain(sentence.text)[:80]}” {reason}" for reason in why]
        kept += [sentence] if not why else _extracted(sentence, brief, kept)
    return kept


def _extracted(sentence: Sentence, brief: Brief, before: Sequence[Sentence]) -> list[Sentence]:
    """What the named findings say in their own words, unless that stands there already."""
    own = [s for s in brief.statements if set(s.ids) & set(sentence.findings)]
    said = {each.text for each in before}
    parts = [Sentence(text, "finding", s.ids) for s in own for text in sentences(inline(s.text))]
    return [part for part in parts if part.text not in said]


def _line(text: str, fallback: str, everything: tuple[str, ...], brief: Brief, found: list[str]) -> str:
    if text == fallback:
        return text
    why = objections(Sentence(inline(text), "finding", everything), brief.findings)
    found += [f"“{text[:80]}” {reason}" for reason in why]
    return fallback if why else text


def _source(finding: Finding) -> str:
    return " ".join([finding.claim, *(quote.text for quote in finding.evidence)])


def _dense(text: str) -> str:
    return re.sub(r"[\s`]+", "", text).lower()


def _code(text: str, source: str) -> list[str]:
    """Code spans that the findings do not hold."""
    spans = (found[2] for found in _CODE.finditer(text))
    return [f"shows code that is not in its findings: {span}" for span in spans if _dense(span) not in _dense(source)]


def _numbers(text: str, source: str) -> list[str]:
    """Numbers that the findings do not hold."""
    known = set(_NUMBER.findall(source))
    return [f"gives a number that is not in its findings: {n}" for n in _NUMBER.findall(plain(text)) if n not in known]


def _identifiers(text: str, source: str) -> list[str]:
    """Paths, flags, calls and the like that the findings do not hold."""
    names = sorted(identifiers(plain(text)))
    return [f"names what is not in its findings: {n}" for n in names if _dense(n) not in _dense(source)]


def _names(text: str, source: str) -> list[str]:
    """Words written large inside the sentence that the findings do not hold."""
    known = source.lower()
    return [f"names what is not in its findings: {n}" for n in _NAME.findall(plain(text)) if n.lower() not in known]


def _words(text: str, source: str) -> list[str]:
    """Too few words in common."""
    own = tokens(plain(text))
    shared = len(own & tokens(source)) / len(own) if own else 1.0
    return [] if shared >= OVERLAP else [f"shares only {shared:.0%} of its words with its findings"]


TESTS: tuple[Callable[[str, str], list[str]], ...] = (_code, _numbers, _identifiers, _names, _words)
