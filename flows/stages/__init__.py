"""The stages of a night and of a day as plain functions: no Prefect here, so they run anywhere.

Each stage reads what the stage before it stored and stores its own result before the next one starts.
"""

from __future__ import annotations

from flows.report import Report
from flows.stages.distilling import distil
from flows.stages.filing import file
from flows.stages.gathering import Preview, collect, fetch, preview
from flows.stages.night import Night, day, opened, sources
from flows.stages.removing import pages_to_purge, purge_pages, revert, rewrite_history
from flows.stages.serving import brief, index
from flows.stages.telling import ask, learned, report
from flows.stages.writing import draft

__all__ = [
    "Night",
    "Preview",
    "ask",
    "brief",
    "collect",
    "day",
    "distil",
    "draft",
    "fetch",
    "file",
    "index",
    "learned",
    "nightly",
    "opened",
    "pages_to_purge",
    "preview",
    "purge_pages",
    "report",
    "revert",
    "rewrite_history",
    "sources",
]


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
