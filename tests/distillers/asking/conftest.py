"""A run of the distiller."""

from collections.abc import Iterator

import pytest

from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running


@pytest.fixture
def run(ledger: Ledger) -> Iterator[Run]:
    with running(ledger, "distiller", "nightly") as run:
        yield run
