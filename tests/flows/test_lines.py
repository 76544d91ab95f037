"""A line in two versions, from a person's edit over the review in the UI or a terminal to the next night."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pyotp.totp import TOTP

from distillers.findings import Finding
from distillers.findings_store import load
from distillers.findings_store import replace as put
from flows import desk, stages
from flows.commands import cli
from flows.settings import Settings
from flows.stages import filing
from scheduling.base.process import run as start
from scheduling.ledger.store import Ledger
from scheduling.runs import running

HAND = "Ana says: ask her first."
NEWER = "The evidence says something else by now."
MINE = "Ask Ana, unless she is away."


def person(settings: Settings, one: Finding) -> None:
    """A person rewrites the line of a finding and commits it."""
    path = settings.workspace.wiki / one.domain / f"{one.page}.md"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    edited = [f"- {HAND} ^{one.id}\n" if line.rstrip().endswith(f"^{one.id}") else line for line in lines]
    path.write_text("".join(edited), "utf-8")
    me = ["-c", "user.name=Ana", "-c", "user.email=ana@example.invalid"]
    start(["git", *me, "commit", "-qam", "By hand"], cwd=settings.workspace.wiki)


def newer(settings: Settings, one: Finding) -> None:
    """The next night finds that the finding says something else, and files it."""
    ledger = Ledger(settings.workspace.ledger)
    found = [
        replace(each, claim=NEWER, status="accepted") if each.id == one.id else each
        for each in load(ledger, one.domain)
    ]
    with running(ledger, "distiller", "distil") as run, run.change("settle", one.domain) as rows:
        put(rows, one.domain, found, run.id)
    with stages.opened(settings, "file") as night:
        filing.file(night)


@pytest.fixture
def held(after_a_night: Callable[[Path], Settings], tmp_path: Path) -> tuple[Settings, Finding]:
    settings = after_a_night(tmp_path / "workspace")
    one = next(each for each in load(Ledger(settings.workspace.ledger)) if each.confidence == "high")
    person(settings, one)
    newer(settings, one)
    return settings, one


def page(settings: Settings, one: Finding) -> str:
    return (settings.workspace.wiki / one.domain / f"{one.page}.md").read_text("utf-8")


def refiled(settings: Settings) -> None:
    with stages.opened(settings, "file") as night:
        filing.file(night)


def test_a_terminal_shows_both_versions_and_takes_the_choice(
    held: tuple[Settings, Finding], enrol: Callable[[Settings, str], str]
) -> None:
    settings, one = held
    where = ["--workspace", str(settings.root)]
    listed = CliRunner().invoke(cli, ["review", "list", *where])
    assert f"review line {one.id}" in listed.output
    shown = CliRunner().invoke(cli, ["review", "line", one.id, *where])
    assert HAND in shown.output
    assert NEWER in shown.output
    code = TOTP(enrol(settings, "Ann")).now()
    signed = ["--name", "Ann", "--code", code, *where]
    done = CliRunner().invoke(cli, ["review", "line", one.id, "--merged", MINE, *signed])
    assert (done.exit_code, "merged; the next nightly carries it out" in done.output) == (0, True)
    refiled(settings)
    assert f"- {MINE} [^{one.id[2:]}] ^{one.id}" in page(settings, one).splitlines()
    assert CliRunner().invoke(cli, ["review", "line", *where]).exit_code != 0


def test_the_review_in_the_ui_shows_both_versions_and_the_next_night_does_what_was_chosen(
    held: tuple[Settings, Finding],
    enrol: Callable[[Settings, str], str],
    serving: Callable[[Settings], AbstractContextManager[Any]],
    api: Any,
) -> None:
    settings, one = held
    secret, request = enrol(settings, "Ann"), desk.line_of(settings)
    with serving(settings):
        here = api.of(settings)
        run = here.question(request.id, 1)
        shown = here.form(run, "description")
        assert HAND in shown
        assert NEWER in shown
        here.answer(run, version="merged", text="", name="Ann", code=TOTP(secret).now())
        run = here.question(request.id, 2)
        assert "Not accepted" in here.form(run, "description")
        here.answer(run, version="ours", text="", name="Ann", code=TOTP(secret).now())
        assert here.ended(request.id)["state_type"] == "COMPLETED"
    assert HAND in page(settings, one)
    refiled(settings)
    assert HAND not in page(settings, one)
    assert NEWER in page(settings, one)
