"""What was believed on a day is told by the command as it was: before a person took it away or said it otherwise."""

import json
from collections.abc import Callable
from pathlib import Path

import pyotp
from click.testing import CliRunner
from sqlalchemy import update

from distillers.findings_store import load
from distillers.history import versions
from flows import desk, stages
from flows.commands import cli
from flows.settings import Settings
from scheduling.base.process import run as start
from scheduling.ledger.store import Ledger

Make = Callable[[Path], Settings]
Enrol = Callable[[Settings, str], str]
SENTENCE = "Run ruff with its fixes before every commit"


def night(settings: Settings, day: str) -> None:
    """A night whose changes are dated ``day``."""
    with stages.opened(settings, "nightly") as opened:
        stages.nightly(opened)
    with Ledger(settings.workspace.ledger).write() as rows:
        rows.execute(update(versions).where(versions.c.at > "2026-05").values(at=f"{day}T02:00:00.000Z"))


def told(settings: Settings, day: str = "") -> dict[str, tuple[str, str, str]]:
    words = ["findings", "--json", *(["--as-of", day] if day else []), "--workspace", str(settings.root)]
    rows = [json.loads(line) for line in CliRunner().invoke(cli, words).output.splitlines()]
    return {row["id"]: (row["claim"], row["confidence"], row["status"]) for row in rows}


def taken_off(settings: Settings, finding: str) -> None:
    """A person deletes the line of a finding from its page."""
    wiki = settings.workspace.wiki
    (page,) = (path for path in wiki.rglob("*.md") if f"^{finding}" in path.read_text("utf-8"))
    lines = page.read_text("utf-8").splitlines(keepends=True)
    page.write_text("".join(line for line in lines if f"^{finding}" not in line), "utf-8")
    me = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    start(["git", *me, "commit", "-qam", "By hand"], cwd=wiki)


def test_each_day_tells_what_was_believed_then(make: Make, enrol: Enrol, tmp_path: Path) -> None:
    settings = make(tmp_path / "workspace")
    night(settings, "2026-04-01")
    first = told(settings)
    request, code = desk.asked_now(settings), pyotp.TOTP(enrol(settings, "Ann")).now()
    reworded, rejected = (item["finding"] for item in request.detail["items"][:2])
    gone = next(one.id for one in load(Ledger(settings.workspace.ledger), status="written", confidence="high"))
    answer = f"1 reword: {SENTENCE}\n2 reject: a test"
    desk.answer(settings, request.id, answer, editor="Ann", code=code, body_sha256=request.body_sha256)
    night(settings, "2026-04-03")
    second = told(settings)
    taken_off(settings, gone)
    night(settings, "2026-04-05")
    third = told(settings)

    assert second[reworded][:2] == (SENTENCE, "high")
    assert (second[rejected][2], second[gone][2], third[gone][2]) == ("rejected", "written", "retired")
    for day, then in (("01", first), ("02", first), ("03", second), ("04", second), ("05", third), ("06", third)):
        assert told(settings, f"2026-04-{day}") == then
