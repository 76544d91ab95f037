"""The headings of a page, in order: what to do first, what no longer holds last, and where to read on.

What is not confirmed stands apart under one heading, by kind under headings of its own. No two headings read the same,
so the words of one say which it is.
"""

from __future__ import annotations

from wiki.fold import SUPERSEDED

UNCONFIRMED = "Not yet confirmed"
SEE_ALSO = "See also"
PAGES = "Pages"
DOMAINS = "Domains"
KINDS = (
    ("Rules", "Asked for", ("rule", "correction")),
    ("Decisions", "Decided", ("decision", "choice")),
    ("Gotchas and fixes", "Problems and fixes", ("gotcha", "fix", "cause")),
    ("Facts", "How it works", ("fact",)),
)
"""The heading of each group of kinds where it is confirmed, and where it is not."""

_SURE = {kind: sure for sure, _, kinds in KINDS for kind in kinds}
_UNSURE = {kind: unsure for _, unsure, kinds in KINDS for kind in kinds}
_INNER = tuple(unsure for _, unsure, _ in KINDS)
SECTIONS = (*(sure for sure, _, _ in KINDS), UNCONFIRMED, *_INNER, SUPERSEDED, SEE_ALSO)


def home(kind: str, *, is_sure: bool) -> str:
    """The heading that findings of ``kind`` stand under."""
    return (_SURE if is_sure else _UNSURE)[kind]


def parent_of(title: str) -> str:
    """The heading that the heading ``title`` stands under; "" if it stands under none."""
    return UNCONFIRMED if title in _INNER else ""


def heading(title: str) -> str:
    """The line of a heading."""
    return f"{'###' if parent_of(title) else '##'} {title}"


def is_unconfirmed(title: str) -> bool:
    """Whether what stands under ``title`` is not confirmed; in wikis of an older version it stood under one heading."""
    return title == UNCONFIRMED or title in _INNER
