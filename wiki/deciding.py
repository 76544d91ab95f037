"""A night's part in conflicts: carrying out what people decided about lines, and finding lines to ask about. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wiki.blocks import Row, digest
from wiki.conflicts import Conflict, Decided
from wiki.edit import Text, standing
from wiki.page import Block, Page
from wiki.plan import Steps, Wanted
from wiki.stand import Stand


def with_decisions(
    stand: Stand, pages: Mapping[str, Page], wanted: Mapping[str, Wanted]
) -> tuple[dict[str, Row], dict[str, Wanted], frozenset[str]]:
    """What is remembered of findings and wanted of them once decisions hold, and the blocks that get a person's words.

    A decision about a line that reads otherwise by now changes nothing.
    """
    rows = {key: row for key, row in stand.rows.items() if key.startswith("f-")}
    changed = dict(wanted)
    merged: set[str] = set()
    stood = _standing(pages, stand.decided)
    for key, one in stand.decided.items():
        row, want, (sha, section) = rows.get(key), wanted.get(key), stood.get(key, ("", ""))
        if row is None or want is None or sha != one.conflict.saw:
            continue
        if one.word == "theirs":
            rows[key] = replace(row, ours=one.conflict.gist)
            continue
        rows[key] = replace(row, sha=sha, state="live", section=section)
        if one.word == "merged":
            changed[key] = replace(want, text=_in_words(want, one), section=section, target=row.target, member=None)
            merged.add(key)
    return rows, changed, frozenset(merged)


def found(domain: str, pages: Mapping[str, Page], todo: Steps, wanted: Mapping[str, Wanted]) -> tuple[Conflict, ...]:
    """The lines that a person and the evidence say differently, both versions of each."""
    at = {block.id: (page, block) for page in pages.values() for block in page.blocks if block.id in todo.disputed}
    return tuple(_conflict(domain, *at[key], wanted[key]) for key in todo.disputed if key in at)


def _conflict(domain: str, page: Page, block: Block, want: Wanted) -> Conflict:
    saw = digest(standing(page, block))
    return Conflict(domain, block.id, page.name, block.text, want.text.line, saw, want.gist)


def _standing(pages: Mapping[str, Page], keys: Mapping[str, Decided]) -> dict[str, tuple[str, str]]:
    """What blocks hash to as they stand, and under which heading."""
    there = ((page, block) for page in pages.values() for block in page.blocks if block.id in keys)
    return {block.id: (digest(standing(page, block)), block.section) for page, block in there}


def _in_words(want: Wanted, one: Decided) -> Text:
    """The line in a person's words, with the sources of the finding."""
    marks = " ".join(f"[^{name}]" for name, _ in want.text.notes)
    return replace(want.text, line=" ".join(part for part in (f"- {one.claim}", marks, f"^{want.id}") if part))
