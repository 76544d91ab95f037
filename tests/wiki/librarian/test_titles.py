"""Pages are called by their words as people write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from distillers.findings import Finding
from wiki.titles import titles_of

SAID = (
    "The CLI asks GitHub for the CheckpointID",
    "A cli flag of the `CheckpointID` type; see https://github.com/shop/shop",
    "CLI and web share the MCP server",
)


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        ("cli", "CLI"),
        ("checkpointid", "CheckpointID"),
        ("github", "GitHub"),
        ("cli-mcp", "CLI MCP"),
        ("web", "Web"),
        ("web-mcp", "Web MCP"),
        ("working-here", "Working here"),
        ("notes-2", "Notes, part 2"),
        ("python-3", "Python 3"),
    ],
)
def test_a_title_is_spelled_as_the_findings_spell_it(slug: str, title: str, finding: Callable[[str], Finding]) -> None:
    assert titles_of([slug, "notes"], [finding(claim) for claim in SAID])[slug] == title
