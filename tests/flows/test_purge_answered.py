"""A purge after an editor answered about findings: their words, labels and the open question hold nothing of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner

from distillers.findings_store import load
from flows import desk, stages
from flows.commands import cli
from flows.purge_search import search
from flows.settings import Settings
from scheduling.approvals import get_request
from scheduling.base.forms import forms
from scheduling.ledger.store import Ledger

WORD = "the-heron-gate"
"""Stands in nothing but what the editor wrote."""


def night(settings: Settings) -> Any:
    with stages.opened(settings, "nightly") as opened:
        return stages.nightly(opened)


def purged(settings: Settings, text: str) -> dict[str, Any]:
    words = ["purge", "--match", text, "--yes", "--json", "--workspace", str(settings.root)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


@pytest.fixture
def answered(
    tmp_path: Path, after_a_night: Callable[[Path], Settings], enrol: Callable[[Settings, str], str]
) -> tuple[Settings, str, str]:
    """A workspace whose editor answered about three findings, and a fourth that the same request asks about."""
    settings = after_a_night(tmp_path / "workspace")
    request = desk.asked_now(settings)
    ids = [item["finding"] for item in request.detail["items"]]
    claims = {one.id: one.claim for one in load(Ledger(settings.workspace.ledger))}
    code = pyotp.TOTP(enrol(settings, "Ann")).now()
    text = f"1 accept\n2 reject: {WORD} was only a test\n3 reword: Open {WORD} before the tide turns"
    desk.answer(settings, request.id, text, editor="Ann", code=code, body_sha256=request.body_sha256)
    night(settings)
    return settings, request.id, claims[ids[0]]


def test_what_an_editor_wrote_is_gone_from_every_store(answered: tuple[Settings, str, str]) -> None:
    settings, request, _ = answered
    assert search(settings.workspace, forms(WORD)), "it was filed"
    assert purged(settings, WORD)["left"] == []
    assert search(settings.workspace, forms(WORD)) == []
    night(settings)
    assert search(settings.workspace, forms(WORD)) == []
    assert get_request(Ledger(settings.workspace.ledger), request).state != "open"


def test_a_finding_that_was_confirmed_goes_and_is_asked_about_no_more(answered: tuple[Settings, str, str]) -> None:
    settings, _, claim = answered
    part = max(claim.replace("`", "\n").split("\n"), key=len).strip()[:40]
    assert search(settings.workspace, forms(part))
    assert purged(settings, part)["left"] == []
    night(settings)
    assert search(settings.workspace, forms(part)) == []
    assert all(part not in one.claim for one in load(Ledger(settings.workspace.ledger)))
