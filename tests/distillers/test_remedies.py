"""An error that recurs is told with what mended it in several sessions alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import told

from distillers import findings_store
from distillers.distil import distil
from distillers.findings import Finding
from distillers.record.archive import Archive
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running

FAILS = "call: terraform init\nfailed: Error: NoCredentialProviders, it may be that no provider has any"


Told = Callable[..., Finding]


@pytest.fixture
def run(ledger: Ledger) -> Iterator[Run]:
    with running(ledger, "distiller", "nightly") as run:
        yield run


@pytest.fixture
def told_of(run: Run, archive: Archive, ledger: Ledger) -> Told:
    """Distils sessions in which ``terraform init`` fails and then each of ``steps`` is taken; returns its finding."""

    def found(*sessions: str) -> Finding:
        texts = [f"session s{n}\n{FAILS}\n{steps}" for n, steps in enumerate(sessions)]
        units = [told.called(unit) for text in texts for unit in told.units(text, text)]
        archive.append("shop", [event for unit in units for event in unit.events], run=run)
        distil(run, archive, ["shop"])
        (one,) = [f for f in findings_store.load(ledger) if f.rule == "error-signature"]
        return one

    return found


@pytest.mark.parametrize(
    ("steps", "worked"),
    [
        ("call: AWS_PROFILE=stg terraform init\nresult: ok", "`AWS_PROFILE=stg terraform init` (in 3 sessions)"),
        (
            "call: aws sso login --profile stg && terraform init\nresult: ok",
            "`aws sso login --profile stg && terraform init` (in 3 sessions)",
        ),
        (
            "call: aws sso login --profile stg\nresult: ok\ncall: git status\nresult: clean\n"
            "call: terraform init 2>&1 | tail -5\nresult: ok",
            "`aws sso login --profile stg`, then again (in 3 sessions)",
        ),
        (
            "call: terraform init -backend-config=stg.hcl\nresult: ok",
            "`terraform init -backend-config=stg.hcl` (in 3 sessions)",
        ),
    ],
)
def test_what_mended_it_in_three_sessions_is_told_and_certain(told_of: Told, steps: str, worked: str) -> None:
    found = told_of(steps, steps, steps)
    assert (found.confidence, found.seen) == ("high", 3)
    assert found.claim.endswith(f"What worked: {worked}.")


@pytest.mark.parametrize(
    "steps",
    [
        "call: terraform init -lock=false\nresult: ok",
        "call: sudo terraform init\nresult: ok",
        "call: terraform init --skip-tls\nresult: ok",
        "edit: file_path: main.tf\nresult: ok\ncall: terraform init -upgrade\nresult: ok",
        "call: cat > main.tf <<EOF\nresult: ok\ncall: terraform init\nresult: ok",
        "call: git status\nresult: clean\ncall: terraform init\nresult: ok",
        "call: aws sso login\nfailed: no browser",
    ],
)
def test_neither_a_way_past_a_check_nor_work_is_a_remedy(told_of: Told, steps: str) -> None:
    assert "What worked" not in told_of(steps, steps, steps).claim


def test_what_mended_it_twice_is_told_and_not_certain(told_of: Told) -> None:
    twice = "call: AWS_PROFILE=stg terraform init\nresult: ok"
    found = told_of(twice, twice, "call: terraform init -backend=stg.hcl\nresult: ok")
    assert found.claim.endswith("What worked: `AWS_PROFILE=stg terraform init` (in 2 sessions).")
    assert found.confidence == "medium"


def test_a_mistyped_option_and_its_remedy_are_told_once(run: Run, archive: Archive, ledger: Ledger) -> None:
    steps = (
        "call: npm run test --colour\nfailed: error: unknown option '--colour'\ncall: npm run test --color\nresult: ok"
    )
    units = [told.called(unit) for n in range(3) for unit in told.units(f"session s{n}\n{steps}", str(n))]
    archive.append("shop", [event for unit in units for event in unit.events], run=run)
    distil(run, archive, ["shop"])
    (found,) = findings_store.load(ledger)
    assert (found.confidence, found.seen) == ("high", 3)
    assert "`npm run test --color`" in found.claim
