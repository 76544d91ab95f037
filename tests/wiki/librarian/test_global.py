"""Pages of all domains: only operator-global writes them, and its verifier lets nothing by that names a domain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from distillers.findings_store import load
from distillers.findings_store import replace as put
from scheduling.base.errors import RefusedError
from scheduling.runs import running
from wiki.filed import Filed
from wiki.librarian import file

SAID = "`uv venv --path …` fails; `uv venv …` works."


@pytest.fixture
def silos(shop: Any, finding: Any, quote: Any) -> Any:
    """Two silos that know of one trap each, with evidence of their own."""
    for domain, event in (("shop", "a" * 16), ("tide-watch", "b" * 16)):
        one = finding("One.", domain=domain, evidence=(quote("One.", event=event),))
        shop.night([one], domain)
    return shop


def across(shop: Any, found: list[Any], seat: str = "operator-global") -> Filed:
    ledger = shop.ledger
    with running(ledger, seat, "file across domains") as run:
        with run.change("settle", "global") as rows:
            put(rows, "global", found, run.id)
        return file(run, ledger, shop.wiki, "global", load(ledger, "global"))


@pytest.fixture
def shared(finding: Any, quote: Any) -> Any:
    """What both know, as operator-global files it."""
    told = tuple(quote(SAID, event=event) for event in ("a" * 16, "b" * 16))
    return finding(SAID, domain="global", page="uv", evidence=told, kind="gotcha")


def test_it_is_filed_without_a_footnote(silos: Any, shared: Any) -> None:
    assert across(silos, [shared]).added == 1
    assert f"- {SAID} ^{shared.id}" in silos.page("uv", "global").splitlines()
    assert "[^" not in silos.page("uv", "global")


def test_the_librarian_of_a_domain_may_not_write_it_nor_operator_global_a_domain(silos: Any, shared: Any) -> None:
    with pytest.raises(RefusedError, match="librarian may not write-global"):
        across(silos, [shared], "librarian")
    with running(silos.ledger, "operator-global", "nightly") as run, pytest.raises(RefusedError, match="write-wiki"):
        file(run, run.ledger, silos.wiki, "shop", load(run.ledger, "shop"))


def test_evidence_of_one_domain_is_not_enough(silos: Any, shared: Any) -> None:
    filed = across(silos, [replace(shared, evidence=shared.evidence[:1])])
    assert (filed.added, filed.dropped) == (0, (f"{shared.id}: rests on evidence of one domain alone",))


@pytest.mark.parametrize("named", ["at tide-watch", "in TideWatch's", "by `tide_watch.py`", "of the shop"])
def test_nothing_is_filed_that_names_a_domain(silos: Any, shared: Any, finding: Any, named: str) -> None:
    bad = finding(f"{SAID} As seen {named}.", domain="global", page="uv", evidence=shared.evidence)
    filed = across(silos, [shared, bad])
    assert (filed.added, filed.dropped) == (1, (f"{bad.id}: names a domain",))
    assert "tide" not in silos.page("uv", "global").lower()
