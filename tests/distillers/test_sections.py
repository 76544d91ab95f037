"""What a heading of a ticket announces."""

import pytest

from distillers.rules.sections import Section, section_of


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Current Behavior", "problem"),
        ("Existing state:", "problem"),
        ("Previous behaviour", "problem"),
        ("Behaviour", "outcome"),
        ("Current behaviour and its root cause", "cause"),
        ("Root cause", "cause"),
        ("Rationale", "decision"),
        ("Why this works", "other"),
        ("Changes (3 files)", "outcome"),
        ("Acceptance criteria", "criteria"),
        ("Test plan", "skip"),
        ("Miscellany", "other"),
    ],
)
def test_a_heading_says_what_its_section_is_for(heading: str, section: Section) -> None:
    assert section_of(heading) == section
