"""How the suite is spread over processes: what shares the one Prefect server stays together and starts first."""

from pathlib import Path

import pytest

SERVER = Path(__file__).parent / "flows"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests of ``flows`` into one group at the front, so that one worker has the server and never waits."""
    for item in items:
        if SERVER in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("server"))
    items.sort(key=lambda item: SERVER not in item.path.parents)
