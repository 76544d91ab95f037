"""A row knows when anything of its event changed."""

from dataclasses import fields, replace
from typing import Any

import pytest

from distillers.record.events import Event, event_id
from distillers.record.rows import Row, columns_of

EVENT = Event(event_id("s1", "a"), "s1", "session", "", "human", "message", "hello", "/logs/a", 1)
OTHERS: dict[str, Any] = {"str": "other", "int": 2, "bool": True, "tuple[str, ...]": ("other",)}


def check(part: int, event: Event) -> int:
    return columns_of([Row("shop", part, event)])["check"][0]


@pytest.mark.parametrize("name", [field.name for field in fields(Event)])
def test_the_checksum_changes_with_every_field(name: str) -> None:
    kind = {field.name: str(field.type) for field in fields(Event)}[name]
    other = replace(EVENT, **{name: OTHERS.get(kind, "other")})
    assert check(0, other) != check(0, EVENT)


def test_the_checksum_changes_with_the_place_in_the_line() -> None:
    assert check(1, EVENT) != check(0, EVENT)


def test_half_a_surrogate_pair_is_stored_as_a_question_mark() -> None:
    assert columns_of([Row("shop", 0, replace(EVENT, text="a\ud83d"))])["text"] == ["a?"]


def test_a_row_has_the_checksum_that_earlier_versions_gave_it() -> None:
    """Else every file that grows would count as rewritten."""
    event = replace(EVENT, labels=("state:Done",), refs=("#7", "branch:main"), failed=True)
    assert [check(0, EVENT), check(2, event)] == [5055163332987225382, 15658308289157136783]
