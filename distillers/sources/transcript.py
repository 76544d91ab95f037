"""Markdown transcripts with a heading, a bold name or a plain name for each speaker (``## User``, ``**Claude:**``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.lines import BadLine
from distillers.sources.prose import Turn, opening_id, told
from distillers.sources.segments import segments

_PEOPLE = "User|Human|Me|You|Prompt"
_AGENTS = (
    r"Assistant|Claude(?: Code)?|AI|ChatGPT|Copilot|GitHub Copilot|Cursor|Codex|Agent|Gemini|GPT[\w.-]*|Model|Response"
)
_OTHERS = "System|Tool|Tool [Rr]esult|Tool [Oo]utput"
_WHO = rf"(?P<who>{_PEOPLE}|{_AGENTS}|{_OTHERS})"
_INFO = r"(?:\s*[\[(](?P<info>[^\])\n]{0,60})[\])])?"
_STYLES: tuple[re.Pattern[str], ...] = (
    re.compile(rf"#{{1,4}} [^\w\s]*\s*{_WHO}{_INFO}\s*:?(?:\s*[-–—]\s*(?P<time>[\d:T .Z-]+))?\s*$"),
    re.compile(rf"\*\*[^\w\s*]*\s*{_WHO}{_INFO}(?::\*\*|\*\*:)[^\S\n]*(?P<text>.*)$"),
    re.compile(rf"{_WHO}{_INFO}:(?:[^\S\n]+(?P<text>\S.*))?$"),
)
_BEGINS = frozenset({"# ", "##", "**"}).union(name[:2] for name in f"{_PEOPLE}|{_AGENTS}|{_OTHERS}".split("|"))
"""The first two signs of a line that may be in one of the styles."""
_FENCE = re.compile(r"\s*(```|~~~)")
_TITLE = re.compile(r"# (?P<title>\S.*?)\s*$")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?")
_DATED = re.compile(r"\d{4}-\d\d-\d\d")


_Mark = tuple[int, re.Match[str]]
"""The number of a speaker's line, and how it is written."""


def _marks(lines: list[str]) -> list[_Mark]:
    """The speakers' lines, all in the style of the file: the first style in which both sides speak."""
    likely = [(number, line) for number, line in enumerate(lines) if line[:2] in _BEGINS]
    for style in _STYLES:
        found = [(number, match) for number, line in likely if (match := style.match(line))]
        if _both(found) and _both(free := _outside_fences(lines, found)):
            return free
    return []


def _both(found: list[_Mark]) -> bool:
    """Whether a person speaks and an agent does."""
    people = any(_is_person(match) for _, match in found)
    return people and any(re.fullmatch(_AGENTS, match["who"]) for _, match in found)


def _outside_fences(lines: list[str], found: list[_Mark]) -> list[_Mark]:
    """Those of ``found`` that stand outside fenced blocks."""
    fenced, fence = set[int](), ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if mark and (not fence or fence == mark[1]):
            fence = "" if fence else mark[1]
        elif fence:
            fenced.add(number)
    return [mark for mark in found if mark[0] not in fenced]


def _is_person(match: re.Match[str]) -> bool:
    return re.fullmatch(_PEOPLE, match["who"]) is not None


class Transcript:
    """Reader of Markdown transcripts."""

    name = "transcript"

    def claims(self, head: Head) -> bool:
        """Both sides speak under markers of one style."""
        return bool(_marks(head.lines))

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """A person's turns as typed or pasted; an agent's parted into talk, calls and results."""
        lines = file.lines
        marks = _marks(lines)
        ends = [*(number for number, _ in marks[1:]), len(lines)]
        parts = zip(marks, ends, strict=False)
        turns = [turn for (start, match), end in parts for turn in _turns(match, lines, start, end)]
        build = _builder(file, lines, turns)
        for turn in turns:
            yield from told(build, turn)


def _builder(file: SourceFile, lines: list[str], turns: list[Turn]) -> Builder:
    title = next((match["title"] for line in lines[:10] if (match := _TITLE.match(line))), "")
    dated = _DATED.search(file.path.name)
    unit = opening_id(Transcript.name, (turn.text for turn in turns))
    return Builder(str(file.path), "session", unit, when(dated[0]) if dated else "", prose=True, title=title)


def _turns(match: re.Match[str], lines: list[str], start: int, end: int) -> Iterator[Turn]:
    inline = match.groupdict().get("text") or ""
    said = (inline, *lines[start + 1 : end]) if inline else tuple(lines[start + 1 : end])
    line = start + 1 if inline else start + 2
    time = _TIME.search(f"{match.groupdict().get('time') or ''} {match['info'] or ''}")
    at = when(time[0]) if time else ""
    if _is_person(match):
        yield Turn("human", "message", line, _without_rule(said), at=at)
    elif match["who"] == "System":
        yield Turn("program", "status", line, said, at=at)
    elif match["who"].startswith("Tool"):
        yield Turn("tool", "result", line, said, at=at)
    else:
        yield from segments(said, line, at)


def _without_rule(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines without the rule that closes a turn."""
    end = len(lines)
    while end and not lines[end - 1].strip(" -*_\r"):
        end -= 1
    return lines[:end]
