from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduling import approvals
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    assert approvals.editors
    return Ledger(tmp_path / "ledger.db")


@pytest.fixture
def desk(ledger: Ledger) -> Iterator[Run]:
    with running(ledger, "editor", "review") as run:
        yield run
