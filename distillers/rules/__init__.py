"""The rules, as ordered lists. Adding one touches its own module and one line here."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from distillers.rules import (
    answers,
    causes,
    commands,
    commits,
    corrections,
    explained,
    orders,
    reports,
    signatures,
    tickets,
    turned,
    wishes,
)
from distillers.rules.base import ArchiveRule, Rule
from distillers.salience import WEIGHTS

SESSION_RULES: tuple[Rule, ...] = (
    orders.RULE,
    corrections.REJECTIONS,
    corrections.RULE,
    corrections.CONCEDED,
    answers.RULE,
    commands.RULE,
    commits.RULE,
    causes.RULE,
    reports.RULE,
    explained.RULE,
    wishes.RULE,
)
"""Run over each session that is new or changed."""

TICKET_RULES: tuple[Rule, ...] = (tickets.RULE, turned.RULE)
"""Run over each ticket that is new or changed."""

ARCHIVE_RULES: tuple[ArchiveRule, ...] = (signatures.RULE,)
"""Run over a whole domain, as SQL over the record."""


SHARED = (
    *("anew", "blocks", "claims", "cues", "givenup", "titles"),
    *("grade", "later", "overtaken", "pages", "resolved", "restated", "retold", "rulings", "senses", "settle"),
)
"""Modules beside the rules by which claims are worded, weighed and settled."""


@cache
def edition() -> str:
    """A hash of the rules, of what weighs and grades their candidates, and of what settles them.

    When it changes, all is distilled anew.
    """
    here = Path(__file__).parent
    weighed = sorted(WEIGHTS.parent.glob("*.py"))
    sources = [*sorted(here.glob("*.py")), *weighed, WEIGHTS, *(here.parent / f"{name}.py" for name in SHARED)]
    return hashlib.blake2b(b"\0".join(path.read_bytes() for path in sources), digest_size=8).hexdigest()
