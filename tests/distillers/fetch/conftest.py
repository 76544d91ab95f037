import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from forge import Forge, forge

from distillers.collect import Collected, SourceSpec, collect
from distillers.fetch.base import Access, Target
from distillers.fetch.fetching import Fetched, fetch
from distillers.fetch.making import fetcher
from distillers.record.archive import Archive
from distillers.record.redact import Redactor
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running

REDACTOR = Redactor(b"k" * 32)


@pytest.fixture
def server() -> Iterator[Forge]:
    with forge(Path(__file__).parent / "recorded" / "shop.json") as made:
        yield made


@pytest.fixture(scope="session")
def masking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The redactor as another process takes it over, with its patterns compiled."""
    file = tmp_path_factory.mktemp("masking") / "redactor"
    file.write_bytes(pickle.dumps(REDACTOR))
    return file


@pytest.fixture
def waited() -> list[float]:
    """How long the fetcher wanted to sleep, each time."""
    return []


FetchNight = Callable[..., list[Fetched]]


@pytest.fixture
def fetch_night(ledger: Ledger, tmp_path: Path, waited: list[float]) -> FetchNight:
    """Fetches the targets into ``fetched`` below the test's folder, as a run of its own, as a night does."""

    def night(*targets: Target, into: str = "fetched", book: Ledger | None = None) -> list[Fetched]:
        def make(target: Target) -> object:
            return fetcher(target, Access(target.api, "t0ken", sleep=waited.append))

        with running(book or ledger, "operator", "fetch") as run:
            return fetch(run, tmp_path / into, REDACTOR, targets, make)

    return night


@pytest.fixture
def collect_fetched(run: Run, archive: Archive, tmp_path: Path) -> Callable[[Target], Collected]:
    def collect_it(target: Target) -> Collected:
        spec = SourceSpec(target.domain, target.kind, tmp_path / "fetched" / target.file)
        return collect(run, archive, REDACTOR, [spec], {})

    return collect_it
