"""The order of the suite, and the command line called in the tests' own process.

What waits for the one Prefect server starts first, beside everything else.
"""

import gc
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows import commands

SERVER = Path(__file__).parent / "flows"
STILLHOUSE = str(Path(sys.executable).with_name("stillhouse"))
Done = subprocess.CompletedProcess[str]


def pytest_collection_finish() -> None:
    """Lets what every test needs be, and looks for garbage as seldom as the command line does."""
    gc.freeze()
    gc.set_threshold(*commands.COLLECTING)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests of ``flows`` first, where one worker begins; the other takes over what is left of it."""
    items.sort(key=lambda item: SERVER not in item.path.parents)


@pytest.fixture
def line(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """``stillhouse`` with some words, from a fresh home: all of the console script but the start of its process."""
    home = tmp_path_factory.mktemp("home")

    def call(
        *words: object, text: str = "", code: int = 0, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        argv = [STILLHOUSE, *map(str, words)]
        monkeypatch.setattr(sys, "argv", argv)
        with CliRunner(env={"HOME": str(home)}).isolation(input=text) as (out, err, _), chdir(cwd or home):
            left = commands.run(argv[1:])
            said, complained = (stream.getvalue().decode() for stream in (out, err))
        done = subprocess.CompletedProcess(argv, left, said, complained)
        assert left == code, f"exit {left}\n{said}\n{complained}"
        return done

    return call
