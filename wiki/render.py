"""How a finding, a page's entry in an index, and a new page read. Values in, lines out; nothing here touches a page.

Everything that comes from a log goes through :func:`wiki.text.inert`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from distillers.findings import GLOBAL, Finding
from wiki.cited import note
from wiki.edit import Order, Text
from wiki.fold import SUPERSEDED
from wiki.groups import INDENT, Member
from wiki.headings import KINDS, UNCONFIRMED, home, is_unconfirmed
from wiki.matter import is_of_ticket, matter
from wiki.names import page_id, title_of
from wiki.page import quoted
from wiki.text import inert

_NOUNS = {
    "Rules": ("rule", "rules"),
    "Decisions": ("decision", "decisions"),
    "Gotchas and fixes": ("fix", "fixes"),
    "Facts": ("fact", "facts"),
    UNCONFIRMED: ("not yet confirmed", "not yet confirmed"),
}
_ORDER = [kind for _, _, kinds in KINDS for kind in kinds]
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """What an index says about one page or domain."""

    id: str
    title: str
    link: str
    """Relative, ending in ``.md``."""
    told: str
    """Counts, such as ``7 findings``."""
    updated: str
    """``YYYY-MM-DD`` or ""."""
    about: str = ""
    """What stands there, in a phrase (inert)."""


def section_of(finding: Finding) -> str:
    """The heading that a finding stands under."""
    if finding.status == "superseded":
        return SUPERSEDED
    return home(finding.kind, is_sure=finding.confidence == "high")


def order_of(finding: Finding) -> Order:
    """Where a finding stands within its section: by kind, then the newest first, then what it speaks of.

    What is not confirmed and what is superseded stand by day alone, and what one ticket says stands together, in the
    ticket's own order. The day is that on which it was first said: it stays as more is found, and so does the place.
    """
    section = section_of(finding)
    said = min((quote.at[:10] for quote in finding.evidence if quote.at), default="")
    day = _newest_first(finding.valid_from if section == SUPERSEDED else said)
    kind = 0 if is_unconfirmed(section) or section == SUPERSEDED else _ORDER.index(finding.kind)
    ticket, line = (finding.key, 0)
    if is_of_ticket(finding):
        ticket, line = finding.evidence[0].unit, finding.evidence[0].line
    return (kind, day, _natural(ticket), line, _natural(finding.key), finding.id)


def _natural(text: str) -> str:
    """``text`` as it sorts with its numbers by size."""
    return _DIGITS.sub(lambda number: number[0].zfill(9), text)


def block(finding: Finding, known: Mapping[str, Finding]) -> Text | None:
    """A finding as a list item with its footnotes; None if nothing of its claim can be shown.

    ``known`` are all findings of the domain by id: a superseded one names the day and words of its successor. What
    holds across domains cites nothing: whoever asks is told of their own domain's sources alone.
    """
    claim = matter(finding).whole
    return _line(f"- {_until(finding, known)}{claim}", finding) if claim else None


def member(finding: Finding) -> Member | None:
    """How a finding stands below another one of its ticket; None if it always stands for itself."""
    about = matter(finding)
    if not (about.head and about.rest and is_of_ticket(finding)) or finding.status == "superseded":
        return None
    return Member(f"- {about.head}", _line(f"{INDENT}- {about.rest}", finding))


def _line(said: str, finding: Finding) -> Text:
    cited = None if finding.domain == GLOBAL else note(finding)
    parts = (said, f"[^{cited[0]}]" if cited else "", _seen(finding), f"^{finding.id}")
    return Text(" ".join(part for part in parts if part), (cited,) if cited else ())


def told_of(sections: Mapping[str, int]) -> str:
    """What an index says of a page with so many findings under each heading; "notes" if it has none."""
    parts = {title: f"{n} {_NOUNS[title][n > 1]}" for title in _NOUNS if (n := sections.get(title, 0))}
    total = sum(number for title, number in sections.items() if title != SUPERSEDED)
    alone = next((title for title in parts if sections[title] == total), "")
    if not total:
        return "notes"
    if alone:
        return f"{count(total, 'finding')}, not yet confirmed" if alone == UNCONFIRMED else parts[alone]
    return count(total, "finding") + (f" ({', '.join(parts.values())})" if parts else "")


def entry(one: Entry) -> Text:
    """A page or domain as a line of an index."""
    updated = f", updated {one.updated}" if one.updated else ""
    about = f"{one.about} — " if one.about else ""
    return Text(f"- [{inert(one.title, 120) or one.link}]({one.link}): {about}{one.told}{updated} ^{one.id}")


def entry_order(one: Entry) -> Order:
    """Where an entry stands: newest first, then by name."""
    return (_newest_first(one.updated), one.link)


def new_page(domain: str, slug: str, title: str = "") -> bytes:
    """A page without blocks, called ``title``, or by the words of its name."""
    title = title or title_of(slug)
    head = {"id": page_id(domain, slug), "title": title, "domain": domain, "authority": "librarian"}
    return _blank(head, title)


def new_index(domain: str) -> bytes:
    """The index of ``domain``, or with "" of all domains, without entries."""
    title = domain or "Wiki"
    return _blank({"title": title, **({"domain": domain} if domain else {}), "authority": "librarian"}, title)


def count(number: int, noun: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _blank(head: Mapping[str, str], title: str) -> bytes:
    fields = "".join(f"{name}: {quoted(value)}\n" for name, value in head.items())
    return f"---\n{fields}---\n# {title}\n".encode()


def _seen(finding: Finding) -> str:
    told: list[str] = []
    if finding.seen > 1:
        last = f", last confirmed {finding.valid_from}" if finding.valid_from else ""
        told.append(f"seen in {finding.seen} {_media(finding)}{last}")
    told += [inert(warning, 120) for warning in finding.warnings]
    return f"({'; '.join(told)})" if told else ""


def _media(finding: Finding) -> str:
    tickets = {quote.origin == "ticket" for quote in finding.evidence}
    return "sessions and tickets" if len(tickets) > 1 else "tickets" if tickets == {True} else "sessions"


def _until(finding: Finding, known: Mapping[str, Finding]) -> str:
    """The dates of a superseded finding: when it was last said, and when another took its place."""
    if finding.status != "superseded":
        return ""
    heir = known.get(finding.superseded_by)
    since = min((quote.at[:10] for quote in heir.evidence if quote.at), default="") if heir else ""
    said = f"said {finding.valid_from}" if finding.valid_from else "undated"
    return f"({said}, replaced{' ' + since if since else ''}) "


def _newest_first(day: str) -> int:
    digits = day.replace("-", "")
    return -int(digits) if digits.isdigit() else 1
