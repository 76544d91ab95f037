"""An agent in the settings: asked in the night, told of in the report, the doctor and the budget."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from distillers.findings_store import load as load_findings
from flows import doctor, founding, seating, stages
from flows.commands import cli
from flows.report import Report
from flows.settings import Settings, load
from flows.stages import writing
from scheduling.base.errors import RefusedError, UsageError
from scheduling.ledger.store import Ledger

Make = Callable[[Path], Settings]
FAKE = [sys.executable, "-m", "distillers.agents.fake"]
SEAT = '[seats.distiller]\nagent = "try"\nmonthly_budget = { calls = 100, usd = 5 }\n'


def seated(make: Make, root: Path, agent: str, seat: str = SEAT) -> Settings:
    """A workspace with one agent on the distiller's seat, over sessions that are long enough to be asked about."""
    settings = make(root)
    logs = root.with_name(f"{root.name}-logs")
    shutil.copytree(founding.SAMPLE / "sessions", logs, dirs_exist_ok=True)
    for path in logs.rglob("*.jsonl"):
        path.write_text(f"{path.read_text('utf-8')}{bulky(path)}\n", "utf-8")
    text = settings.workspace.settings.read_text("utf-8").replace(str(founding.SAMPLE / "sessions"), str(logs))
    settings.workspace.settings.write_text(f"{text}\n[agents.try]\n{agent}\n{seat}", "utf-8")
    return load(root)


def bulky(path: Path) -> str:
    """A record for the end of a session: what a tool returned, of which no digest shows anything."""
    last = json.loads(path.read_text("utf-8").splitlines()[-1])
    result = {"tool_use_id": "bulk", "type": "tool_result", "content": "passed\n" * 5000}
    said = {"type": "user", "uuid": f"{last['uuid']}-bulk", "message": {"role": "user", "content": [result]}}
    return json.dumps({**last, "parentUuid": last["uuid"], **said})


def fake(mode: str) -> str:
    return f"command = {json.dumps([*FAKE, mode])}"


def night(settings: Settings) -> Report:
    with stages.opened(settings, "nightly") as opened:
        return stages.nightly(opened)


def run(settings: Settings, *words: str) -> Any:
    return CliRunner().invoke(cli, [*words, "--workspace", str(settings.root)])


def test_the_report_tells_what_each_session_cost_and_a_second_night_costs_nothing(tmp_path: Path, make: Make) -> None:
    settings = seated(make, tmp_path / "w", fake("helpful"))
    first, second = night(settings), night(settings)
    told = first.to_json()["agent"]
    assert told["sessions"] == told["calls"] > 0
    assert told["usd_per_session"] == pytest.approx(told["usd"] / told["sessions"])
    line = next(line for line in first.lines() if line.startswith("asked"))
    assert f"{told['calls']} calls" in line
    assert "a session)" in line
    assert second.to_json()["agent"]["calls"] == 0
    assert not second.commits
    budget = json.loads(run(settings, "budget", "--json").output)
    assert {row["spent"]["calls"] for row in budget["accounts"]} == {told["calls"]}
    assert budget["sessions"]["usd_per_session"] == pytest.approx(told["usd_per_session"])
    assert f"{told['calls']} of 100 calls" in run(settings, "budget", "--last", "2").output
    assert f"{told['sessions']} sessions asked about so far: " in run(settings, "budget", "--last", "2").output


def test_sessions_that_are_too_short_to_be_shown_cost_nothing_and_are_told(tmp_path: Path, make: Make) -> None:
    settings = make(tmp_path / "w")
    with settings.workspace.settings.open("a") as file:
        file.write(f"\n[agents.try]\n{fake('helpful')}\n{SEAT}")
    report = night(load(settings.root))
    told = report.to_json()["agent"]
    assert (told["calls"], told["sessions"], told["queued"]) == (0, 0, 0)
    assert f"; {told['too_short']} are too short to be asked about" in "\n".join(report.lines())
    assert told["too_short"] == 5


def test_a_worst_case_agent_changes_no_page_but_under_not_yet_confirmed(tmp_path: Path, make: Make) -> None:
    alone, settings = make(tmp_path / "alone"), seated(make, tmp_path / "w", fake("worst-case"))
    night(alone)
    night(settings)

    def high(some: Settings) -> set[tuple[str, str]]:
        return {(f.id, f.claim) for f in load_findings(Ledger(some.workspace.ledger), confidence="high")}

    assert high(settings) == high(alone)
    assert {f.domain for f in load_findings(Ledger(settings.workspace.ledger))} == {"tidewatch"}


@pytest.mark.parametrize(
    ("agent", "says"),
    [
        ('command = ["no-such-agent-anywhere"]', "cannot find the program no-such-agent-anywhere"),
        (f"{fake('helpful')}\npass_env = ['NO_SUCH_VARIABLE_HERE']", "NO_SUCH_VARIABLE_HERE"),
    ],
)
def test_an_agent_that_is_missing_is_said_by_report_and_doctor(
    tmp_path: Path, make: Make, agent: str, says: str
) -> None:
    settings = seated(make, tmp_path / "w", agent)
    report = night(settings)
    assert report.findings["high"] > 0
    assert any(line.startswith("agent ") and says in line for line in report.lines())
    check = next(check for check in doctor.examine(settings.root).checks if check.name == "agents")
    assert (check.ok, says in check.said) == (False, True)


HANGS = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
with open({pids!r}, "a") as file:
    file.write(f"{{os.getpid()}}\\n")
time.sleep(600)
"""


@pytest.mark.parametrize("parallel", [1, 2])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_night_that_is_stopped_takes_its_agents_along(
    tmp_path: Path, make: Make, eventually: Callable[..., Any], name: str, parallel: int
) -> None:
    program = tmp_path / "agent"
    program.write_text(f"#!{sys.executable}\n{HANGS.format(pids=str(tmp_path / 'pids'))}")
    program.chmod(0o755)
    settings = seated(make, tmp_path / "w", f"command = [{json.dumps(str(program))}]\nparallel = {parallel}")
    words = [sys.executable, "-c", "from flows.commands import main; main()", "nightly", "--plain", "--workspace"]
    told = getattr(signal, name)
    deaf = signal.signal(told, signal.SIG_DFL)  # a shell's background job, and what it starts, would ignore SIGINT
    child = subprocess.Popen([*words, str(settings.root)], stderr=subprocess.DEVNULL, cwd=tmp_path)
    signal.signal(told, deaf)
    pids = tmp_path / "pids"
    eventually(lambda: pids.exists() and len(pids.read_text().split()) >= 2 * parallel, "the start of the agents")
    child.send_signal(told)
    assert child.wait(timeout=10) in {130, 143}
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids.read_text().split()), "their end", 5.0)


def test_a_workspace_without_an_agent_is_told_of_none(house: Settings) -> None:
    assert seating.asking(house, str, lambda *_: None) is None
    assert next(check for check in doctor.examine(house.root).checks if check.name == "agents").ok
    assert "No agent was ever asked" in run(house, "budget").output


def test_only_the_variables_that_pass_env_names_are_taken_along(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINE", "yes")
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    settings = seated(make, tmp_path / "w", f"{fake('helpful')}\npass_env = ['MINE']")
    agent: Any = seating.agent(settings, "try")
    assert dict(agent.spec.env) == {"MINE": "yes"}


def test_the_seat_s_caps_are_those_of_the_settings(tmp_path: Path, make: Make) -> None:
    seat = SEAT + "nightly_budget = { calls = 7 }\n[budget]\nmonthly = { usd = 2.5 }\n"
    limits = seating.limits(seated(make, tmp_path / "w", fake("helpful"), seat), "distiller")
    assert (limits.run.calls, limits.seat.calls, limits.seat.micros) == (7, 100, 5_000_000)
    assert (limits.house.calls, limits.house.micros) == (None, 2_500_000)


@pytest.mark.parametrize(
    ("agent", "seat", "says"),
    [
        (fake("helpful"), '[seats.distiller]\nagent = "other"\n', "there is no [agents.other]"),
        (fake("helpful"), '[seats.stranger]\nagent = "try"\n', "there is no seat 'stranger'"),
        ("seconds = 5", SEAT, "needs a kind, a command, or a model"),
        ('kind = "command"', SEAT, "needs its command"),
        ('kind = "oracle"', SEAT, "agents.try.kind"),
        (fake("helpful") + "\npass_env = ['KEY=value']", SEAT, "write the name alone"),
        (fake("helpful"), SEAT + 'may = ["propose", "rule"]\n', "seats.distiller.may: the distiller cannot be given"),
        (fake("helpful"), SEAT + 'reports_to = "stranger"\n', "seats.distiller.reports_to"),
        (fake("helpful"), SEAT + '[seats.operator]\nreports_to = "distiller"\n', "would answer to itself"),
        (fake("helpful") + "\nbudget = 3", SEAT, "agents.try.budget is not known"),
        (fake("helpful"), SEAT.replace("100", "-1"), "seats.distiller.monthly_budget.calls"),
    ],
)
def test_a_mistake_in_the_settings_of_agents_is_one_line(
    tmp_path: Path, make: Make, agent: str, seat: str, says: str
) -> None:
    with pytest.raises(UsageError) as raised:
        seated(make, tmp_path / "w", agent, seat)
    assert says in raised.value.message
    assert "\n" not in raised.value.message
    assert ": : " not in raised.value.message


def test_a_seat_is_described_as_the_interfaces_say(tmp_path: Path, make: Make) -> None:
    seat = '[seats.writer]\nrole = "Drafts articles"\nreports_to = "editor"\nagent = "try"\nmay = ["draft"]\n'
    (writer,) = seated(make, tmp_path / "w", fake("helpful"), seat).organisation
    assert (writer.role, writer.reports_to, writer.may) == ("Drafts articles", "editor", {"draft"})


def test_a_seat_without_its_right_does_nothing(tmp_path: Path, make: Make) -> None:
    settings = seated(make, tmp_path / "w", fake("helpful"), "[seats.writer]\nmay = []\n")
    night(settings)
    with pytest.raises(RefusedError, match="the writer may not draft"):
        writing.draft(settings, None)
