"""Pages as a colleague reads them: folds, names of matters in bold, one footnote a line that repeats nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from wiki.fold import CLOSING, OPENING
from wiki.lint import lint
from wiki.matter import matter, said
from wiki.reading import Senses
from wiki.text import inert
from wiki.tree import Tree

TITLES = [
    ("Fix the queue: Jobs were lost when a worker died.", "**Fix the queue:** Jobs were lost when a worker died."),
    ("feat(cli): show dates: They were missing in lists.", "**feat(cli): show dates:** They were missing in lists."),
    ("Jobs were lost. The reason: no lease was held.", "Jobs were lost. The reason: no lease was held."),
    ("Call `a: b` once: It is *slow* and [odd](x).", "**Call `a: b` once:** It is \\*slow\\* and \\[odd\\](x)."),
    ("Dates: short: Effect: They fit.", "**Dates: short:** Effect: They fit."),
    ("ENT-248: Completion: Ask for it once.", "**ENT-248: Completion:** Ask for it once."),
    ("Pull Request: Fix the queue: Jobs were lost.", "**Pull Request: Fix the queue:** Jobs were lost."),
    ("Phase 2: Ask: Once is enough.", "**Phase 2: Ask:** Once is enough."),
    ("273.02: Ask for it once.", "273.02: Ask for it once."),
    (
        'Fix the logo: it is new: the file held "404: Not Found".',
        '**Fix the logo: it is new:** the file held "404: Not Found".',
    ),
    ("perf: defer the scene", "perf: defer the scene"),
    ("No title at all here", "No title at all here"),
]


def old_and_new(finding: Any, name: str) -> list[Any]:
    heir = finding(f"New {name}.", key=name, valid_from="2026-11-20")
    old = finding(f"Old {name}.", key=name, valid_from=f"2026-10-0{len(name)}")
    return [heir, replace(old, status="superseded", superseded_by=heir.id)]


def the_fold(page: str) -> list[str]:
    lines = page.splitlines()
    return lines[lines.index("## Superseded") : lines.index(CLOSING) + 1]


def test_what_no_longer_holds_is_folded_at_the_end_with_its_dates(shop: Any, finding: Any) -> None:
    shop.night([*old_and_new(finding, "a"), *old_and_new(finding, "bb")])
    heading, gap, opening, below, first, second, above, closing = the_fold(shop.page())
    assert (heading, gap, opening, below, above, closing) == ("## Superseded", "", OPENING, "", "", CLOSING)
    assert first.startswith("- (said 2026-10-02, replaced 2026-11-19) Old bb.")
    assert second.startswith("- (said 2026-10-01, replaced 2026-11-19) Old a.")
    assert lint(Tree(shop.wiki)) == []


def test_a_fold_that_grew_over_nights_is_that_of_one_night_and_goes_with_its_last_line(
    shop: Any, another: Any, finding: Any
) -> None:
    one, two = old_and_new(finding, "a"), old_and_new(finding, "bb")
    for found in (one[:1], one, [*one, *two]):
        shop.night(found)
    another.night([*one, *two])
    assert shop.tree_hash() == another.tree_hash()
    shop.night([one[0], two[0]])
    another.night([one[0], two[0]])
    assert OPENING not in shop.page()
    assert CLOSING not in shop.page()
    assert shop.tree_hash() == another.tree_hash()


def test_a_person_who_takes_the_fold_off_keeps_it_off(shop: Any, finding: Any) -> None:
    one, two = old_and_new(finding, "a"), old_and_new(finding, "bb")
    shop.night(one)
    shop.edit(f"{OPENING}\n\n", "")
    shop.edit(f"\n{CLOSING}\n", "")
    shop.commit()
    shop.night([*one, *two])
    assert OPENING not in shop.page()
    assert "Old a." in shop.page()
    assert "Old bb." in shop.page()


def test_what_a_person_wrote_in_the_fold_stays_with_it(shop: Any, finding: Any) -> None:
    one = old_and_new(finding, "a")
    shop.night(one)
    shop.edit(f"{OPENING}\n", f"{OPENING}\n\nOurs, by hand.\n")
    shop.commit()
    shop.night(one[:1])
    assert the_fold(shop.page()) == ["## Superseded", "", OPENING, "", "Ours, by hand.", "", "", CLOSING]
    shop.night(one)
    assert the_fold(shop.page())[5].startswith("- (said")


@pytest.mark.parametrize(("claim", "shown"), TITLES)
def test_what_a_ticket_calls_the_matter_stands_in_bold(finding: Any, quote: Any, claim: str, shown: str) -> None:
    assert said(finding(claim, evidence=(quote(claim, origin="ticket"),))) == shown


def test_the_name_of_a_matter_passes_the_verifier_and_no_other_bold_does(shop: Any, finding: Any, quote: Any) -> None:
    claim = "Fix **the** queue: Jobs were **lost** when a worker died."
    filed = shop.night([finding(claim, evidence=(quote(claim, unit="T-9", origin="ticket"),))])
    assert (filed.added, filed.dropped) == (1, ())
    assert "- **Fix \\*\\*the\\*\\* queue** (T-9, 2026-11-19): Jobs were \\*\\*lost" in shop.page()


def test_a_footnote_says_each_place_once_and_quotes_only_what_the_claim_does_not_say(
    shop: Any, finding: Any, quote: Any
) -> None:
    told = (quote("the suite is slow"), quote("it takes an hour"), quote("suite is slow", unit="T-9", origin="ticket"))
    rule = finding("The suite is slow.", evidence=told)
    shop.night([rule])
    [note] = [line for line in shop.page().splitlines() if line.startswith("[^")]
    assert note == (
        f'[^{rule.id[2:]}]: high · human · session 5a71c0de… line 207, 2026-11-19: "the suite is slow"; '
        'line 207: "it takes an hour"; ticket T-9 line 207, 2026-11-19'
    )


def test_pages_that_share_commits_say_how_many_and_not_their_hashes(shop: Any, finding: Any, quote: Any) -> None:
    def told(page: str, commit: str) -> Any:
        where = quote(page, unit=f"commit-{commit}", origin="ticket")
        return finding(f"{page} {commit}", page=page, evidence=(where,))

    shop.night([told(page, commit) for page in ("one", "two") for commit in ("0123456789ab", "ba9876543210")])
    assert "- [Two](two.md) (2 commits in common) ^s-" in shop.page("one")


def test_an_index_names_what_most_of_a_page_is_about(shop: Any, finding: Any, quote: Any) -> None:
    def told(ticket: str, title: str, number: int) -> Any:
        said = f"Said {number}."
        return finding(f"{title}: {said}", kind="fact", evidence=(quote(said, unit=ticket, origin="ticket"),))

    shop.night([told("T-1", "Mend the bell", 1), *(told("T-2", "Paint the shed", n) for n in (2, 3)), finding("Bake.")])
    assert "- [Testing](testing.md): Paint the shed; Bake; … — 4 findings (1 rule, 3 facts), upd" in shop.page("index")


def test_an_entry_whose_phrase_looks_like_a_secret_is_told_without_it(shop: Any, finding: Any) -> None:
    senses = Senses(secrets=lambda text: ["token"] if "Bake at noon — 1 rule" in text else [])
    assert shop.night([finding("Bake at noon.")], senses=senses).added == 1
    assert "- [Testing](testing.md): 1 rule, updated" in shop.page("index")


def test_a_quote_loses_what_marks_lists_and_emphasis_and_no_code_span_is_cut_in_two(
    shop: Any, finding: Any, quote: Any
) -> None:
    long = "- [x] **Keep** the `a ** b` of 3 * 4 and __all__ and then " + "word " * 40 + "`and a span that is cut`"
    shop.night([finding("The suite is slow.", evidence=(quote(long),))])
    [note] = [line for line in shop.page().splitlines() if line.startswith("[^")]
    assert '"Keep the `a ** b` of 3 \\* 4 and \\_\\_all\\_\\_ and then word' in note
    assert inert("`make one and two and three and four`", 20) == "`make one and two…`"
    assert inert("Run it all with `make one` and `make two and three`", 40) == "Run it all with `make one` and…"


@pytest.mark.parametrize(
    ("unit", "title", "head"),
    [
        ("T-9", "Mend the bell", "**Mend the bell** (T-9, 2026-11-19): "),
        ("BACK-273.02", "273.02: Mend the bell", "**273.02: Mend the bell** (2026-11-19): "),
        ("T-9", "T-9: Mend the bell", "**T-9: Mend the bell** (2026-11-19): "),
        ("commit-0123456789ab", "Mend the bell", "**Mend the bell** (2026-11-19): "),
        ("history/2026-11-19_mend-the-bell", "Mend the bell", "**Mend the bell** (2026-11-19): "),
    ],
)
def test_the_name_of_a_matter_tells_its_ticket_and_day_once(
    finding: Any, quote: Any, unit: str, title: str, head: str
) -> None:
    told = finding(f"{title}: It rings.", evidence=(quote("It rings.", unit=unit, origin="ticket"),))
    assert matter(told).head == head
