"""Events as they may be stored: masked in every field, and what names a call stays what it is."""

from __future__ import annotations

import random
import string
from dataclasses import replace

import pytest

from distillers.masking import masked, masked_id
from distillers.record.events import Event
from distillers.record.redact import Redactor

AN = string.ascii_letters + string.digits
EVENT = Event("1", "s", "session", "", "tool", "result", "done", "/f", 1)


def drawn(size: int) -> str:
    return "".join(random.Random(size).choices(AN, k=size))


def test_a_token_in_the_id_of_a_call_is_masked_alike_in_the_call_and_in_its_result() -> None:
    event = replace(EVENT, call=f"toolu_ghp_{drawn(36)}")
    first, second = masked([([event, replace(event, id="2", kind="call")], "/f")], Redactor(b"k"))[0]
    assert "[REDACTED:github-token:" in first.call
    assert first.call == second.call


@pytest.mark.parametrize("call", ["", f"toolu_01{drawn(22)}", f"call_{drawn(24)}", "line-12", f"fc_{drawn(30)}"])
def test_the_id_of_a_call_stays(call: str) -> None:
    assert masked([([replace(EVENT, call=call)], "/f")], Redactor(b"k")) == [[replace(EVENT, call=call)]]


def test_an_id_takes_the_mask_of_a_token_in_a_form_that_ids_may_have_and_references_take_the_same() -> None:
    unit, redactor = f"sess-ghs_{drawn(36)}", Redactor(b"k")
    event = replace(EVENT, unit=unit, refs=(f"session:{unit}", "#4", f"https://{unit}@forge.example/a"))
    (done,) = masked([([event], "/f")], redactor)[0]
    assert done.unit.startswith("sess-github-token-")
    assert done.refs[:2] == (f"session:{done.unit}", "#4")
    assert "[REDACTED:" in done.refs[2]
    assert unit not in repr(done)
    assert masked_id(redactor, unit) == masked_id(redactor, done.unit) == done.unit
