"""A workspace made from the bundled sample, and ``serve`` with its real Prefect server, for the whole session."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from flows import founding, server, stages
from flows.settings import Settings, load
from flows.stages import writing
from scheduling import editors, runs
from scheduling.base.locks import hold
from scheduling.ledger.store import Ledger
from tests.flows.prefect_api import PATIENCE, Api, wait_for

DATABASE = "prefect.db"
BASE = {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"}
DEPLOYMENTS = 5
SERVE = "import sys; from pathlib import Path; from flows.serve import serve; from flows.settings import load; \
serve(load(Path(sys.argv[1])), lambda text: print(text, flush=True))"


def make_workspace(root: Path) -> Settings:
    founding.found(root, founding.sample())
    return load(root)


def copied(settings: Settings, root: Path) -> Settings:
    """A copy of a workspace that nobody serves, at ``root``."""
    shutil.copytree(settings.root, root, symlinks=True)
    return load(root)


def first_start(settings: Settings) -> None:
    """A server for the length of its start: it makes its database as version after version of it would have."""
    with server.in_use(settings.workspace):
        pass


class Processes:
    """What of the system's processes belongs to whom, and what is gone."""

    @staticmethod
    def below(pid: int) -> set[int]:
        """All processes that descend from ``pid``, as the system tells it."""
        table = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(child): int(parent) for child, parent in (line.split() for line in table.splitlines())}
        found: set[int] = {pid}
        while more := {child for child, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {pid}

    @staticmethod
    def alive(pids: set[int]) -> set[int]:
        """Those of ``pids`` that still run: not those that only wait for somebody to hear that they ended."""
        table = subprocess.run(["ps", "-e", "-o", "pid=,stat="], capture_output=True, text=True, check=True).stdout
        return pids & {int(pid) for pid, state in map(str.split, table.splitlines()) if not state.startswith("Z")}


def told_to_end(settings: Settings, child: subprocess.Popen[str]) -> None:
    """Ends ``serve`` as a service manager does: it says that all went well, and soon none of its own is left."""
    running = server.find(settings.workspace)
    others = Processes.below(running.pid) | {running.pid} if running else set[int]()
    started = Processes.below(child.pid) - others
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=20)
    assert child.returncode == 0
    wait_for(lambda: not Processes.alive(started), "the end of all that serve had started", 10)


@contextmanager
def serve_workspace(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """``stillhouse serve`` as a process of its own, ready when this yields, stopped as a service manager stops it.

    Another user of its Prefect server keeps that alive; all else that was started ends with it.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(settings.root)], stdout=subprocess.PIPE, text=True, cwd=settings.root.parent
    )
    assert child.stdout
    try:
        lines = iter(child.stdout.readline, "")
        assert any("Ctrl-C" in line for line in lines), "serve ended before it was ready"
        here = Api.of(settings)
        wait_for(lambda: here("POST", "/deployments/count", {}) == DEPLOYMENTS, "the registration of the flows")
        yield child
    finally:
        if child.poll() is None:
            told_to_end(settings, child)
        child.communicate(timeout=20)


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of our own: what Prefect writes outside the workspace would show up here."""
    before = os.environ.get("HOME", "")
    home = tmp_path_factory.mktemp("home")
    os.environ["HOME"] = str(home)
    yield home
    assert not list(home.iterdir()), "something was written into the home folder"
    os.environ["HOME"] = before


@pytest.fixture(scope="session")
def make() -> Callable[[Path], Settings]:
    """Makes a workspace from the bundled sample."""
    return make_workspace


@pytest.fixture(scope="session")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Settings]:
    """Makes a workspace from the bundled sample as it is after its first night: a copy of the one that had it."""
    first = make_workspace(tmp_path_factory.mktemp("night") / "workspace")
    with stages.opened(first, "nightly") as night:
        stages.nightly(night)
    return lambda root: copied(first, root)


@pytest.fixture(scope="session")
def drafted(after_a_night: Callable[[Path], Settings], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workspace after a night and a day, to be looked at."""
    settings = after_a_night(tmp_path_factory.mktemp("drafted") / "workspace")
    assert writing.draft(settings, None).request_id
    return settings


@pytest.fixture
def settled(drafted: Settings, tmp_path: Path) -> Settings:
    """A copy of it, to be changed."""
    return copied(drafted, tmp_path / "workspace")


@pytest.fixture(scope="session")
def warmed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Settings], Settings]:
    """Gives a workspace that was never served the database of a server that started once: half of each start is
    making it. All workers take it from the one that needs it first.
    """
    here = tmp_path_factory.getbasetemp()
    shared = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    kept = shared / "prefect-after-its-first-start"
    with hold(kept.with_suffix(".lock"), "the first start of a server", wait=PATIENCE):
        if not kept.exists():
            once = make_workspace(tmp_path_factory.mktemp("once") / "workspace")
            first_start(once)
            shutil.copytree(once.workspace.prefect, kept, ignore=lambda _, names: {*names} - BASE)

    def warm(settings: Settings) -> Settings:
        shutil.copytree(kept, settings.workspace.prefect, dirs_exist_ok=True)
        return settings

    return warm


@pytest.fixture(scope="session")
def serving(
    warmed: Callable[[Settings], Settings],
) -> Callable[[Settings], AbstractContextManager[subprocess.Popen[str]]]:
    """``stillhouse serve`` for the length of a block."""

    def serve(settings: Settings) -> AbstractContextManager[subprocess.Popen[str]]:
        known = (settings.workspace.prefect / DATABASE).exists()
        return serve_workspace(settings if known else warmed(settings))

    return serve


@pytest.fixture(scope="session")
def processes() -> type[Processes]:
    """The system's processes."""
    return Processes


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Waits for something that another process does."""
    return wait_for


@pytest.fixture(scope="session")
def api() -> type[Api]:
    """Speaks to a server by its address, or to that of a workspace."""
    return Api


@pytest.fixture
def enrol() -> Callable[[Settings, str], str]:
    """Enrols an editor; returns the secret of their authenticator."""

    def enrol_editor(settings: Settings, name: str) -> str:
        with runs.running(Ledger(settings.workspace.ledger), "operator", "enrol") as run:
            return editors.enrol(run, name).secret

    return enrol_editor


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The session's workspace."""
    return make_workspace(tmp_path_factory.mktemp("house") / "workspace")


@pytest.fixture(scope="package")
def served(
    house: Settings, serving: Callable[[Settings], AbstractContextManager[subprocess.Popen[str]]]
) -> Generator[Api]:
    """The session's workspace while it is served; yields its API. No server idles beside the tests of other folders."""
    with serving(house):
        yield Api.of(house)
