"""A domain's findings follow from its candidates alone, whatever their order."""

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proposals import candidate, quote, verdict

from distillers.findings import AGENT, Candidate, Confidence, Finding, Kind, Quote
from distillers.pages import FULL
from distillers.record.events import Origin
from distillers.rulings import Rulings
from distillers.settle import settle

MOCK = "Never mock the database in tests, use the container"


def one(found: list[Finding], words: str) -> Finding:
    return next(f for f in found if words in f.claim)


def test_restatements_join_and_are_counted_by_session() -> None:
    found = settle(
        [
            candidate(quote("s1", MOCK), claim=MOCK),
            candidate(quote("s2", f"please {MOCK}", day=2), claim=f"please {MOCK}"),
        ]
    )
    assert len(found) == 1
    assert (found[0].seen, found[0].confidence, found[0].valid_from) == (2, "high", "2026-03-02")
    assert [q.unit for q in found[0].evidence] == ["s1", "s2"]


def test_the_same_words_under_two_kinds_are_one_finding() -> None:
    words = "A hook that blocks `git add .` is a better way to keep staging clean"
    found = settle(
        [
            candidate(quote("s1", f"You are right. {words}"), claim=words, kind="correction"),
            candidate(quote("s2", f"So: {words}!", "agent", day=3), claim=words, kind="decision", key="other"),
        ]
    )
    assert [(one.kind, one.seen, one.confidence) for one in found] == [("correction", 2, "high")]


def test_the_same_words_about_other_names_are_another_claim() -> None:
    texts = ["Pin the runtime `bun` to 1.2.23 in CI, always", "Pin the runtime `bun` to 1.3.9 in CI, always"]
    assert len(settle(candidate(quote(f"s{n}", text, day=n + 1)) for n, text in enumerate(texts))) == 2


@pytest.mark.parametrize(
    "texts",
    [
        (
            "Always use python 3.11 for the kiln, because 3.12 breaks it",
            "Always use python 3.12 for the kiln, because 3.11 breaks",
        ),
        (
            "Start the kiln server on port 8080, the proxy owns the rest",
            "Start the kiln server on port 9090, the proxy owns the rest",
        ),
        (
            "Never open the burner during cooling, because the glass cracks",
            "Never open the door during loading, because neighbours complain",
        ),
        (
            "Run the linter before the commit, the hook is slow",
            "Never run the linter before the commit, the hook is slow",
        ),
        (
            "No, the tests must run against the staging database, because it has the data.",
            "No, the tests must not run against the staging database, because it has the data.",
        ),
        (
            "The cache of `glaze.toml` has to be enabled on the build machines of the kiln",
            "The cache of `glaze.toml` has to be disabled on the build machines of the kiln",
        ),
        (
            "Commit `glaze.lock` with the code of the kiln, because CI does read it",
            "Commit `glaze.lock` with the code of the kiln, because CI does not read it",
        ),
    ],
    ids=["versions", "ports", "other things", "denied", "denied after an opener", "turned off", "another reason"],
)
def test_a_repeat_about_something_else_confirms_nothing(texts: tuple[str, str]) -> None:
    found = settle(candidate(quote(f"s{n}", text, day=n + 1), claim=text) for n, text in enumerate(texts))
    assert [one.seen for one in found] == [1, 1]


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        ("Always squash branches before merging.", "Never squash branches before merging.", 1),
        (
            "Always use python 3.11 for the kiln, 3.12 breaks it",
            "Always use python 3.12 for the kiln, 3.13 breaks it",
            1,
        ),
        ("Never start the server on port 8080.", "Never start the server on port 9090.", 2),
        ("Always squash branches before merging.", "Never squash commits of a release.", 2),
        ("No, the tests must run against staging.", "No, the tests must not run against staging, it is slow", 2),
        ("No, the tests must run against staging.", "The tests shouldn't run against staging, because it is slow", 1),
        ("Always fire cone 6 at 1222 degrees, because it runs.", "Fire cone 6 at 1240 degrees, since it is dull.", 1),
        ("Always fire cone 6 at 1222 degrees.", "Always fire cone 5 at 1222 degrees.", 2),
        ("Always fire cone 6 at 1222 degrees.", "Always fire cone 5 at 1240 degrees.", 2),
        ("From now on use node 20 in CI.", "From now on use node 22 in CI.", 1),
        ("Always check oven 3 before firing.", "Always check oven 4 before firing.", 2),
        (
            "Always run the linter before pushing a release branch.",
            "Never run the tests before pushing a release branch.",
            2,
        ),
        ("Always merge main into the branch.", "Never merge the branch into main.", 2),
        ("Always deploy as root.", "Never deploy as admin.", 2),
        ("Always build with the cache.", "Always build without the cache.", 1),
        ("Always build with the cache.", "Never build without the cache.", 2),
    ],
)
def test_the_last_word_of_a_person_on_one_thing_stands(old: str, new: str, left: int) -> None:
    texts = [(old, 1), (new, 2)]
    found = settle(
        candidate(quote(f"s{day}", text, day=day), claim=text, key=text, rule="standing-order", tier="high")
        for text, day in texts
    )
    standing = [one.claim for one in found if one.status == "accepted"]
    assert len(standing) == left
    assert new in standing


ORDERS = [("standing-order", "rule"), ("typed-correction", "correction"), ("typed-decision", "decision")]


def typed(text: str, day: int, rule: str = "typed-correction", **more: Any) -> Candidate:
    claim = f"Said by a person: {text}"
    return candidate(quote(f"s{day}", f"No, {text}", day=day), claim=claim, rule=rule, **more)


def ticket(text: str, day: int, **more: Any) -> Candidate:
    about: dict[str, Any] = {"rule": "ticket-statement", "kind": "decision", "key": f"t:{text}"} | more
    return candidate(quote(f"T-{day}", text, "ticket", day=day), claim=f"Units of cones: {text}", **about)


@pytest.mark.parametrize(("rule", "kind"), ORDERS)
@pytest.mark.parametrize("day", [2, 8])
def test_a_sentence_that_a_person_and_a_ticket_say_is_one_sure_finding(rule: str, kind: Kind, day: int) -> None:
    (found,) = settle([typed(MOCK, 5, rule, kind=kind), ticket(MOCK, day)])
    assert (found.confidence, found.seen, {q.origin for q in found.evidence}) == ("high", 2, {"human", "ticket"})


def test_a_ticket_that_says_the_opposite_confirms_no_order() -> None:
    found = settle([typed("never mock the database in tests", 1), ticket("Always mock the database in tests", 2)])
    assert [(one.confidence, one.seen) for one in found] == [("medium", 1), ("medium", 1)]


def test_a_person_overrules_what_a_ticket_confirmed_and_may_return_to_it() -> None:
    old, new = "always mock the database in tests", "never mock the database in tests"
    said = [ticket(old, 1), typed(old, 2), typed(new, 3)]
    assert [one.claim for one in settle(said) if one.status == "accepted"] == [said[2].claim]
    assert one(settle(said), "Units of cones").superseded_by == one(settle(said), new).id
    again = settle([*said, typed(old, 4)])
    assert [one.claim for one in again if one.status == "accepted"] == [said[0].claim]


def test_what_is_not_believed_overrules_nothing() -> None:
    old, new = "always mock the database in tests", "never mock the database in tests"
    found = settle([typed(old, 1), typed(new, 2, tier="low")])
    assert {one.status for one in found} == {"accepted", "waiting"}


def test_of_one_key_the_newest_supported_claim_wins_and_the_old_one_keeps_its_evidence() -> None:
    old = candidate(quote("s1", "answer: unlisted gists"), claim="Gists are unlisted", key="answer:gists")
    new = candidate(quote("s2", "answer: public links", day=2), claim="Links are public", key="answer:gists")
    weak = candidate(quote("s3", "web says secret", "web", day=3), claim="All is secret", key="answer:gists")
    found = settle([new, weak, old])
    assert one(found, "public").status == "accepted"
    assert one(found, "unlisted").superseded_by == one(found, "public").id
    assert [q.text for q in one(found, "unlisted").evidence] == ["answer: unlisted gists"]
    assert one(found, "secret").status == "superseded"


def test_a_person_may_reject_or_accept_a_finding() -> None:
    proposal = candidate(quote("s1", MOCK))
    (finding,) = settle([proposal])
    assert settle([proposal], Rulings({finding.id: verdict("reject")}))[0].status == "rejected"
    assert settle([proposal], Rulings({finding.id: verdict("accept")}))[0].confidence == "high"


def test_low_findings_wait_and_are_never_filed() -> None:
    (finding,) = settle([candidate(quote("s1", "the cache is cold", "tool"))])
    assert (finding.confidence, finding.status) == ("low", "waiting")


def test_what_was_taken_back_is_superseded_even_where_it_reads_alike() -> None:
    said = quote("T-1", "`npx shop` fails because it has no executable", "ticket")
    now = quote("T-1", "`npx shop` fails because it has another executable", "ticket", line=2)
    found = settle([candidate(said, key="k", tier="low", refuted=True), candidate(now, key="k", tier="high")])
    assert [f.status for f in found if "no executable" in f.claim] == ["superseded"]
    assert one(found, "another").confidence == "high"


def test_a_later_ticket_about_the_same_names_makes_an_earlier_one_uncertain() -> None:
    def stated(unit: str, text: str, day: int) -> Candidate:
        return candidate(quote(unit, text, "ticket", day=day), tier="high", rule="ticket-statement", kind="decision")

    found = settle(
        [
            stated("T-1", "`release.yml` pins 9.2.1, because 9.3.0 burns a core", 1),
            stated("T-2", "`release.yml` uses 9.4.2 instead of 9.2.1", 2),
            stated("T-3", "`banner.tsx` reloads once instead of asking", 3),
        ]
    )
    assert [f.confidence for f in sorted(found, key=lambda f: f.valid_from)] == ["medium", "high", "high"]


WORDS = st.lists(
    st.sampled_from(["cache", "pool", "`retry.py`", "never", "always", "`lint`", "deploy", "friday", "tests"]),
    min_size=1,
)


def test_what_is_worth_too_little_is_filed_only_where_it_puts_an_older_claim_away() -> None:
    old = ticket("Jobs go through `RabbitMQ`, because two tenants that share a queue lose the order of their jobs.", 1)
    new = ticket("`RabbitMQ` is no longer used.", 2, worth=-9.0)
    assert [f.status for f in settle([new])] == ["waiting"]
    found = settle([old, new])
    assert one(found, "no longer").status == "accepted"
    assert one(found, "go through").superseded_by == one(found, "no longer").id


def proposal(words: list[str], unit: str, day: int, origin: Origin, tier: Confidence, key: str) -> Candidate:
    return candidate(quote(unit, " ".join(words), origin, day=day), key=key, tier=tier, topics=tuple(words[:2]))


PROPOSAL = st.builds(
    proposal,
    WORDS,
    st.sampled_from(["s1", "s2", "T-1"]),
    st.integers(1, 9),
    st.sampled_from(["human", "agent", "ticket", "tool", "web"]),
    st.sampled_from(["low", "medium", "high"]),
    st.sampled_from(["a", "b", "c"]),
)


@settings(deadline=None)
@given(st.lists(PROPOSAL, max_size=12), st.integers())
def test_the_order_of_collecting_changes_nothing(proposals: list[Candidate], seed: int) -> None:
    shuffled = proposals.copy()
    random.Random(seed).shuffle(shuffled)
    assert settle(shuffled) == settle(proposals)
    assert settle([*proposals, *proposals]) == settle(proposals)
    assert len({f.id for f in settle(proposals)}) == len(settle(proposals))


def asked(*quotes: Quote, claim: str = "", **more: Any) -> Candidate:
    return candidate(*quotes, claim=claim, rule="agent:any", **more)


def test_what_only_agents_say_is_never_high_however_often_people_are_quoted() -> None:
    said = [asked(quote(f"s{n}", "run make migrate", day=n), claim="Run make migrate first.") for n in range(1, 6)]
    (found,) = settle(said)
    assert (found.confidence, found.seen) == ("medium", 5)


def test_an_agent_raises_nothing_that_a_rule_found() -> None:
    ruled = candidate(quote("s1", "run `make migrate` before the tests"), tier="medium")
    same = asked(quote("s2", "go on then", day=2), claim="run `make migrate` before the tests", key=ruled.key)
    assert settle([ruled, same]) == settle([ruled])


def test_an_agent_joins_no_two_findings_of_rules() -> None:
    one = candidate(quote("s1", "never push the release branch to the mirror by hand"), tier="medium")
    other = candidate(quote("s2", "never push by hand what the nightly mirror job has signed", day=2), tier="medium")
    between = asked(
        quote("s3", "ok", day=3), claim="never push the release branch by hand, the nightly mirror job has signed"
    )
    found = [f for f in settle([one, other, between]) if f.rule != "agent:any"]
    assert found == settle([one, other])


def test_an_agent_supersedes_nothing_that_a_rule_found() -> None:
    ruled = candidate(quote("s1", "use port 8080 for the gauge"), tier="high", key="gauge:port")
    newer = asked(quote("s2", "the gauge listens on another port since the move", day=9), key=ruled.key)
    found = {f.rule: f.status for f in settle([ruled, newer])}
    assert found["typed-correction"] == "accepted"


def test_what_agents_propose_moves_nothing_that_a_rule_found() -> None:
    said = [
        candidate(quote(f"s{n}", f"`table_{n}` holds the tides of one station", "agent"), topics=("tides",))
        for n in range(6)
    ]
    agent: dict[str, Any] = {"rule": f"{AGENT}try", "kind": "fact"}
    told = [
        candidate(quote(f"a{n}", f"`column_{topic}_{n}` is read by the job", "agent"), topics=(topic,), **agent)
        for topic in ("tides", "billing", "nowhere")
        for n in range(FULL)
    ]
    alone = {f.id: f.page for f in settle(said)}
    both = settle([*said, *told])
    assert set(alone.values()) == {"tides"}
    assert {f.id: f.page for f in both if f.id in alone} == alone
    count = Counter(f.page for f in both)
    assert count["tides"] > len(alone), "what names a page that is there goes to it"
    assert max(count.values()) <= 2 * FULL
