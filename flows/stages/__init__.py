"""The stages of a night and of a day as plain functions: no Prefect here, so they run anywhere.

Each stage reads what the stage before it stored and stores its own result before the next one starts. In a nightly a
stage first asks whether anything that it rests on changed (:mod:`flows.stages.rest`); if not, it is over before what
it works with is loaded.
"""

# ruff: noqa: PLC0415 (a stage imports what it works with once it has something to do)

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from distillers.accounts import Collected, Tally, account
from distillers.survey import glance, outline
from flows.report import Report
from flows.stages import keys
from flows.stages.night import Night, opened
from flows.stages.rest import on, turn
from scheduling.base.clock import now

if TYPE_CHECKING:
    from distillers.distil import Distilled
    from distillers.fetch.fetching import Fetched
    from wiki.filed import Filed
    from wiki.index import Indexed

__all__ = [
    "Night", "ask", "brief", "collect", "distil", "fetch", "file", "index", "nightly", "opened", "report",
]  # fmt: skip


def nightly(night: Night) -> Report:
    """The whole night, one stage after another; what Prefect does as tasks, in one call."""
    fetch(night)
    collected = collect(night)
    distilled = distil(night)
    filed = file(night)
    index(night)
    brief(night)
    ask(night)
    return report(night, collected, distilled, filed)


def fetch(night: Night) -> list[Fetched]:
    """Brings merged tickets from where they live into files of the workspace. No failure of theirs ends the night."""
    stage = turn(night, "fetch")
    if stage.told is not None and not night.settings.targets:
        return []
    from flows.stages import gathering

    fetched = gathering.fetch(night)
    stage.done()
    return fetched


def collect(night: Night) -> Collected:
    """Reads what is new in the sources into the archive, redacted."""
    began = time.monotonic()
    seen = glance(night.sources)
    stage = turn(night, "collect", outline(seen), str(night.since), keys.gitleaks(night.settings))
    if stage.over:
        known = account(night.ledger, seen, Tally())
        night.seconds["collect"] = round(time.monotonic() - began, 3)
        return known
    from flows.stages import gathering

    collected = gathering.collect(night)
    stage.done(key="" if gathering.is_left(night) else None)
    return collected


def distil(night: Night, *, ask: bool = True) -> Distilled | None:
    """Turns changed sessions and tickets into graded findings, as people ruled; without ``ask`` no agent is asked.

    None if nothing changed that they rest on.
    """
    code = keys.repositories(night.settings)
    stage = turn(night, "distil", keys.record(night.settings), code)
    if stage.over:
        return None
    from flows.stages import distilling

    distilled = distilling.distil(night, ask=ask)
    left = distilled.asked.queued or distilled.asked.parked or distilled.asked.problem
    stage.done(key="" if left else on(night, keys.record(night.settings), code))
    return distilled


def file(night: Night) -> list[Filed]:
    """Lets the librarian file what was accepted, one commit per domain at most, on top of what people pushed.

    What is filed in a wiki with a remote rests on what people pushed there: it is looked at each night.
    """
    before = "" if night.settings.remote else keys.wiki(night.settings)
    stage = turn(night, "file", before)
    if stage.over:
        return []
    from flows.stages import filing, left

    head = left.head(night)
    filed = filing.file(night)
    stage.done(key=on(night, left.rests_on(night, head, filed)))
    return filed


def index(night: Night, *, rebuild: bool = False) -> Indexed | None:
    """Brings the search index to the wiki's newest commit and the newest record; with ``rebuild`` makes it anew.

    None if it is there already.
    """
    wiki = keys.wiki(night.settings)
    stage = turn(night, "index", wiki, keys.index(night.settings))
    if not rebuild and stage.over:
        return None
    from flows.stages import serving

    indexed = serving.index(night, rebuild=rebuild)
    stage.done(key=on(night, wiki, keys.index(night.settings)))
    return indexed


def brief(night: Night) -> tuple[str, ...]:
    """Has disputed findings read again and all briefs prepared; returns the domains whose brief is new."""
    stage = turn(night, "brief", keys.wiki(night.settings))
    if stage.over:
        return ()
    from flows.stages import serving

    fresh = serving.brief(night)
    stage.done()
    return fresh


def ask(night: Night) -> str:
    """Gathers what is uncertain into one request to a person; its id, "" if there is nothing to ask.

    What nobody answers is asked about for some days only, so each day is another.
    """
    stage = turn(night, "ask a person", now().date().isoformat())
    if stage.over:
        return stage.told or ""
    from flows.stages import telling

    request = telling.ask(night)
    stage.done(request)
    return request


def report(night: Night, collected: Collected, distilled: Distilled | None, filed: Sequence[Filed]) -> Report:
    """What the night did, with the change of the wiki as a diff."""
    stage = turn(night, "report")
    if stage.told is not None and distilled is None and not filed:
        made = Report.of(night.run.id, collected, None, (), night.seconds)
        notices = tuple(json.loads(stage.told))
        return replace(made, fetched=tuple(night.fetched), notices=notices, agent=night.settings.distiller)
    from flows.stages import telling

    return telling.report(night, stage, collected, distilled, filed)
