"""What people rule about findings and rules, as settling takes it."""

from dataclasses import replace

from proposals import candidate, quote, verdict

from distillers.rulings import Rulings
from distillers.settle import settle

SAID = "Never mock the database in tests, use the container"


def test_an_accepted_finding_is_certain_and_cites_the_decision() -> None:
    (before,) = settle([candidate(quote("s1", SAID))])
    (after,) = settle([candidate(quote("s1", SAID))], Rulings({before.id: verdict("accept", SAID)}))
    assert (before.confidence, after.confidence, after.status) == ("medium", "high", "accepted")
    assert (after.id, after.claim, after.seen) == (before.id, before.claim, before.seen)
    assert [(q.unit, q.origin) for q in after.evidence] == [("s1", "human"), ("d-1", "human")]
    assert after.valid_from == "2026-04-01"


def test_a_rejected_finding_keeps_the_reason_and_stands_aside_for_what_it_had_replaced() -> None:
    old = candidate(quote("s1", "answer: unlisted gists"), claim="Gists are unlisted", key="k")
    new = candidate(quote("s2", "answer: public links", day=2), claim="Links are public", key="k")
    (wrong,) = [f for f in settle([old, new]) if f.status != "superseded"]
    found = settle([old, new], Rulings({wrong.id: verdict("reject", "that was a joke")}))
    assert {f.claim: f.status for f in found} == {"Gists are unlisted": "accepted", "Links are public": "rejected"}
    assert [f.warnings for f in found if f.status == "rejected"] == [("rejected by Ann: that was a joke",)]


def test_a_reworded_finding_says_the_persons_sentence_and_rests_on_it_first() -> None:
    (before,) = settle([candidate(quote("s1", SAID))])
    (after,) = settle([candidate(quote("s1", SAID))], Rulings({before.id: verdict("reword", "Tests use a container")}))
    assert (after.id, after.claim, after.confidence) == (before.id, "Tests use a container", "high")
    assert [q.text for q in after.evidence] == ["Tests use a container", SAID]


def test_a_ruling_holds_when_an_earlier_log_words_the_finding_anew() -> None:
    late = candidate(quote("s2", SAID, day=2), claim=SAID)
    (read,) = settle([late])
    given = Rulings({read.id: verdict("reject")})
    (now,) = settle([late, candidate(quote("s1", f"please {SAID}"), claim=f"please {SAID}")], given)
    assert now.id != read.id
    assert now.status == "rejected"


def test_the_newest_of_two_rulings_holds() -> None:
    first, second = (
        candidate(quote("s1", SAID)),
        candidate(quote("s2", f"please {SAID}", day=2), claim=f"please {SAID}"),
    )
    (one,), (other,) = settle([first]), settle([second])
    given = Rulings({one.id: verdict("reject"), other.id: verdict("accept", at="2026-05-01T08:00:00.000Z")})
    assert settle([first, second], given)[0].confidence == "high"


def test_a_ruling_stays_in_its_domain() -> None:
    given = Rulings({"f-1": verdict("reject")}, {"fix": "low"})
    assert given.of("shop") == given
    assert given.of("office") == Rulings({}, {"fix": "low"})


def test_a_demoted_rule_counts_for_less_unless_somebody_independent_agrees() -> None:
    alone = candidate(quote("s1", SAID), tier="high", rule="orders")
    less = Rulings(tiers={"orders": "medium"})
    assert settle([alone])[0].confidence == "high"
    assert settle([alone], less)[0].confidence == "medium"
    assert settle([alone], Rulings(tiers={"orders": "low"}))[0].status == "waiting"
    again = candidate(quote("s2", f"please {SAID}", day=2), claim=f"please {SAID}", tier="high", rule="orders")
    assert settle([alone, again], less)[0].confidence == "high"


def test_what_is_ruled_is_part_of_what_settling_depends_on() -> None:
    accepted = Rulings({"f-1": verdict("accept")})
    assert list(Rulings().parts()) == []
    assert list(accepted.parts()) != list(Rulings({"f-1": verdict("reject")}).parts())
    assert list(accepted.parts()) != list(Rulings(accepted.verdicts, {"fix": "low"}).parts())


def test_what_was_read_leads_what_quotes_the_same_with_its_own_words_and_name() -> None:
    read = candidate(quote("s1", SAID), claim="Tests never mock the database", key="k:read")
    (before,) = settle([read])
    more = candidate(
        quote("s1", "Why: mocks lied"),
        replace(quote("s1", SAID), text=f"{SAID}."),
        claim="Mocks lied, so no mocks",
        key="k:now",
    )
    other = candidate(quote("s1", "Use tabs"), claim="Use tabs")
    found = settle([more, other], Rulings({before.id: verdict("accept")}), [read])
    assert [(f.id == before.id, f.claim, f.confidence, f.status) for f in sorted(found, key=lambda f: f.claim)] == [
        (True, "Tests never mock the database", "high", "accepted"),
        (False, "Use tabs", "medium", "accepted"),
    ]
    rejected = settle([more, other], Rulings({before.id: verdict("reject")}), [read])
    assert {f.claim: f.status for f in rejected} == {
        "Tests never mock the database": "rejected",
        "Use tabs": "accepted",
    }


def test_what_quotes_little_of_what_was_read_stays_a_finding_of_its_own() -> None:
    read = candidate(quote("s1", "Ports: 80"), quote("s1", SAID), claim="Tests use port 80", key="k:read")
    (before,) = settle([read])
    other = candidate(
        quote("s1", "Ports: 80"), quote("s1", "The proxy in front of the shop listens there"), claim="It is 80"
    )
    found = settle([other], Rulings({before.id: verdict("reject")}), [read])
    assert {f.claim: f.status for f in found} == {"Tests use port 80": "rejected", "It is 80": "accepted"}
