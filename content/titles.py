"""Title and description of an article, as long as search results show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from content.checks import DESCRIPTION, TITLE
from content.phrases import Facts, listed
from wiki.text import visible


def title_of(heading: str, names: Sequence[str], *, several: bool) -> str:
    """The pillar's heading, followed by as many section names as fit; without them if there is one section only."""
    head = visible(heading)
    told = [name for name in names if name.lower() not in head.lower().split()]
    fitting = (f"{head}: {listed(told[:count])}" for count in range(min(len(told), 3), 0, -1))
    return next((title for title in fitting if len(title) <= TITLE and several), _cut(head, TITLE))


def description_of(facts: Facts, names: Sequence[str]) -> str:
    """What search results show: counts, dates and subjects, 70 to 160 characters if they can be had."""
    head = f"{facts.total} checked findings from {facts.units}"
    about = [f", on {listed(names[:count])}" for count in range(min(len(names), 4), 0, -1)]
    forms: list[Callable[[str], str]] = [lambda on: f"{head}, recorded {facts.span}{on}.", lambda on: f"{head}{on}."]
    options = [form(on) for form in forms for on in [*about, ""]]
    low, high = DESCRIPTION
    fitting = [text for text in options if low <= len(text) <= high]
    return fitting[0] if fitting else _cut(options[0], high)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,:;") + "…"
