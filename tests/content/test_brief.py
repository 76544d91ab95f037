from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from content.brief import Brief, TooLittle, prepare
from content.pillars import Past, Pillar, choose, default_pillars
from content.statement import state, titled
from distillers.findings import Finding, Quote

CLAIMS = (
    "Check the harbour pages by hand before each release.",
    "Stations keep two weeks of readings without a network.",
    "Run make testdb first; the file is not checked in.",
    "Forecast constants carry the time zone of their source.",
    "Deploys stop the old timers and reload systemd.",
    "Backups leave the building every Friday evening.",
    "Antennas are numbered from the sea towards the land.",
    "Webhooks are retried with backoff for one hour.",
    "Logs rotate at ten megabytes and are kept five times.",
)
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def made(claim: str, number: int = 1, **fields: Any) -> Finding:
    origin = fields.pop("origin", "human")
    said = fields.pop("said", claim)
    quote = Quote(f"e{number}", origin, "u1", "2026-11-20T01:00:00.000Z", "/log", number, said)
    values: dict[str, Any] = {
        "id": f"f-{number:08x}",
        "domain": "shop",
        "kind": "rule",
        "claim": claim,
        "key": claim,
        "page": "testing",
        "confidence": "high",
        "status": "written",
        "valid_from": "2026-11-20",
        "superseded_by": "",
        "rule": "case",
        "seen": 1,
        "warnings": (),
        "evidence": (quote,),
    }
    return Finding(**{**values, **fields})


def several(count: int, **fields: Any) -> list[Finding]:
    return [made(claim, n, **fields) for n, claim in enumerate(CLAIMS[:count])]


SHOP = default_pillars(["shop"])[0]


def test_with_no_pillar_configured_every_domain_has_one() -> None:
    pillars = default_pillars(["shop", "blog", "unsorted"])
    assert [(p.name, p.heading, p.pages) for p in pillars] == [
        ("blog", "What we learned in blog", ("blog/*",)),
        ("shop", "What we learned in shop", ("shop/*",)),
    ]


def test_the_pillar_with_most_news_has_its_turn_and_names_break_ties() -> None:
    pillars = default_pillars(["a", "b", "c"])
    news = [*several(3, domain="b"), *(replace(f, id=f"x{f.id}") for f in several(3, domain="c"))]
    chosen = choose(pillars, news, [], NOW)
    assert chosen
    assert chosen.name == "b"
    more = replace(news[-1], id="f-extra")
    chosen = choose(pillars, [*news, more], [], NOW)
    assert chosen
    assert chosen.name == "c"


def test_of_equal_news_the_longest_wait_wins() -> None:
    pillars = default_pillars(["a", "b"])
    news = [*several(3, domain="a"), *(replace(f, id=f"x{f.id}") for f in several(3, domain="b"))]
    past = [
        Past("a-1", "a", "2026-11-10T09:00:00Z", frozenset()),
        Past("b-1", "b", "2026-11-01T09:00:00Z", frozenset()),
    ]
    chosen = choose(pillars, news, past, NOW)
    assert chosen
    assert chosen.name == "b"


def test_a_pillar_waits_for_its_cadence() -> None:
    past = [Past("shop-1", "shop", "2026-11-14T09:00:00Z", frozenset())]
    assert choose([SHOP], several(5), past, NOW) is None
    assert choose([replace(SHOP, cadence="daily")], several(5), past, NOW)


def test_nothing_new_is_nobodys_turn() -> None:
    used = Past("shop-1", "shop", "", frozenset(f.id for f in several(4)))
    assert choose([SHOP], several(4), [used], NOW) is None
    assert choose([SHOP], several(4, confidence="medium"), [], NOW) is None


@pytest.mark.parametrize(
    ("glob", "domain", "page", "covered"),
    [
        ("shop/*", "shop", "testing", True),
        ("shop/test*", "shop", "testing", True),
        ("shop/test*", "shop", "deploys", False),
        ("shop", "shop", "testing", True),
        ("shop/*", "shopping", "testing", False),
        ("sh*/testing", "shopping", "testing", True),
        ("*", "blog", "testing", True),
    ],
)
def test_globs_name_the_pages_and_with_them_the_domains(glob: str, domain: str, page: str, covered: bool) -> None:
    assert Pillar("p", pages=(glob,)).covers(made("A claim.", domain=domain, page=page)) is covered


@pytest.mark.parametrize(
    "fields",
    [
        {"confidence": "medium"},
        {"status": "superseded"},
        {"status": "accepted"},
        {"status": "retired"},
        {"superseded_by": "f-1"},
        {"warnings": ("claims a person's authority without a cited turn",)},
        {"claim": "The cache might be the reason why the harbour page is slow."},
        {"domain": "blog"},
    ],
)
def test_only_what_is_certain_filed_and_in_force_gets_into_a_brief(fields: dict[str, Any]) -> None:
    extra = replace(made("The harbour page is cached for one hour by the proxy.", 77), **fields)
    brief = prepare(SHOP, [*several(4), extra], {})
    assert isinstance(brief, Brief)
    assert extra.id not in brief.findings
    whole = replace(extra, **{name: getattr(made("x"), name) for name in fields if name != "claim"})
    if "claim" not in fields:
        again = prepare(SHOP, [*several(4), whole], {})
        assert isinstance(again, Brief)
        assert whole.id in again.findings


def test_too_little_says_what_there_is() -> None:
    little = prepare(SHOP, [*several(2), *several(9, confidence="medium")[4:]], {})
    assert isinstance(little, TooLittle)
    assert little.reason.startswith("shop: two new certain findings, and an article needs 3; not confirmed yet: 5 ")
    assert little.reason.endswith("(see: stillhouse review findings)")


def test_a_restatement_is_cited_and_not_repeated() -> None:
    again = made("By hand, check harbour pages before each release.", 50)
    brief = prepare(SHOP, [*several(4), again], {})
    assert isinstance(brief, Brief)
    both = [s for s in brief.statements if again.id in s.ids]
    assert [len(s.ids) for s in both] == [2]
    assert len(brief.statements) == 4


def test_the_order_of_findings_changes_nothing() -> None:
    one, other = prepare(SHOP, several(9), {}), prepare(SHOP, several(9)[::-1], {})
    assert isinstance(one, Brief)
    assert isinstance(other, Brief)
    assert (one.digest, one.statements) == (other.digest, other.statements)


def test_questions_ask_for_kinds_and_those_without_an_answer_are_gaps() -> None:
    pillar = replace(SHOP, questions=("What broke and why?", "What did we decide about the moon?"))
    causes = several(4, kind="cause")
    brief = prepare(pillar, [*causes, made("Never deploy on a Friday afternoon.", 60)], {})
    assert isinstance(brief, Brief)
    assert set(brief.findings) == {f.id for f in causes}
    assert brief.gaps.unanswered == ("What did we decide about the moon?",)


@pytest.mark.parametrize(
    ("claim", "title", "text"),
    [
        (
            "Reader stops: the probe opened the port twice.",
            "Reader stops",
            "The probe opened the port twice.",
        ),
        ("fix(cli): reader stops (#12): the port was opened twice.", "Reader stops", "The port was opened twice."),
        ("feat(#132): Fix the reader: the port was opened twice.", "Fix the reader", "The port was opened twice."),
        (
            "Reader: modes: the probe opened the port twice.",
            "Reader: modes",
            "The probe opened the port twice.",
        ),
    ],
)
def test_a_ticket_title_is_taken_off_the_claim(claim: str, title: str, text: str) -> None:
    said = claim.rpartition(": ")[2]
    stated = state(made(claim, origin="ticket", said=said))
    assert stated
    assert (stated.title, stated.text) == (title, text)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Standing order: never push to main without a review", "Never push to main without a review."),
        ("This made it worse. The probe opened the port twice.", "The probe opened the port twice."),
        ("Both were wrong about it. They were changed again.", None),
        (
            "The probe opened the port twice. And then the log says…",
            "The probe opened the port twice.",
        ),
        ("Should it stop? No, it carries on and says so.", "Should it stop? No, it carries on and says so."),
        ("Should the reader stop at the first broken line?", None),
        ("npm test needs the flag.", "Npm test needs the flag."),
        ("too short", None),
    ],
)
def test_a_statement_stands_alone_or_is_none(claim: str, text: str | None) -> None:
    stated = state(made(claim))
    assert (stated.text if stated else None) == text


def test_titles_are_headings() -> None:
    assert titled("chore(deps)!: bump the reader (#7)") == "Bump the reader"
    assert titled("Pull Request: Fix the reader") == "Fix the reader"
    assert titled("Web: prevent stale pages") == "Web: prevent stale pages"
