"""The nightly flow: what agents did since last time becomes what the wiki knows."""

from __future__ import annotations

from pathlib import Path

from prefect import flow

from flows import reviews, steps
from flows.report import Report
from flows.settings import load


@flow(name="nightly", flow_run_name=steps.dated("nightly"), persist_result=False)
def nightly(workspace: str, only: str | None = None, since: str | None = None) -> Report:
    """Collects, distils, files and indexes what is new in ``workspace``, and leaves the report as an artifact.

    What is uncertain then waits for a person in one review.

    ``only`` names one domain; ``since`` is a date. Raises BusyError if another run holds the workspace.
    """
    settings = load(Path(workspace))
    with steps.opened(settings, "nightly", only=only, since=since) as night:
        steps.fetch(night)
        collected = steps.collect(night)
        distilled = steps.distil(night)
        filed = steps.file(night)
        steps.index(night)
        steps.brief(night)
        steps.ask(night)
        report = steps.report(night, collected, distilled, filed)
    reviews.agree(settings)
    return report
