"""What a ticket's sentence says of the work besides is cut, and the part about the product stays word for word."""

from __future__ import annotations

import pytest

from distillers.rules.doing import about_work
from distillers.rules.trimmed import trimmed

CUT = (
    ("Addressed PR feedback: the list keeps its order after a reload.", "The list keeps its order after a reload."),
    ("Review follow-up completed: `send()` now refuses an empty body.", "`send()` now refuses an empty body."),
    ("Follow-up: restored the old split of `--ref` into values.", "Restored the old split of `--ref` into values."),
    ("No code change needed: `list` already sorts by day and by shelf.", "`list` already sorts by day and by shelf."),
    ("`loadAll()` (lines 310, 322) now passes the prefix to both.", "`loadAll()` now passes the prefix to both."),
    ("Moved the retry of the mailer into `send()` at line 200.", "Moved the retry of the mailer into `send()`."),
    (
        "The queue is emptied before the worker ends, and added regression tests for it.",
        "The queue is emptied before the worker ends.",
    ),
    (
        "The queue is emptied before the worker ends its last round, with focused unit tests.",
        "The queue is emptied before the worker ends its last round.",
    ),
    (
        "Orders without a shelf are listed last on every page, and validation passed.",
        "Orders without a shelf are listed last on every page.",
    ),
    (
        "Orders without a shelf are listed last on every page, and updated the docs",
        "Orders without a shelf are listed last on every page",
    ),
)
WHOLE = (
    "Review feedback is stored beside the order, because people lost it.",
    "Review correction: the claim that `npx shop` fails was wrong.",
    "Code review found a bug: keys keep their case, so that lookups fail.",
    "The runner compares both, and the tests that fail twice are listed first.",
    "Line 12 of `shop.toml` names the shelf that is read first.",
    "Orders are read once, and updated when the shelf changes its place.",
    "Fixed, and added tests.",
)
BOOKS = (
    "Updated 11 command handlers to use one `print()`.",
    "Comments updated to say less of `send()`.",
    "The comment in `send()` wrongly said that it retries.",
    "Updated CLI instruction guides and `SHOP.md` so people find `list`.",
    "Documented both ways to start `shop` in the README.",
    "Task 285 description/ACs updated to describe `send()`.",
    "The stale changes in `shop.py` were dropped because current main already contains `send()`.",
    "Closed - both were fixed: 1) `send()` (commit f959e8c).",
    "Manual MCP call verifies that `send()` waits.",
    "Tests cover `send()` with and without a shelf.",
    "Fix merged to main via PR #7, closing issue #6, because `send()` broke.",
)
NO_BOOKS = (
    "Updated the workflow docs to clarify that `done` is no archive.",
    "Updated `AGENTS.md` to state that `shop` is read from outside.",
    "Updated document update flow to take JSON instead of a form.",
    "Update `AGENTS.md` discovery so that `shop` reads it once.",
    "Rebase/cherry-pick/revert operations skip `send()` altogether.",
    "The order happens because `list` only looks at the current branch.",
)


@pytest.mark.parametrize(("text", "told"), CUT)
def test_what_is_said_of_the_work_besides_is_cut(text: str, told: str) -> None:
    assert trimmed(text) == told
    assert trimmed(told) == told


@pytest.mark.parametrize("text", WHOLE)
def test_a_sentence_that_says_nothing_besides_stays_whole(text: str) -> None:
    assert trimmed(text) == text


@pytest.mark.parametrize("text", BOOKS)
def test_bookkeeping_is_about_the_work(text: str) -> None:
    assert about_work(text)


@pytest.mark.parametrize("text", NO_BOOKS)
def test_what_a_document_or_a_branch_is_to_the_product_is_not(text: str) -> None:
    assert not about_work(text)
