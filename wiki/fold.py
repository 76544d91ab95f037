"""The fold around what no longer holds: GitHub and MkDocs show it closed, Obsidian folds it by its heading.

It is the one piece of HTML that the librarian writes, two lines of fixed form with blank lines around them, so that
what stands between them stays Markdown. A person who takes it off never sees it come back.
"""

from __future__ import annotations

SUPERSEDED = "Superseded"
"""The heading of the section that is folded."""
OPENING = '<details markdown="1"><summary>What no longer holds, the newest first</summary>'
CLOSING = "</details>"


def folded(title: str, items: tuple[str, ...]) -> tuple[str, ...]:
    """The lines of a new section's body: ``items``, in a fold if the section ``title`` has one."""
    return ("", OPENING, "", *items, "", CLOSING) if title == SUPERSEDED else items


def is_fold(line: str) -> bool:
    """Whether ``line`` (with its ending) opens or closes a fold of ours."""
    return line.rstrip("\r\n") in {OPENING, CLOSING}
