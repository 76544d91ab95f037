"""What else stands on the pages of an answer: for when all that speaks of the question is shown and there is room left.

Whoever wrote down why a thing is so may use none of the words of the question; a page is about one thing.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from wiki import calls
from wiki.answer import SHORTEST, fitting
from wiki.calls import Table
from wiki.hits import Shown, merged
from wiki.priors import traits


def further(shown: Sequence[Shown], tables: Sequence[Table], known: Container[str], characters: int) -> list[Shown]:
    """The other lines of the pages of ``shown``, page by page in their order, as far as ``characters`` for all are not
    spent. Those whose ids are ``known`` matched and have had their turn; these match nothing and score 0.
    """
    left = characters - sum(len(one.text) + 1 for one in shown)
    pages = {page: place for place, page in enumerate(dict.fromkeys((one.hit.domain, one.hit.source) for one in shown))}
    if left < SHORTEST or not pages:
        return []
    hits, _ = merged(calls.on_pages(tables, {source for _, source in pages}))
    others = [hit for hit in hits if (hit.domain, hit.source) in pages and hit.id not in known]
    others.sort(key=lambda hit: (pages[hit.domain, hit.source], traits(hit.kind).place))
    told = (Shown.of(hit, 0.0) for hit in others)
    return [one._replace(text=text) for one, text in fitting(told, lambda one: one.text, left)]
