"""How a finding, a page's entry in an index, and a new page read. Values in, lines out; nothing here touches a page.

Everything that comes from a log goes through :func:`wiki.text.inert`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from distillers.findings import GLOBAL, Finding, Quote, squash
from wiki.edit import Order, Text, label
from wiki.fold import SUPERSEDED
from wiki.names import page_id, title_of
from wiki.page import quoted
from wiki.text import CLAIM_CHARS, QUOTE_CHARS, inert

UNCONFIRMED = "Not yet confirmed"
SEE_ALSO = "See also"
_KINDS = (
    ("Rules", ("rule", "correction")),
    ("Decisions", ("decision", "choice")),
    ("Gotchas and fixes", ("gotcha", "fix", "cause")),
    ("Facts", ("fact",)),
)
SECTIONS = (*(title for title, _ in _KINDS), UNCONFIRMED, SUPERSEDED, SEE_ALSO)
"""The headings of a page, in order: what to do first, what no longer holds last, and where to read on."""
_NOUNS = {
    "Rules": ("rule", "rules"),
    "Decisions": ("decision", "decisions"),
    "Gotchas and fixes": ("fix", "fixes"),
    "Facts": ("fact", "facts"),
    UNCONFIRMED: ("not yet confirmed", "not yet confirmed"),
}
PAGES = "Pages"
DOMAINS = "Domains"
CITED = 3
"""Quotes shown under one block; the ledger holds the rest."""

MORE_CHARS = 160
"""Shown of a quote that is not the first."""
OPENING_CHARS = 60
"""Shown of a quote that its claim repeats."""
LEAD_CHARS = 120

_ORDER = [kind for _, kinds in _KINDS for kind in kinds]
_HOME = {kind: title for title, kinds in _KINDS for kind in kinds}
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)
ORDER = "Standing order: "
_STOP = re.compile(r"[.!?](?:\s|$)")
_COLON = re.compile(r": (?=\S)")
_SCOPE = re.compile(r"\w+(?:\([^)]*\))?!?|[\w.#-]*\d[\w.#-]*|\w+ \d+|(?i:pull request)")
"""What names a kind of change ("feat(cli)") or a ticket ("ENT-248"), not the matter."""
_HASHLIKE = re.compile(r"[0-9a-f]{8}[0-9a-f-]{8,}", re.ASCII)


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


def section_of(finding: Finding) -> str:
    """The heading that a finding stands under."""
    if finding.status == "superseded":
        return SUPERSEDED
    return _HOME[finding.kind] if finding.confidence == "high" else UNCONFIRMED


def order_of(finding: Finding) -> Order:
    """Where a finding stands within its section: by kind, then the newest first, then what it speaks of.

    What is not confirmed and what is superseded stand by day alone, so that what one ticket says reads in one go. The
    day is that on which it was first said: it stays as more is found, and so does the finding's place.
    """
    section = section_of(finding)
    said = min((quote.at[:10] for quote in finding.evidence if quote.at), default="")
    day = _newest_first(finding.valid_from if section == SUPERSEDED else said)
    kind = 0 if section in {UNCONFIRMED, SUPERSEDED} else _ORDER.index(finding.kind)
    return (kind, day, _DIGITS.sub(lambda number: number[0].zfill(9), finding.key), finding.id)


def block(finding: Finding, known: Mapping[str, Finding]) -> Text | None:
    """A finding as a list item with its footnotes; None if nothing of its claim can be shown.

    ``known`` are all findings of the domain by id: a superseded one names the day and words of its successor. What
    holds across domains cites nothing: whoever asks is told of their own domain's sources alone.
    """
    claim = said(finding)
    if not claim:
        return None
    note = None if finding.domain == GLOBAL else _note(finding)
    parts = [f"- {_until(finding, known)}{claim}", f"[^{note[0]}]" if note else "", _seen(finding), f"^{finding.id}"]
    return Text(" ".join(part for part in parts if part), (note,) if note else ())


def said(finding: Finding) -> str:
    """The claim as its block says it; what a ticket or an order calls the matter stands before it in bold."""
    lead, rest = _lead(finding)
    if not lead:
        return inert(finding.claim, CLAIM_CHARS)
    return f"**{inert(lead, LEAD_CHARS)}:** {inert(rest, CLAIM_CHARS - len(lead))}"


def _lead(finding: Finding) -> tuple[str, str]:
    """The name of the matter that a claim begins with, and the rest of it; "" and all of it if it has none."""
    claim = " ".join(finding.claim.split())
    if claim.startswith(ORDER):
        return ORDER[:-2], claim.removeprefix(ORDER)
    if finding.evidence and finding.evidence[0].origin != "ticket":
        return "", claim
    stop = _STOP.search(claim)
    first = claim[: min(stop.start() if stop else len(claim), LEAD_CHARS)]
    ends = [one.start() for one in _COLON.finditer(first) if not _is_quoting(first[: one.start()])]
    ends = [end for end in ends if not _SCOPE.fullmatch(claim[:end])]
    begun = [end for end in ends if claim[end + 2].isupper() or claim[end + 2] == "`"]
    end = begun[0] if begun else ends[-1] if ends else 0
    return (claim[:end], claim[end + 2 :]) if end else ("", claim)


def _is_quoting(text: str) -> bool:
    """Whether a code span or a quotation is open where ``text`` ends."""
    return text.count("`") % 2 == 1 or text.count('"') % 2 == 1


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
    return Text(f"- [{inert(one.title, 120) or one.link}]({one.link}): {one.told}{updated} ^{one.id}")


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


def _note(finding: Finding) -> tuple[str, str] | None:
    """The one footnote of a block, by its label: where it was said, each session or ticket and day once."""
    groups: dict[tuple[str, str, str], list[Quote]] = {}
    for quote in finding.evidence[:CITED]:
        groups.setdefault((quote.unit, quote.origin, quote.at[:10]), []).append(quote)
    if not groups:
        return None
    claim = squash(finding.claim)
    told = "; ".join(_source(claim, quotes, is_first=not k) for k, quotes in enumerate(groups.values()))
    name = label(finding.id, 0)
    return name, f"[^{name}]: {finding.confidence} · {told}"


def _source(claim: str, quotes: Sequence[Quote], *, is_first: bool) -> str:
    """A session or ticket with what it says beyond the claim; the first of a footnote is quoted in any case."""
    lead = quotes[0]
    day = f", {lead.at[:10]}" if lead.at else ""
    origin = "" if lead.origin == "ticket" else f"{lead.origin} · "
    medium = "ticket" if lead.origin == "ticket" else "session"
    where = f"{origin}{medium} {cited_as(lead.unit)} line {lead.line}{day}"
    repeats = squash(lead.text) in claim
    if is_first:
        where += f': "{inert(lead.text, OPENING_CHARS if repeats else QUOTE_CHARS)}"'
    elif not repeats:
        where += f': "{inert(lead.text, MORE_CHARS)}"'
    more = [quote for quote in quotes[1:] if squash(quote.text) not in claim]
    return where + "".join(f'; line {quote.line}: "{inert(quote.text, MORE_CHARS)}"' for quote in more)


def cited_as(unit: str) -> str:
    """The id of a session or ticket as footnotes have it: a long hash by its first digits, a ticket's name as it is."""
    return unit[:8] + "…" if _HASHLIKE.fullmatch(unit) else inert(unit, 60)


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
