"""Whatever an agent's program does, the call ends, what it started ends with it, and the error says what to do."""

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import agentry
import pytest

from distillers import prompt
from distillers.agents.base import AgentSpec, DeferredError, FailedError, MissingError
from distillers.agents.registry import build
from distillers.agents.words import later
from distillers.digest import Digest
from scheduling.base.errors import UsageError

PAGES = ("decisions", "notes")
FORM = prompt.schema(PAGES)
SHOWN = Digest("e0 human: never push to main, because the release is cut from it", {}, 20, 20, critical=False)
ASKED = prompt.ask(SHOWN, PAGES)

LOOK = """
import json, os, sys
sys.stdin.read()
json.dump({"findings": [], "env": dict(os.environ), "cwd": os.getcwd(), "here": os.listdir(".")}, sys.stdout)
"""


def test_a_helpful_agent_answers_with_what_it_used() -> None:
    reply = agentry.fake("helpful").run(ASKED, FORM)
    assert [one["quotes"][0]["handle"] for one in reply.data["findings"]] == ["e0"]
    assert reply.usage.tokens_in > len(ASKED) // 5
    assert reply.usage.micros is None


def test_an_agent_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    text = f"""
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
with open({str(pids)!r}, "a") as log:
    log.write(f"{{os.getpid()}}\\n")
time.sleep(3600)
"""
    with pytest.raises(FailedError, match="did not finish within 1 s"):
        agentry.command(tmp_path, text, seconds=1.0).run(ASKED, FORM)
    assert [pid for pid in map(int, pids.read_text().split()) if _lives(pid)] == []


def test_a_child_that_outlives_its_agent_is_ended_too(tmp_path: Path) -> None:
    text = f"""
import os, sys, time
if os.fork() == 0:
    with open({str(tmp_path / "pid")!r}, "w") as log:
        log.write(str(os.getpid()))
    time.sleep(3600)
while not os.path.exists({str(tmp_path / "pid")!r}): time.sleep(0.01)
print('{{"findings": []}}')
"""
    assert agentry.command(tmp_path, text).run(ASKED, FORM).data == {"findings": []}
    assert not _lives(int((tmp_path / "pid").read_text()))


def _lives(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet buried does not."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize(
    ("mode", "error", "says"),
    [
        ("garbage", FailedError, "no answer"),
        ("half-json", FailedError, "no whole JSON object"),
        ("huge", FailedError, "said more than"),
        ("rate-limited", DeferredError, "no more for now"),
        ("missing", MissingError, "exited 127"),
    ],
)
def test_a_call_that_fails_is_told_apart(mode: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as raised:
        agentry.fake(mode).run(ASKED, FORM)
    assert len(getattr(raised.value, "output", "")) <= 4000


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("429 Too Many Requests; Retry-After: 12", 12),
        ('{"retry_after_ms": 1500, "code": 429}', 1.5),
        ('{"error": {"code": 429, "details": [{"retryDelay": "34.5s"}]}}', 34.5),
        ("Rate limit reached. Please try again in 250ms.", 0.25),
        ("Rate limit reached. Please try again in 6m0s.", 360),
        ("overloaded, try again after 2 hours", 7200),
        ("retry after 99999999", 86_400),
        ("You've hit your limit, resets 3am", 0),
        ("exceeded retry limit, last status: 429 Too Many Requests", 0),
    ],
)
def test_when_to_come_back_is_read_as_services_say_it(said: str, seconds: float) -> None:
    assert later(said) == pytest.approx(seconds)


REFUSES = """
import pathlib, sys
sys.stdin.read()
log = pathlib.Path({log!r})
first = not log.exists()
log.write_text(log.read_text() + "x" if log.exists() else "x")
print('{{"error": "429 rate limit, retry after {after}"}}' if first else '{{"findings": []}}')
"""


class Patient(threading.Event):
    """Remembers for how many seconds it was waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return super().wait(timeout)


def test_a_service_that_asks_for_a_moment_gets_it_once(tmp_path: Path) -> None:
    log, stopped = tmp_path / "log", Patient()
    agent = replace(agentry.command(tmp_path, REFUSES.format(log=str(log), after="0.21")), stopped=stopped)
    assert agent.run(ASKED, FORM).data == {"findings": []}
    assert stopped.waits.count(0.21) == 1
    assert log.read_text() == "xx"


def test_a_service_that_asks_for_long_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(DeferredError) as raised:
        agentry.command(tmp_path, REFUSES.format(log=str(log), after="600")).run(ASKED, FORM)
    assert raised.value.after == 600
    assert log.read_text() == "x"


def test_a_program_that_is_not_there_is_found_out_before_it_is_asked() -> None:
    agent = build(AgentSpec("try", "command", ("no-such-agent-anywhere",)))
    assert "cannot find the program no-such-agent-anywhere" in agent.ready()
    with pytest.raises(MissingError, match="cannot start"):
        agent.run(ASKED, FORM)


def test_a_slow_agent_is_waited_for() -> None:
    assert agentry.fake("slow", "0.5").run(ASKED, FORM).data["findings"]


def test_only_what_pass_env_names_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "OPENAI_API_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "CLAUDE_CODE_OAUTH_TOKEN",
        "PREFECT_API_URL",
        "SSH_AUTH_SOCK",
    ):
        monkeypatch.setenv(name, "canary-0123456789")
    seen: dict[str, str] = agentry.command(tmp_path, LOOK, env={"MY_KEY": "mine"}).run(ASKED, FORM).data["env"]
    assert seen.pop("MY_KEY") == "mine"
    assert "canary" not in json.dumps(seen)
    ours = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SYSTEMROOT", "PYTHONSAFEPATH", "HOME", "_"}
    assert {name for name in seen if not name.startswith("XDG_")} - ours == set()


def test_an_agent_works_in_an_empty_folder_that_is_gone_afterwards(tmp_path: Path) -> None:
    data: dict[str, Any] = agentry.command(tmp_path, LOOK).run(ASKED, FORM).data
    assert data["here"] == []
    folder = Path(data["cwd"]).parent
    assert {Path(data["env"][name]).parent for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME")} == {folder}
    assert not folder.exists()


def test_what_an_agent_leaves_behind_goes_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    text = """
import os, pathlib, sys, tempfile
sys.stdin.read()
pathlib.Path("here.txt").write_text("x")
pathlib.Path.home().joinpath(".cache").mkdir()
tempfile.mkstemp()
print('{"findings": []}')
"""
    agentry.command(tmp_path, text).run(ASKED, FORM)
    assert [*(tmp_path / "temp").iterdir(), *home.iterdir()] == []


def test_the_prompt_ends_with_the_schema_as_its_last_line(tmp_path: Path) -> None:
    text = "import json, sys\nprint(json.dumps({'said': sys.stdin.read()}))"
    said = agentry.command(tmp_path, text).run(ASKED, FORM).data["said"]
    assert said.startswith(ASKED)
    assert json.loads(said.strip().rpartition("\n")[2]) == FORM


def test_the_mark_around_the_record_is_not_in_the_record() -> None:
    mark = ASKED.partition(" begins\n")[0].rpartition("\n")[2]
    assert mark.startswith("[record ")
    assert mark not in SHOWN.text


@pytest.mark.parametrize("spec", [AgentSpec("a", "oracle"), AgentSpec("a", "command"), AgentSpec("a", "api")])
def test_an_agent_that_lacks_what_its_kind_needs_is_refused(spec: AgentSpec) -> None:
    with pytest.raises(UsageError, match=r"agents\.a"):
        build(spec)


def test_a_variable_that_should_pass_and_is_not_set_is_named() -> None:
    agent = build(AgentSpec("try", "command", agentry.FAKE, unset=("MY_TOKEN",)))
    assert "MY_TOKEN, which pass_env of agents.try names, is not set" in agent.ready()


def test_the_values_of_variables_stand_in_no_description_of_an_agent() -> None:
    assert "mine" not in repr(AgentSpec("a", "command", ("x",), env={"KEY": "mine"}))
