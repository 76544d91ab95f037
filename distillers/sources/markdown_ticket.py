"""Task specifications, pull request texts, decisions and to-do lists as plain Markdown.

There is no format to recognise, only a shape: a heading that names a task, sections that tickets have, or check boxes.
And such a file begins with a heading that no other outranks, or it is a list of check boxes without any. What begins in
the middle of something is the rest of a document that was cut: nobody can say whether it was a ticket or a talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.frontmatter import front_matter
from distillers.sources.lines import BadLine
from distillers.sources.tickets import mentions, named, parts, sections, state, unique

_TITLE = re.compile(r"#{1,2}\s+(?P<title>\S.*?)\s*#*\s*$")
_NUMBERED = re.compile(
    r"(?P<kind>Task|Issue|Ticket|Bug|Story|Epic|PR|Pull Request|ADR|RFC|Decision)\b[ :-]*#?(?P<number>\d+)?\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^(?:\W*\w+\()?(?:feat|fix|docs|refactor|test|chore|perf|build|ci)(?:\([^)]*\))?!?:|\bTODO\b|\bbacklog\b", re.I
)
_SUFFIXES = frozenset({".md", ".mdx", ".mdc", ".markdown", ".txt"})
_SECTIONS = """
    problem context background motivation why rationale goals? objectives? requirements? scope
    user_stor(y|ies) acceptance_criteria description summary changes key_changes design approach solution
    root_cause cause fix decisions? key_decisions consequences alternatives status implementation plan
    next_steps remaining_steps steps tasks? subtasks testing tests verification test_plan notes work_?log
    lessons impact risks? dependencies related references estimated_effort priority commits modified_files
    completed in_progress to_?do backlog current_backlog open_questions expected_behavior actual_behavior
    steps_to_reproduce style_guidelines
"""
_USUAL = "|".join(_SECTIONS.split()).replace("_", " ")
_SECTION = re.compile(rf"(?:\d+[.)] )?\W*({_USUAL})\b", re.IGNORECASE)
_BOX = re.compile(r"\s*[-*] \[(?P<state>[ xX+~-])\] (?P<text>.*\S)")
_LINKED = re.compile(r"\[(?P<ref>#\d+)\]\((?P<path>[^)]*)\)")
_STATUS = re.compile(
    r"\s*(?:[-*]\s*)?\*{0,2}status\*{0,2}:?\*{0,2}:?\s*`?\[?(?P<state>[A-Za-z][\w -]{1,20})", re.IGNORECASE
)
_SIGNS = frozenset("#`~")
"""How the lines of headings and fences begin."""
_DATED = re.compile(r"\d{4}-\d\d-\d\d")
_STATES = {"x": "done", "X": "done", " ": "open", "+": "in progress", "~": "in progress", "-": "in review"}


def _heading_lines(lines: list[str]) -> Iterator[str]:
    """The headings outside fenced blocks, as they are written."""
    fence = False
    for line in [line for line in lines if line.lstrip()[:1] in _SIGNS]:
        if line.lstrip().startswith(("```", "~~~")):
            fence = not fence
        elif not fence and line[:1] == "#" and line.lstrip("#")[:1] == " ":
            yield line


def _shape(lines: list[str], heads: list[str]) -> bool:
    headings = [line.lstrip("#").strip() for line in heads]
    usual = sum(1 for heading in headings if _SECTION.match(heading))
    first = headings[0] if headings else ""
    if _NUMBERED.match(first) or _NAMED.search(first):
        return True
    if usual >= 2 or (usual == 1 and len(headings) <= 4):
        return True
    return sum(1 for line in lines if "[" in line and _BOX.match(line)) >= 3


def _begins(lines: list[str], heads: list[str]) -> bool:
    """Whether the file begins as a whole document does, below its front matter and comments."""
    comment = False
    for line in lines[front_matter(lines).end :]:
        comment = comment or line.lstrip().startswith("<!--")
        if line.strip() and not comment:
            level = len(line) - len(line.lstrip("#"))
            return not _outranked(heads, level or 7) and (level > 0 or bool(_BOX.match(line)))
        comment = comment and "-->" not in line
    return False


def _outranked(heads: list[str], level: int) -> bool:
    return any(0 < len(line) - len(line.lstrip("#")) < level for line in heads)


class MarkdownTicket:
    """Reader of Markdown that has the shape of a ticket. It is asked last."""

    name = "markdown-ticket"

    def claims(self, head: Head) -> bool:
        """Markdown by its suffix, whole at its beginning, with a ticket's title, sections or check boxes."""
        if head.path.suffix.lower() not in _SUFFIXES:
            return False
        heads = list(_heading_lines(head.lines))
        return _begins(head.lines, heads) and _shape(head.lines, heads)

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The title as ``status``, one ``section`` for each section; each linked check box says its ticket's state."""
        lines = file.lines
        title = next(((n, m) for n, line in enumerate(lines) if line[:1] == "#" and (m := _TITLE.match(line))), None)
        build = _builder(file, lines, title[1]["title"] if title else file.path.stem)
        if title:
            yield named(title[1]["title"], title[0] + 1, build)
        boxes = [
            (n, m)
            for n, line in enumerate(lines, 1)
            if "](" in line and (m := _BOX.match(line)) and _LINKED.search(m["text"])
        ]
        if len(boxes) > 3:
            yield from (_listed(build, number, match) for number, match in boxes)
        else:
            yield from parts(build, "\n".join(lines), 1)


def _listed(build: Builder, line: int, match: re.Match[str]) -> Event:
    """A line of a task list: the title of a ticket that has its text elsewhere, and its state."""
    link = _LINKED.search(match["text"])
    ref = link["ref"] if link else ""
    title = match["text"][: link.start()].strip() if link else match["text"]
    labels = (state(_STATES[match["state"]]),)
    unit = _unit_of(ref)
    key = build.counted(f"{unit}\0{labels[0]}\0{title}")
    return build.event(key, line, "ticket", "status", title, unit=unit, title=title, labels=labels, refs=(ref,))


def _unit_of(ref: str) -> str:
    """``#012`` and ``12`` name the same task."""
    return f"task-{int(ref.lstrip('#'))}"


def _builder(file: SourceFile, lines: list[str], title: str) -> Builder:
    numbered = _NUMBERED.match(title)
    is_request = bool(numbered) and numbered["kind"].lower() in ("pr", "pull request") if numbered else False
    number = numbered["number"] if numbered and not is_request else None
    folder = file.path.parent.name
    unit = _unit_of(number) if number else f"{folder}/{file.path.stem}"
    about = [f"#{folder}"] if folder.isdigit() else []
    above = "\n".join(lines[:60])
    told = sections(above) if "status" in above.lower() else ()
    status = next((m["state"] for section in told for m in _states(section.path, section.text)), "")
    dated = _DATED.search(file.path.name)
    return Builder(
        file=str(file.path),
        medium="ticket",
        unit=unit,
        at=when(dated[0]) if dated else "",
        prose=True,
        title=title,
        labels=(state(status),) if status else (),
        refs=unique([f"#{number}"] if number else (), about, mentions(title)),
    )


def _states(path: tuple[str, ...], text: str) -> Iterator[re.Match[str]]:
    """What a section says of the ticket's state: a ``Status: …`` line, or the first word below such a heading."""
    if path and path[-1].lower() == "status":
        text = f"status: {text}"
    for line in text.split("\n"):
        if match := _STATUS.match(line):
            yield match
