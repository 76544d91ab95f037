"""The command line as a person meets it, with a fresh home: as the real program in a process of its own where the
process is what is looked at or much is loaded anyway, else in the tests' process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STILLHOUSE = Path(sys.executable).with_name("stillhouse")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The program itself, in a process of its own."""
    home = tmp_path_factory.mktemp("home")

    def run(*words: object, text: str | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(STILLHOUSE), *map(str, words)],
            input=text,
            cwd=home,
            env={**os.environ, "HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture(scope="session")
def after_a_night(program: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of the bundled sample after one night, both by the real program."""
    space = tmp_path_factory.mktemp("line") / "deep" / "workspace"
    program("init", space, "--sample")
    program("nightly", "--plain", "--workspace", space)
    return space


@pytest.fixture
def stillhouse(line: Run) -> Run:
    """The same in the tests' process."""
    return line


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """The JSON lines that a command printed, and nothing else."""
    return [json.loads(line) for line in done.stdout.splitlines()]
