"""The daily flow: what the wiki learned becomes a draft, and a person is asked about it."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, get_run_logger

from content.drafting import Drafted
from flows import reviews, steps
from flows.settings import load


@flow(name="daily", flow_run_name=steps.dated("daily"), persist_result=False)
def daily(workspace: str, pillar: str | None = None) -> Drafted:
    """Drafts an article for ``pillar`` (default: the one that is due) and opens its review.

    Too little news is no error: then nothing is drafted, and the log says why.
    """
    settings = load(Path(workspace))
    with steps.turn(settings):
        drafted = steps.draft(settings, pillar)
    if drafted.request_id:
        reviews.open_review(settings, drafted.request_id, drafted.slug)
    get_run_logger().info(f"{drafted.slug} waits for an editor" if drafted.request_id else drafted.reason)
    return drafted
