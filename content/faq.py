"""Questions that agents really asked the wiki, as articles may answer them.

They were masked before they were kept. One that holds a mask, or that the patterns of today would mask, is left out
whole: what an article says is read by everybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from content.brief import Asked
from content.pillars import Pillar
from scheduling.ledger.store import Ledger
from wiki.questions import asked

OFTEN = 2
"""A question that came once is nobody's frequent one."""
MOST = 200
"""Questions of a domain that are looked at, the commonest first."""
_QUESTION = re.compile(
    r"(?:how|what|when|where|which|who|whom|whose|why|is|are|was|were|do|does|did|can|could|may|must|should|has|have)\b",
    re.IGNORECASE,
)
_MASK = "[REDACTED"


def frequent(ledger: Ledger, domains: Iterable[str], mask: Callable[[str], str]) -> dict[str, tuple[Asked, ...]]:
    """Domain → what was asked there more than once and reads as a question, the commonest first."""
    found = {domain: asked(ledger, domain, most=MOST) for domain in domains}
    return {
        domain: tuple(Asked(one.text, one.times) for one in some if one.times >= OFTEN and _fit(one.text, mask))
        for domain, some in found.items()
    }


def for_pillar(pillar: Pillar, known: Mapping[str, Iterable[Asked]]) -> tuple[Asked, ...]:
    """Of the ``known`` questions those of the domains that ``pillar`` draws from; of other silos it is told none."""
    return tuple(one for domain in sorted(known) if pillar.draws_from(domain) for one in known[domain])


def _fit(text: str, mask: Callable[[str], str]) -> bool:
    reads = text.rstrip().endswith("?") or _QUESTION.match(text) is not None
    return reads and _MASK not in text and mask(text) == text
