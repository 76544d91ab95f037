"""The order of the suite: what waits for the one Prefect server starts first, beside everything else."""

from pathlib import Path

import pytest

SERVER = Path(__file__).parent / "flows"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests of ``flows`` first, where one worker begins; the other takes over what is left of it."""
    items.sort(key=lambda item: SERVER not in item.path.parents)
