"""What a ticket's title says its claims are about: no kind of change, no numbers, not that a review was answered."""

from __future__ import annotations

import re

from distillers.claims import clean
from distillers.cues import WHY

LONGEST = 110
_TYPE = re.compile(
    r"^\W*(?:feat(?:ure)?|fix|bug|bugfix|refactor|perf|docs?|test|chore|ci|build|style|pr|pull request|mr|specstory"
    r"|task|issue|story|summary)(?:\((?P<scope>[^)]*)\))?!?\s*(?:#?\d+)?\s*:\s+|^\[(?:bug|feature|feat|chore|task|wip)\]:?\s+",
    re.IGNORECASE,
)
"""The kind of change or of text, as commits and forms put it in front."""
_NUMBER = re.compile(r"^(?:#?\d+(?:\.\d+)*|[A-Z]{2,}-\d+(?:\.\d+)*)[:.]\s+")
_BEHIND = re.compile(r"\s*\((?:#\d+|[A-Za-z]+-\d+)\)$")
_REVIEW = re.compile(
    r"^(?:more )?(?:address|respond to|apply|incorporate|resolve|handle|fix|review)\w*\b[^:]*"
    r"\b(?:review(?:er)?s?|feedback|comments?|nits?|suggestions?)\b[^:]*(?::\s*|$)",
    re.IGNORECASE,
)
"""A title that says only that a review was answered, up to what it then names."""


_CHANGES = re.compile(r"\bfrom \S+(?: \S+)? to \S+|->|→")
"""What a title says holds now, whatever verb it opens with."""


def changes(title: str) -> bool:
    """Whether a title says from what to what something was changed."""
    return _CHANGES.search(title) is not None


def tells(title: str) -> bool:
    """Whether a title is worth reading alone: it gives a reason, or says from what to what something was changed."""
    return changes(title) or WHY.search(title) is not None


def subject(title: str) -> str:
    """The title as a claim opens with it; "" if it says nothing of its subject."""
    name, scope = clean(title, LONGEST).rstrip("."), ""
    while found := _TYPE.match(name) or _NUMBER.match(name):
        scope = scope or (found.groupdict().get("scope") or "")
        name = name[found.end() :]
    name = _REVIEW.sub("", _BEHIND.sub("", name)).strip(" -–—")
    if not name:
        return ""
    about = f" ({scope})" if re.fullmatch(r"[a-z][\w/-]+", scope) and scope.lower() not in name.lower() else ""
    opened = name[:1].upper() + name[1:] if re.match(r"[a-z]+(?:-[a-z]+)*\s", name) else name
    return opened + about
