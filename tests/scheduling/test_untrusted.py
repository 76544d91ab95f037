"""What a program that is not trusted starts ends with it, wherever it put it, and with us."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from scheduling.base import keeper
from scheduling.base.process import Completed, ProgramError
from scheduling.base.untrusted import OutrunError, run_capped

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")

DAEMON = """
import os, signal, subprocess, sys, time
def note():
    with open("pids", "a") as log:
        log.write(f"{os.getpid()}\\n")
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        note()
        time.sleep(600)
def noted(count):
    while not os.path.exists("pids") or len(open("pids").read().split()) < count:
        time.sleep(0.01)
"""
STARTER = """
import sys
from pathlib import Path
from scheduling.base.untrusted import run_capped
run_capped([sys.executable, "-c", sys.argv[2]], cwd=Path(sys.argv[1]), env={}, stdin=b"", timeout=600, limits=(9, 9))
"""


def capped(folder: Path, text: str, *, timeout: float = 20.0) -> Completed:
    words = [sys.executable, "-c", DAEMON + textwrap.dedent(text)]
    return run_capped(words, cwd=folder, env={}, stdin=b"", timeout=timeout, limits=(1000, 1000))


def living(folder: Path, count: int) -> list[int]:
    """Those of the ``count`` processes that noted themselves that still run."""
    pids = [int(pid) for pid in (folder / "pids").read_text().split()]
    assert len(pids) == count
    return [pid for pid in pids if _runs(pid)]


def until_gone(folder: Path, count: int) -> None:
    """Waits for the end of processes that were killed and that nobody here buries."""
    deadline = time.monotonic() + 20
    while living(folder, count):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def open_handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _runs(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_what_went_into_a_session_of_its_own_ends_with_a_program_that_is_done(tmp_path: Path) -> None:
    done = capped(tmp_path, "daemon(); daemon(); noted(2); print('done')")
    assert (done.code, done.out) == (0, b"done\n")
    assert living(tmp_path, 2) == []


def test_what_went_into_a_session_of_its_own_ends_with_a_program_that_hangs(tmp_path: Path) -> None:
    with pytest.raises(OutrunError, match="did not finish within 1 s"):
        capped(tmp_path, "daemon(); noted(1); note(); time.sleep(600)", timeout=1.0)
    assert living(tmp_path, 2) == []


def test_what_goes_on_starting_others_is_ended_too(tmp_path: Path) -> None:
    text = """
    if os.fork() == 0:
        os.setsid()
        while True:
            if os.fork():
                os._exit(0)
            note()
    noted(50)
    """
    capped(tmp_path, text)
    before = (tmp_path / "pids").read_bytes()
    time.sleep(0.1)
    assert (tmp_path / "pids").read_bytes() == before


def test_all_of_it_ends_when_we_are_killed(tmp_path: Path) -> None:
    text = DAEMON + "daemon(); noted(1); note(); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", STARTER, str(tmp_path), text], cwd=Path(__file__).parents[2])
    while not (tmp_path / "pids").exists() or len((tmp_path / "pids").read_text().split()) < 2:
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    until_gone(tmp_path, 2)


def test_a_program_that_ends_its_own_group_is_heard_to_its_end(tmp_path: Path) -> None:
    text = "signal.signal(signal.SIGTERM, signal.SIG_IGN); os.killpg(0, signal.SIGTERM); print('still here')"
    assert capped(tmp_path, text).out == b"still here\n"


def test_a_program_that_ends_its_keeper_takes_its_group_along(tmp_path: Path) -> None:
    text = """
    if os.fork() == 0:
        note()
        time.sleep(600)
    noted(1)
    note()
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)
    """
    assert capped(tmp_path, text).code != 0
    until_gone(tmp_path, 2)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_what_says_too_much_is_ended_by_the_limit_of_that_output(tmp_path: Path, stream: str) -> None:
    text = f"import sys, time; sys.{stream}.write('x' * 100); sys.{stream}.flush(); time.sleep(600)"
    limits = (99, 1000) if stream == "stdout" else (1000, 99)
    with pytest.raises(OutrunError, match="said more than 99 bytes") as raised:
        run_capped([sys.executable, "-c", text], cwd=tmp_path, env={}, stdin=b"", timeout=20, limits=limits)
    assert len(raised.value.left.out + raised.value.left.err) == 99


@pytest.mark.parametrize(("text", "code"), [("sys.exit(3)", 3), ("os.kill(os.getpid(), 15)", 128 + 15)])
def test_the_exit_code_is_the_program_s_own(tmp_path: Path, text: str, code: int) -> None:
    assert capped(tmp_path, text).code == code


def test_a_program_starts_as_from_a_shell(tmp_path: Path) -> None:
    open_files = capped(tmp_path, "print(sorted(map(int, os.listdir('/proc/self/fd')))[:-1])").out
    assert open_files == b"[0, 1, 2]\n"
    assert capped(tmp_path, "os.kill(os.getppid(), 0); print(os.getpgid(0) == os.getppid())").out == b"True\n"
    shell = ["sh", "-c", "kill -s PIPE $$; echo ignored"]
    done = run_capped(shell, cwd=tmp_path, env={}, stdin=b"", timeout=20, limits=(99, 99))
    assert (done.code, done.out) == (128 + signal.SIGPIPE, b"")


@pytest.mark.parametrize(("name", "why"), [("no-such-program", "No such file"), ("plain", "Permission denied")])
def test_a_program_that_cannot_be_started_is_told(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "plain").write_text("no program")
    before = open_handles()
    with pytest.raises(ProgramError, match=f"cannot start .*{name}: {why}"):
        run_capped([str(tmp_path / name)], cwd=tmp_path, env={}, stdin=b"", timeout=20, limits=(99, 99))
    assert open_handles() == before


def test_a_kernel_that_does_not_tell_children_is_searched_for_them() -> None:
    child = subprocess.Popen(["sleep", "60"])
    try:
        assert keeper._told(os.getpid()) == keeper._searched()(os.getpid()) == [child.pid]
    finally:
        child.kill()
        child.wait()
