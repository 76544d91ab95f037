"""A repository of code, and what was fetched from its history."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gitrepo import GitRepo

from distillers.fetch.base import Target


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo.make(tmp_path / "code" / "shop")


@pytest.fixture
def shop(repo: GitRepo) -> Target:
    return Target("shop", "git", str(repo.root))


@pytest.fixture
def rows(tmp_path: Path, shop: Target) -> Callable[[], list[dict[str, Any]]]:
    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in (tmp_path / "fetched" / shop.file).read_bytes().splitlines()]

    return read
