"""A row knows when anything of its event changed."""

from dataclasses import fields, replace
from typing import Any

import pytest

from distillers.record.events import Event, event_id
from distillers.record.rows import row_of

EVENT = Event(event_id("s1", "a"), "s1", "session", "", "human", "message", "hello", "/logs/a", 1)
OTHERS: dict[str, Any] = {"str": "other", "int": 2, "bool": True, "tuple[str, ...]": ("other",)}


@pytest.mark.parametrize("name", [field.name for field in fields(Event)])
def test_the_checksum_changes_with_every_field(name: str) -> None:
    kind = {field.name: str(field.type) for field in fields(Event)}[name]
    other = replace(EVENT, **{name: OTHERS.get(kind, "other")})
    assert row_of("shop", 0, other).check != row_of("shop", 0, EVENT).check


def test_the_checksum_changes_with_the_place_in_the_line() -> None:
    assert row_of("shop", 1, EVENT).check != row_of("shop", 0, EVENT).check


def test_half_a_surrogate_pair_is_stored_as_a_question_mark() -> None:
    assert row_of("shop", 0, replace(EVENT, text="a\ud83d")).event.text == "a?"
