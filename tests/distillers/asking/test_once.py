"""An agent beside the rules: asked once about each session, within its budget."""

from pathlib import Path

import agentry
import proposals as made
import pytest
from asked import asks, calls, filed, night, session, sessions

from distillers import findings_store
from distillers.asking import Asked
from distillers.distil import Distilled, distil
from distillers.evidence import check
from distillers.record.archive import Archive
from scheduling import budget
from scheduling.budget import Caps, Limits
from scheduling.ledger.store import Ledger
from scheduling.runs import Run


def test_a_session_is_asked_about_once_and_never_again(
    run: Run, archive: Archive, ledger: Ledger, tmp_path: Path
) -> None:
    sessions(run, archive, 3)
    agent, log = agentry.counting(tmp_path)
    first = night(ledger, archive, agent).asked
    assert (first.sessions, first.spent.calls, first.proposed, first.queued, calls(log)) == (3, 3, 3, 0, 3)
    before = findings_store.load(ledger)
    assert night(ledger, archive, agent) == Distilled(asked=Asked("try"))
    assert calls(log) == 3
    assert findings_store.load(ledger) == before


def test_what_an_agent_proposes_is_medium_at_most_and_cites_its_line(
    run: Run, archive: Archive, ledger: Ledger
) -> None:
    sessions(run, archive, 2)
    night(ledger, archive, agentry.fake("helpful"))
    found = filed(ledger)
    assert found
    assert {f.confidence for f in found} == {"medium"}
    assert all(check(f, archive) is None for f in found)


def test_a_session_that_goes_on_is_asked_about_anew(run: Run, archive: Archive, ledger: Ledger, tmp_path: Path) -> None:
    agent, log = agentry.counting(tmp_path)
    session(run, archive, "s1", "the first rule must hold, because it is the first")
    night(ledger, archive, agent)
    session(
        run, archive, "s1", "the first rule must hold, because it is the first", "I see, that is why it never held."
    )
    night(ledger, archive, agent)
    assert calls(log) == 2


def test_bulk_that_a_digest_leaves_out_costs_no_call(
    run: Run, archive: Archive, ledger: Ledger, tmp_path: Path
) -> None:
    agent, log = agentry.counting(tmp_path)
    sessions(run, archive, 1)
    night(ledger, archive, agent)
    before = filed(ledger)
    archive.append("shop", [made.event("s0", 7, "twenty passed", "tool", kind="result")], run=run)
    night(ledger, archive, agent)
    assert calls(log) == 1
    assert filed(ledger) == before


def test_another_model_is_asked_anew(run: Run, archive: Archive, ledger: Ledger, tmp_path: Path) -> None:
    sessions(run, archive, 1)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        agent, log = agentry.counting(tmp_path / name)
        night(ledger, archive, agent)
        assert calls(log) == 1


@pytest.mark.parametrize("parallel", [1, 8])
def test_ten_times_the_sessions_do_not_pass_the_cap(
    run: Run, archive: Archive, ledger: Ledger, tmp_path: Path, parallel: int
) -> None:
    sessions(run, archive, 20)
    agent, log = agentry.counting(tmp_path)
    first = night(ledger, archive, agent, Limits(seat=Caps(calls=5)), parallel=parallel).asked
    assert calls(log) == first.spent.calls == 4, "from 80 % on only critical sessions"
    assert (first.queued, len(asks(ledger, "todo")), first.problem) == (16, 16, "")
    night(ledger, archive, agent, Limits(seat=Caps(calls=8)), parallel=parallel)
    assert (calls(log), len(asks(ledger, "todo"))) == (6, 14)


def test_a_session_in_which_a_person_refused_comes_through_when_others_wait(
    run: Run, archive: Archive, ledger: Ledger
) -> None:
    sessions(run, archive, 6, start=10)
    refused = made.event("s1", 0, "never to main, because CI deploys it", kind="rejection")
    archive.append("shop", [refused, made.bulk("s1")], run=run)
    night(ledger, archive, agentry.fake("helpful"), Limits(seat=Caps(calls=5)))
    assert budget.charged(ledger)[0]["subject"] == "shop/s1"
    assert len(budget.charged(ledger)) == 5


@pytest.mark.parametrize("cap", [Caps(tokens=9000), Caps(micros=140_000)])
def test_tokens_and_money_are_bounded_too(run: Run, archive: Archive, ledger: Ledger, cap: Caps) -> None:
    sessions(run, archive, 8)
    said = night(ledger, archive, agentry.fake("helpful"), Limits(run=cap)).asked
    assert 0 < said.sessions < 8
    assert said.spent.tokens <= (cap.tokens or 10**9)
    assert said.spent.micros <= (cap.micros or 10**9)


def test_without_an_agent_its_earlier_proposals_stand(run: Run, archive: Archive, ledger: Ledger) -> None:
    sessions(run, archive, 2)
    night(ledger, archive, agentry.fake("helpful"))
    before = filed(ledger)
    sessions(run, archive, 1, start=5)
    distil(run, archive, ["shop"])
    assert [f.id for f in filed(ledger)] == [f.id for f in before]


GREEDY = """
import json, sys
sys.stdin.read()
print(json.dumps({"output": {"findings": []}, "usage": {"input_tokens": 9000, "output_tokens": 3000, "usd": 0.2}}))
"""


def test_an_agent_that_takes_more_than_was_set_aside_is_given_more_from_then_on(
    run: Run, archive: Archive, ledger: Ledger, tmp_path: Path
) -> None:
    sessions(run, archive, 12)
    limits = Limits(seat=Caps(tokens=100_000))
    said = night(ledger, archive, agentry.command(tmp_path, GREEDY), limits).asked
    assert said.sessions == 6, "a seventh would pass 80 %"
    assert said.spent.tokens == 72_000
