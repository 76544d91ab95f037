"""What a person said through the harness of Claude Code: a refused tool call, a question answered.

The harness writes both as tool results. They count as a person's only where the record's own fields say so: an error
result whose ``toolUseResult`` is the harness's too, and a result of the tool that asks questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

ASKING = frozenset({"AskUserQuestion", "ask_user_question", "request_user_input"})

_REFUSED = (
    "The user doesn't want to proceed with this tool use.",
    "The user doesn't want to take this action right now.",
)
_REJECTED = "User rejected tool use"
_ERRORS = tuple("Error: " + text for text in _REFUSED)
_REASON = re.compile(
    r"(?:the user said:|The user provided the following reason for the rejection:)\s*(?P<reason>.*?)"
    r"\s*(?:\n\nNote: The user's next message may contain a correction.*)?\Z",
    re.DOTALL,
)
_BOILERPLATE = re.compile(r"The user wants to clarify these questions\b")
_CLARIFIED = re.compile(r'- "(?P<question>.*?)"\n\s+Answer: (?P<answer>[^\n]+)')


def is_refusal(text: str, result: object, tool: str) -> bool:
    """Whether an error result says that a person refused the call.

    ``result`` is the record's ``toolUseResult``, which the harness writes. A foreign tool that only prints the same
    words is not believed: what an MCP server reports as an error is copied there too, so only the harness's own
    word counts for those.
    """
    if not text.startswith(_REFUSED):
        return False
    if tool.startswith("mcp__"):
        return isinstance(result, str) and result.startswith(_REJECTED)
    return result is None or (isinstance(result, str) and result.startswith((_REJECTED, *_ERRORS)))


def reason(text: str) -> str:
    """The reason that the person gave for a refusal, "" if none: boilerplate is no reason."""
    match = _REASON.search(text)
    return "" if match is None or _BOILERPLATE.match(match["reason"]) else match["reason"]


def clarified(text: str) -> Iterator[str]:
    """The answers, as "question" newline "→ answer", that stand inside a refusal to answer all of the questions."""
    for match in _CLARIFIED.finditer(text):
        if not match["answer"].startswith("(No answer"):
            yield f"{match['question']}\n→ {match['answer'].strip()}"


def answers(text: str, result: object, questions: tuple[str, ...]) -> Iterator[str]:
    """Each answered question as "question" newline "→ answer".

    ``result`` is the record's ``toolUseResult`` with its ``answers``; without it the text is parted at the
    ``questions`` that the call asked.
    """
    given = cast("Mapping[str, object]", result).get("answers") if isinstance(result, dict) else None
    if isinstance(given, dict):
        for question, answer in cast("dict[str, object]", given).items():
            if isinstance(answer, str) and answer:
                yield f"{question}\n→ {answer}"
        return
    marks = sorted((at, q) for q in questions if (at := text.find(f'"{q}"="')) >= 0)
    ends = [at for at, _ in marks[1:]] + [len(text)]
    for (at, question), end in zip(marks, ends, strict=False):
        answer = text[at + len(question) + 4 : end]
        answer = answer[: answer.rfind('"')] if '"' in answer else answer
        yield f"{question}\n→ {answer}"


def asked(arguments: object) -> tuple[str, ...]:
    """The questions in the arguments of a call."""
    listed = cast("Mapping[str, object]", arguments).get("questions") if isinstance(arguments, dict) else None
    if not isinstance(listed, list):
        return ()
    rows = (cast("Mapping[str, object]", row) for row in cast("list[object]", listed) if isinstance(row, dict))
    return tuple(q for row in rows if isinstance(q := row.get("question"), str))
