"""One ticket's lines stand together: the first names the matter, the others below it; whatever people and nights do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from scheduling.runs import running
from wiki import blocks
from wiki.blocks import digest
from wiki.edit import Text, standing
from wiki.groups import Member, grouped
from wiki.lint import lint
from wiki.page import parse
from wiki.plan import Wanted
from wiki.tree import Tree

HEAD = "**Mend the queue** (T-7, 2026-11-19): "


@pytest.fixture
def told(finding: Any, quote: Any) -> list[Any]:
    """Three decisions of one ticket and one of another, all medium, and a fact of the first."""

    def of(ticket: str, title: str, number: int, kind: str = "decision") -> Any:
        said = f"Said {number}."
        where = (quote(said, unit=ticket, origin="ticket"),)
        made = finding(f"{title}: {said}", key=f"ticket:{ticket}:{number}", evidence=where)
        return replace(made, kind=kind, confidence="medium")

    ours = [of("T-7", "Mend the queue", number) for number in (1, 2, 3)]
    return [*ours, of("T-8", "Paint the shed", 4), of("T-7", "Mend the queue", 5, "fact")]


def items(shop: Any) -> list[str]:
    """The lines of the page that are items or headings, without citations and anchors."""
    lines = shop.page().splitlines()
    return [line.partition(" [^")[0] for line in lines if line.startswith(("- ", "  ", "##"))]


def line_of(shop: Any, finding: Any) -> str:
    return next(line for line in shop.page().splitlines() if line.endswith(f"^{finding.id}"))


def test_the_first_line_of_a_ticket_names_it_and_the_others_stand_below(shop: Any, told: Sequence[Any]) -> None:
    shop.night(told)
    assert items(shop) == [
        "## Not yet confirmed",
        "### Decided",
        f"- {HEAD}Said 1.",
        "    - Said 2.",
        "    - Said 3.",
        "- **Paint the shed** (T-8, 2026-11-19): Said 4.",
        "### How it works",
        f"- {HEAD}Said 5.",
    ]
    assert shop.night(told).commit is None
    assert lint(Tree(shop.wiki)) == []


def test_in_whatever_order_the_lines_came_the_page_is_the_same(shop: Any, another: Any, told: Sequence[Any]) -> None:
    another.night(told)
    for order in list(permutations(told))[::23]:
        shop.night([])
        for number in range(len(order)):
            shop.night([one for one in told if one in order[: number + 1]])
        assert shop.page() == another.page()


def test_the_next_line_names_the_matter_when_the_first_goes_and_none_is_left_of_a_ticket_that_goes(
    shop: Any, told: Sequence[Any]
) -> None:
    shop.night(told)
    shop.night(told[1:])
    assert items(shop)[2:4] == [f"- {HEAD}Said 2.", "    - Said 3."]
    shop.night([told[3]])
    assert items(shop) == [
        "## Not yet confirmed",
        "### Decided",
        "- **Paint the shed** (T-8, 2026-11-19): Said 4.",
    ]


def test_a_line_that_is_confirmed_leaves_its_ticket_and_comes_back_to_its_place(shop: Any, told: Sequence[Any]) -> None:
    shop.night(told)
    before = shop.page()
    shop.night([told[0], replace(told[1], confidence="high"), *told[2:]])
    assert items(shop)[:5] == [
        "## Decisions",
        f"- {HEAD}Said 2.",
        "## Not yet confirmed",
        "### Decided",
        f"- {HEAD}Said 1.",
    ]
    shop.night(told)
    assert shop.page() == before


def test_who_changes_the_name_keeps_it_and_the_others_say_theirs(shop: Any, told: Sequence[Any]) -> None:
    shop.night(told)
    shop.edit(f"- {HEAD}Said 1.", "- **Our queue:** Said 1, and mind it.")
    shop.commit()
    shop.night(told)
    assert items(shop)[2:5] == ["- **Our queue:** Said 1, and mind it.", f"- {HEAD}Said 2.", "    - Said 3."]
    assert shop.night(told).commit is None


def test_who_changes_a_line_below_keeps_it_there(shop: Any, told: Sequence[Any]) -> None:
    shop.night(told)
    shop.edit("    - Said 2.", "    - Said two, in our words.")
    shop.commit()
    assert shop.night(told).commit is None
    shop.night([told[0], *told[2:]])
    assert items(shop)[2:5] == [f"- {HEAD}Said 1.", "    - Said two, in our words.", "    - Said 3."]


def test_who_takes_the_first_line_away_leaves_the_others_named(shop: Any, told: Sequence[Any]) -> None:
    shop.night(told)
    shop.edit(line_of(shop, told[0]) + "\n", "")
    shop.commit()
    shop.night(told)
    assert items(shop)[2:4] == [f"- {HEAD}Said 2.", "    - Said 3."]
    assert shop.states()[told[0].id] == "tombstone"


def test_who_moves_a_line_finds_it_named_where_it_stands(shop: Any, told: Sequence[Any]) -> None:
    shop.night(told)
    moved = line_of(shop, told[2])
    shop.edit(moved + "\n", "")
    shop.edit("## Not yet confirmed\n", f"## Ours\n\n{moved}\n\n## Not yet confirmed\n")
    shop.commit()
    shop.night(told)
    assert items(shop)[:3] == ["## Ours", f"- {HEAD}Said 3.", "## Not yet confirmed"]
    assert shop.states()[told[2].id] == "live"
    assert shop.night(told).commit is None


def test_a_person_who_writes_between_the_lines_keeps_what_they_wrote(shop: Any, told: Sequence[Any]) -> None:
    shop.night(told)
    shop.edit("    - Said 3.", "\nOurs, by hand.\n\n    - Said 3.")
    shop.commit()
    shop.night(told)
    assert "\nOurs, by hand.\n\n- **Mend the queue** (T-7, 2026-11-19): Said 3." in shop.page()


def make_flat(shop: Any) -> None:
    """The page and what is remembered of it as an older version left them: one list, each line with its name."""
    text = (
        shop.page().replace("    - ", f"- {HEAD}").replace(" (T-7, 2026-11-19): ", ": ").replace("queue**:", "queue:**")
    )
    for heading in ("\n### Decided\n", "\n### How it works\n"):
        text = text.replace(heading, "")
    shop.path().write_text(text)
    shop.commit()
    page = parse("shop/testing.md", text.encode())
    with running(shop.ledger, "librarian", "nightly") as run, run.change("file", "shop") as rows:
        known = blocks.load(rows, "shop")
        old = [(known[one.id], digest(standing(page, one))) for one in page.blocks]
        blocks.store(rows, "shop", run.id, [replace(row, section="Not yet confirmed", sha=sha) for row, sha in old])


def test_a_flat_page_of_an_older_version_is_carried_on_once_and_peoples_lines_stay(
    shop: Any, another: Any, told: Sequence[Any]
) -> None:
    another.night(told)
    shop.night(told)
    make_flat(shop)
    assert items(shop)[1] == "- **Mend the queue:** Said 1."
    shop.night(told)
    assert shop.page() == another.page()
    make_flat(shop)
    theirs = line_of(shop, told[1])
    shop.edit(theirs, theirs.replace("Said 2.", "Said two, in our words."))
    shop.commit()
    shop.night(told)
    assert items(shop)[:4] == [
        "## Not yet confirmed",
        "- **Mend the queue:** Said two, in our words.",
        "### Decided",
        f"- {HEAD}Said 1.",
    ]
    assert shop.night(told).commit is None


def test_a_line_is_only_written_in_the_form_that_it_has_not_if_it_stands_as_written() -> None:
    text, below = Text("- **A:** one ^f-00000001"), Text("    - one ^f-00000001")
    want = Wanted("f-00000001", "a.md", "a", "Facts", (), text, member=Member("- **A:** ", below))
    first = "- **A:** none ^f-00000002\n"
    for stands, then in ((text.line, below.line), (below.line, below.line), ("    - One! ^f-00000001",) * 2):
        page = parse("a.md", f"{first}{stands}\n".encode())
        assert grouped(page, {want.id: want}).text == f"{first}{then}\n"
    assert want.shas == {digest(text.whole), digest(below.whole)}
