"""The recorded repository, and what was fetched from it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from forge import Forge

from distillers.fetch.base import Target


@pytest.fixture
def shop(server: Forge) -> Target:
    return Target("shop", "github", "me/shop", api=server.api)


@pytest.fixture
def lines(tmp_path: Path, shop: Target) -> Callable[..., list[dict[str, Any]]]:
    def read(into: str = "fetched") -> list[dict[str, Any]]:
        return [json.loads(line) for line in (tmp_path / into / shop.file).read_bytes().splitlines()]

    return read
