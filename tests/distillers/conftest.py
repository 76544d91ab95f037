import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from distillers.collect import Collected, SourceSpec, collect
from distillers.record.archive import Archive
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running

sys.path.insert(0, str(Path(__file__).parent / "tools"))

import tiny


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "home" / "ledger.db")


@pytest.fixture
def run(ledger: Ledger) -> Iterator[Run]:
    with running(ledger, "operator", "collect") as run:
        yield run


@pytest.fixture
def archive(tmp_path: Path, ledger: Ledger) -> Archive:
    return Archive(tmp_path / "home" / "archive", ledger)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """The folder that a night collects, still empty."""
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


Night = Callable[..., Collected]


@pytest.fixture
def night(run: Run, archive: Archive, tmp_path: Path) -> Night:
    """Collects ``logs`` below the test's folder into the domain ``shop``, or the sources given."""

    def collect_them(*specs: SourceSpec, folders: Any = None, **more: Any) -> Collected:
        chosen = specs or (SourceSpec("shop", "auto", tmp_path / "logs"),)
        given = {"recognise": tiny.recognise, "redactor": tiny.Mask()} | more
        return collect(run, archive, given.pop("redactor"), chosen, folders or {}, **given)

    return collect_them
