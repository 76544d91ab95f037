"""The skeleton writer: an article without a model, in the words of the findings.

Sections are the wiki's pages. Inside one, what belongs to one case is told in order (symptom, cause, decision,
consequence), the rest stands in lists; templates join it with counts and dates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby

from content.brief import Asked, Brief
from content.phrases import Facts, capital, say
from content.statement import Role, Statement
from content.text import inline, sentences, stems
from content.titles import description_of, title_of
from content.writer import Answered, Article, Block, Sentence
from distillers.claims import alike
from distillers.findings import Finding, Kind
from wiki.text import visible

ANSWERS = 0.5
"""Share of a question's words that a statement must hold to answer it."""
QUESTIONS = 6
"""Questions that one article answers."""
ALSO = "Also on record"
LED = 6
"""From this many statements on, a section gets a leading sentence, and its list is parted by kind."""
RUN = 2
"""More statements of one role than this are set as a list."""

ORDER: dict[Role, int] = {"symptom": 0, "cause": 1, "decision": 2, "consequence": 3}
LABELS: dict[Kind, str] = {
    "gotcha": "What happened.",
    "cause": "Cause.",
    "decision": "Decision.",
    "choice": "Answer.",
    "fix": "Fix.",
    "correction": "Correction.",
    "rule": "Rule.",
    "fact": "What holds.",
}
LISTS: tuple[tuple[str, frozenset[Kind]], ...] = (
    ("What went wrong, and what helped:", frozenset({"gotcha", "cause", "fix"})),
    ("What was decided:", frozenset({"decision", "choice"})),
    ("How the work is done:", frozenset({"rule", "correction"})),
    ("What holds:", frozenset({"fact"})),
)


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The writer that is always there. The same brief gives the same bytes."""

    name: str = "skeleton-1"

    def write(self, brief: Brief) -> Article:
        """The article for ``brief``."""
        sections = _sections(brief)
        faq = tuple(_answers(brief))
        facts = _facts(brief.statements, brief.findings)
        return Article(
            title=title_of(brief.pillar.heading, _names(sections), several=len(sections) > 1),
            description=description_of(facts, _names(sections)),
            blocks=(
                _template("notice", say("header", **asdict(facts))),
                _template("paragraph", say("review", **asdict(facts))),
                *(block for section in sections for block in _section(section, brief.findings)),
                *_questions(faq),
                *_gaps(brief),
                *_hub(brief),
            ),
            faq=tuple(Answered(asked.question, " ".join(_said([statement]))) for asked, statement in faq),
        )


def _sections(brief: Brief) -> list[_Section]:
    """Pages in the order of their best statement; pages with a single one share the last section."""
    pages: dict[str, list[Statement]] = {}
    for statement in _together(brief.statements):
        pages.setdefault(statement.page, []).append(statement)
    several = len({name.partition("/")[0] for name in pages}) > 1
    long = [_Section(_heading(brief, name, several), tuple(own)) for name, own in pages.items() if len(own) > 1]
    rest = tuple(own[0] for own in pages.values() if len(own) == 1)
    return [*long, _Section(ALSO if long else brief.pillar.heading, rest)] if rest else long


def _together(statements: Sequence[Statement]) -> list[Statement]:
    """The statements of one ticket on one page, the one that holds most of them, wherever the wiki filed each."""
    homes: dict[tuple[str, str], Counter[str]] = {}
    for statement in statements:
        homes.setdefault(_ticket(statement), Counter())[statement.page] += 1
    return [replace(s, page=homes[_ticket(s)].most_common(1)[0][0]) if s.title else s for s in statements]


def _ticket(statement: Statement) -> tuple[str, str]:
    return (statement.page.partition("/")[0], statement.title)


def _heading(brief: Brief, name: str, several: bool) -> str:
    domain, _, slug = name.partition("/")
    page = brief.pages.get(name)
    title = visible(page.title) if page and page.title.strip() else slug.replace("-", " ").capitalize()
    title = "Across the project" if title.lower() == "general" else title
    return f"{domain}: {title}" if several else title


def _section(section: _Section, findings: Mapping[str, Finding]) -> Iterator[Block]:
    yield Block("section", (Sentence(inline(section.title)),))
    facts = _facts(section.statements, findings)
    if facts.statements >= LED and section.title != ALSO:
        yield _template("paragraph", say(_form(facts), **asdict(facts)))
    stories, rest = _cases(section.statements)
    for story in stories:
        yield from _story(story, findings)
    if stories and rest:
        yield _template("case", ["Further notes" if len(rest) > 1 else "A further note"])
    yield from _lists(rest)


def _facts(statements: Sequence[Statement], findings: Mapping[str, Finding]) -> Facts:
    names = dict.fromkeys(name for statement in statements for name in statement.ids)
    return Facts.of([findings[name] for name in names if name in findings], [s.kind for s in statements])


def _form(facts: Facts) -> str:
    counts = {"postmortem": facts.trouble, "decisions": facts.decisions, "howto": facts.practice}
    best = max(counts, key=lambda name: counts[name])
    return best if 2 * counts[best] >= facts.statements else "facts"


def _cases(statements: Sequence[Statement]) -> tuple[list[list[Statement]], list[Statement]]:
    cases: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in statements:
        cases.setdefault(statement.case, []).append(statement)
    stories = [own for own in cases.values() if len(own) > 1]
    return stories, [own[0] for own in cases.values() if len(own) == 1]


def _story(statements: Sequence[Statement], findings: Mapping[str, Finding]) -> Iterator[Block]:
    """One case: its title, then a paragraph for each role, every paragraph in the order of the source."""
    everything = tuple(name for statement in statements for name in statement.ids)
    yield Block("case", (Sentence(inline(statements[0].title), "finding", everything),))
    told = sorted(statements, key=lambda s: (ORDER[s.role], LABELS[s.kind], _place(s, findings)))
    for label, part in groupby(told, key=lambda s: LABELS[s.kind]):
        same = list(part)
        if len(same) > RUN:
            yield _template("paragraph", [f"**{label}**"])
            yield from (Block("item", tuple(_sentences(s))) for s in same)
        else:
            yield Block("paragraph", (Sentence(f"**{label}**"), *(each for s in same for each in _sentences(s))))


def _place(statement: Statement, findings: Mapping[str, Finding]) -> tuple[str, int, str]:
    lead = findings[statement.ids[0]].evidence
    return (lead[0].at, lead[0].line, statement.ids[0]) if lead else ("", 0, statement.ids[0])


def _lists(statements: Sequence[Statement]) -> Iterator[Block]:
    groups = [(lead, [s for s in statements if s.kind in kinds]) for lead, kinds in LISTS]
    filled = [(lead, own) for lead, own in groups if own]
    for lead, own in filled:
        if len(filled) > 1 and len(statements) >= LED:
            yield _template("paragraph", [lead])
        for statement in own:
            yield _item(statement)


def _item(statement: Statement) -> Block:
    title = (Sentence(f"**{inline(statement.title)}.**", "finding", statement.ids),) if statement.title else ()
    return Block("item", (*title, *_sentences(statement)))


def _sentences(statement: Statement) -> list[Sentence]:
    return [Sentence(each, "finding", statement.ids) for each in sentences(inline(statement.text))]


def _said(statements: Sequence[Statement]) -> Iterator[str]:
    return (statement.text for statement in statements)


def _answers(brief: Brief) -> Iterator[tuple[Asked, Statement]]:
    """Questions that one statement answers, a statement each: it holds most of the question's words."""
    said: set[tuple[str, ...]] = set()
    for asked in sorted(brief.asked, key=lambda each: (-each.times, each.question)):
        words = stems(asked.question)
        best = max(brief.statements, key=lambda s: (_covered(words, s), alike(words, stems(s.text)), s.ids))
        if len(words) > 1 and _covered(words, best) >= ANSWERS and best.ids not in said and len(said) < QUESTIONS:
            said.add(best.ids)
            yield Asked(_question(asked.question), asked.times), best


def _question(text: str) -> str:
    asked = capital(visible(text)).rstrip(" .")
    return asked if asked.endswith("?") else f"{asked}?"


def _covered(words: frozenset[str], statement: Statement) -> float:
    return len(words & stems(f"{statement.title} {statement.text}")) / len(words) if words else 0.0


def _questions(faq: Sequence[tuple[Asked, Statement]]) -> Iterator[Block]:
    if not faq:
        return
    yield _template("section", ["Questions that were asked"])
    yield _template("paragraph", say("faq", questions=len(faq)))
    for asked, statement in faq:
        yield _template("case", [inline(asked.question)])
        yield Block("paragraph", tuple(_sentences(statement)))


def _gaps(brief: Brief) -> Iterator[Block]:
    gaps = brief.gaps
    cases: dict[tuple[str, str, str], set[Role]] = {}
    for statement in _together(brief.statements):
        cases.setdefault(statement.case, set()).add(statement.role)
    unmended = sum(roles == {"cause"} for roles in cases.values())
    unanswered = [f"“{inline(question)}”" for question in gaps.unanswered]
    said = say(
        "gaps",
        unconfirmed=gaps.unconfirmed,
        superseded=gaps.superseded,
        later=gaps.later,
        unmended=unmended,
        unanswered=unanswered,
    )
    if said:
        yield _template("box", ["**What is missing.**", *said])


def _hub(brief: Brief) -> Iterator[Block]:
    hub = brief.pillar.hub
    if hub:
        yield _template("paragraph", [f"More on this: [{inline(brief.pillar.heading)}]({hub})."])


def _template(form: str, said: Sequence[str]) -> Block:
    return Block(form, tuple(Sentence(each) for each in said))  # pyright: ignore[reportArgumentType]


def _names(sections: Sequence[_Section]) -> list[str]:
    """Section titles as they read inside a sentence: small, unless they hold a name's capitals."""
    titles = [section.title for section in sections if section.title != ALSO]
    return [title[:1].lower() + title[1:] if title[1:] == title[1:].lower() else title for title in titles]
