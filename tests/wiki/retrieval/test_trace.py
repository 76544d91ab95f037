from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from distillers.findings_store import replace as put
from scheduling.base.errors import UsageError
from scheduling.runs import running
from tests.wiki.retrieval.conftest import SHOP
from wiki.server.shapes import trail
from wiki.trace import trace

COLUMNS = "article, body_sha256, seq, id, block, section, text, made, findings, trace"
FOUND = {"s-11111111": '["f-aaaaaaaa", "f-bbbbbbbb"]', "s-22222222": '["f-aaaaaaaa", "f-dddddddd"]'}


@pytest.mark.parametrize("what", ["f-aaaaaaaa", "^f-aaaaaaaa", "shop/testing#f-aaaaaaaa", " f-aaaaaaaa "])
def test_a_block_leads_to_quote_line_page_and_commit(house: Any, what: str) -> None:
    chain = trace(house.ledger, what, "shop")
    (link,) = chain.links
    assert chain.text == link.claim == "Run the tests of one package before a push"
    assert (link.page, link.commit) == ("shop/testing", house.repo.head())
    assert [(c.file, c.line) for c in link.citations] == [("/logs/shop.jsonl", 6)]
    assert "[REDACTED:token]" in chain.as_text()
    assert "/logs/shop.jsonl:6 (human)" in chain.as_text()
    assert chain.to_json()["links"][0]["finding"] == "f-aaaaaaaa"


def test_what_stands_around_the_quotes_is_read_below_them(house: Any) -> None:
    (said,) = SHOP.evidence
    with running(house.ledger, "librarian", "test") as run, run.change("settle", "shop") as rows:
        put(rows, "shop", [replace(SHOP, evidence=(replace(said, passage="Twice a day:\n- the whole suite"),))], run.id)
    chain = trace(house.ledger, "f-aaaaaaaa", "shop")
    assert chain.links[0].passages == ("Twice a day:\n- the whole suite",)
    assert chain.as_text().endswith("\n    | Twice a day:\n    | - the whole suite")
    assert trail(chain, (), 4000).findings[0].passages == ["Twice a day:\n- the whole suite"]
    short = trail(chain, (), len(trail(chain, (), 4000).model_dump_json(indent=2)) - 1)
    assert (len(short.findings[0].evidence), short.findings[0].passages) == (1, [])


@pytest.mark.parametrize("domain", ["bakery", "nowhere"])
def test_another_silos_block_is_not_known(house: Any, domain: str) -> None:
    with pytest.raises(UsageError, match=f"there is no f-aaaaaaaa in {domain}") as told:
        trace(house.ledger, "f-aaaaaaaa", domain)
    with pytest.raises(UsageError) as unknown:
        trace(house.ledger, "f-99999999", domain)
    assert str(told.value) == str(unknown.value).replace("f-99999999", "f-aaaaaaaa")


def test_a_block_for_all_shows_each_domain_its_own_evidence(house: Any) -> None:
    for domain in ("shop", "bakery"):
        (link,) = trace(house.ledger, "f-dddddddd", domain).links
        assert [citation.file for citation in link.citations] == [f"/logs/{domain}.jsonl"]
    (link,) = trace(house.ledger, "f-dddddddd").links
    assert len(link.citations) == 2


@pytest.mark.parametrize("what", ["", "f-1", "x-12345678", "f-aaaaaaaag", "s-00000000", "f-00000000"])
def test_what_is_no_id_is_said_to_be_none(house: Any, what: str) -> None:
    with pytest.raises(UsageError):
        trace(house.ledger, what)


def test_a_sentence_leads_to_its_findings_but_not_into_another_silo(house: Any) -> None:
    with house.ledger.write() as rows:
        rows.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS sentences ({COLUMNS})")
        for seq, (key, found) in enumerate(FOUND.items()):
            values = ("how-we-test", "x", seq, key, 0, "", "We test one package.", "template", found, "[]")
            rows.exec_driver_sql(f"INSERT INTO sentences ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    chain = trace(house.ledger, "s-11111111", "shop")
    assert (chain.text, chain.article) == ("We test one package.", "how-we-test")
    assert [link.finding for link in chain.links] == ["f-aaaaaaaa", "f-bbbbbbbb"]
    with pytest.raises(UsageError):
        trace(house.ledger, "s-22222222", "bakery")
