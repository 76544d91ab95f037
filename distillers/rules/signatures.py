"""Error signatures that recur over sessions: what goes wrong here again and again, whoever works.

Counted over sessions, not occurrences: one session that runs the same command fifty times is one witness. What varies
between two occurrences (numbers, hashes, folders, quoted names) is left out of the signature by the query itself. What
mended it in several sessions alike is told with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from distillers.claims import clean, quote_of
from distillers.findings import Candidate, Quote
from distillers.record.archive import Archive
from distillers.record.events import Event
from distillers.rules.base import ArchiveRule, normal
from distillers.rules.remedies import Remedy, remedies
from distillers.rules.runs import SHELLS, family, plain
from distillers.rules.speech import BAD_WORKAROUND
from distillers.rules.topics import named

SESSIONS = 3
MOST = 40
ALIKE = 2
"""Sessions in which the same has to have mended it before that is told; in :data:`SESSIONS` it is certain."""

SQL = r"""
WITH failures AS (
    SELECT r.unit, r."at", r.file, r.line, r.part, r.id AS result, c.id AS call,
           trim(regexp_extract(r.text, '(?im)^(?:[^$>+\n][^\n]*)?\b(?:error|fatal|failed|not found|no such|cannot'
               || '|denied|invalid|illegal|unknown|unrecognized|unexpected|missing)\b[^\n]*$')) AS said
    FROM events AS r JOIN events AS c ON c.unit = r.unit AND c.call = r.call AND c.kind = 'call'
    WHERE r.kind = 'result' AND r.origin = 'tool' AND r.failed AND r.call <> '' AND list_contains(?, lower(c.tool))
), signed AS (
    SELECT *, lower(regexp_replace(said,
        '\d+(?:[.:]\d+)*|\b[0-9a-f]{7,40}\b|(?:/[\w.@~-]+)+/|''[^'']*''|"[^"]*"|\x1b\[[\d;]*m', '_', 'g')) AS signature
    FROM failures WHERE length(said) BETWEEN 24 AND 240 AND NOT regexp_matches(said, '(?i)passed|warning|task failed')
), first AS (
    SELECT * FROM signed
    QUALIFY row_number() OVER (PARTITION BY unit, signature ORDER BY "at", file, line, part, result) = 1
)
SELECT signature, count(*) AS sessions,
       list({'unit': unit, 'result': result, 'call': call, 'said': said}
            ORDER BY "at", file, line, part, result) AS seen
FROM first GROUP BY signature HAVING count(*) >= ? ORDER BY sessions DESC, signature LIMIT ?
"""


def find(archive: Archive, domain: str) -> Iterator[Candidate]:
    """One candidate for each error line that failed commands printed in at least :data:`SESSIONS` sessions."""
    rows = archive.query(SQL, (sorted(SHELLS), SESSIONS, MOST), domain=domain).to_pylist()
    found = remedies(archive, domain, [(seen["unit"], seen["call"]) for row in rows for seen in row["seen"]])
    wanted = [seen[name] for row in rows for seen in row["seen"] for name in ("result", "call")]
    events = archive.many(domain, [*wanted, *(remedy.call for remedy in found.values())])
    for row in rows:
        yield from _candidate(domain, row, events, _same(row, found))


def _same(row: Mapping[str, Any], found: Mapping[str, Remedy]) -> Sequence[Remedy]:
    """What mended an error in most sessions alike; nothing if fewer than :data:`ALIKE` did it so."""
    groups: dict[tuple[bool, str], list[Remedy]] = defaultdict(list)
    for seen in row["seen"]:
        if remedy := found.get(seen["call"]):
            groups[remedy.key].append(remedy)
    often = [groups[key] for key in sorted(groups) if len(groups[key]) >= ALIKE]
    return max(often, key=len) if often else ()


def _candidate(
    domain: str, row: Mapping[str, Any], events: Mapping[str, Event], mended: Sequence[Remedy]
) -> Iterator[Candidate]:
    evidence = tuple(quote for seen in row["seen"] for quote in _quotes(seen, events))
    command = plain(events[row["seen"][0]["call"]].text).split("\n")[0]
    if len(evidence) < 2 * SESSIONS or BAD_WORKAROUND.search(command):
        return
    said = clean(row["seen"][-1]["said"], 200)
    worked = tuple(quote for one in mended if (quote := quote_of(events[one.call], one.command)))
    yield Candidate(
        domain=domain,
        kind="gotcha",
        claim=f"`{_shown(command)}` and the like fail again and again with: {said.rstrip('.')}.{_told(mended)}",
        key=f"signature:{normal(row['signature'])}",
        page="",
        rule="error-signature",
        tier="high" if len(worked) >= SESSIONS else "medium",
        evidence=(*evidence, *worked),
        topics=(family(command).split(" ")[0], *named(said)),
    )


def _told(mended: Sequence[Remedy]) -> str:
    if not mended:
        return ""
    first = ", then again" if mended[-1].before else ""
    return f" What worked: `{_shown(mended[-1].command)}`{first} (in {len(mended)} sessions)."


def _quotes(seen: Mapping[str, str], events: Mapping[str, Event]) -> Sequence[Quote]:
    result, call = events[seen["result"]], events[seen["call"]]
    found = (quote_of(result, seen["said"]), quote_of(call, plain(call.text).split("\n")[0]))
    return [quote for quote in found if quote is not None]


def _shown(command: str) -> str:
    return clean(command.replace("`", "'"), 110)


RULE = ArchiveRule("error-signature", "gotcha", "high", find)
