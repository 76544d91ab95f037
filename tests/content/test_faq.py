from typing import Any

import pytest

from content.brief import Asked
from content.drafting import Material, draft
from content.faq import for_pillar, frequent
from content.pillars import Pillar, default_pillars
from scheduling.runs import running
from wiki.questions import Notebook

SUITE = "How long does the full test suite take"


def mask(text: str) -> str:
    return text.replace("hunter2", "[REDACTED:password:0a1b2c3d]")


def ask(house: Any, domain: str, text: str, times: int = 2) -> None:
    notebook = Notebook(house.ledger, mask)
    for _ in range(times):
        notebook.note(domain, text, answered=True)
    notebook.close()


@pytest.mark.parametrize(
    ("text", "times", "taken"),
    [
        (SUITE, 2, True),
        ("the full test suite takes how long?", 3, True),
        ("full test suite duration", 5, False),
        (SUITE, 1, False),
        ("What does hunter2 open?", 4, False),
    ],
    ids=["asked twice", "a question mark", "key words", "asked once", "with a secret"],
)
def test_what_was_asked_more_than_once_as_a_question_is_frequent(
    house: Any, text: str, times: int, taken: bool
) -> None:
    ask(house, "tidewatch", text, times)
    known = frequent(house.ledger, ["tidewatch"], mask)
    assert known == {"tidewatch": (Asked(text, times),) if taken else ()}


def test_a_question_that_the_patterns_of_today_mask_is_left_out(house: Any) -> None:
    ask(house, "tidewatch", SUITE)
    assert frequent(house.ledger, ["tidewatch"], lambda text: text.replace("suite", "[REDACTED:word]")) == {
        "tidewatch": ()
    }


def test_a_pillar_is_told_no_question_of_a_silo_that_it_does_not_draw_from() -> None:
    known = {"shop": [Asked("shop?", 2)], "shop-admin": [Asked("admin?", 2)], "tidewatch": [Asked("tide?", 2)]}
    assert for_pillar(Pillar("one", pages=("shop/test*",)), known) == (Asked("shop?", 2),)
    assert for_pillar(Pillar("two", pages=("tide*/*", "shop/*")), known) == (Asked("shop?", 2), Asked("tide?", 2))
    assert for_pillar(Pillar("none"), known) == ()


def test_an_article_answers_what_agents_asked_and_is_not_written_anew_when_they_ask_again(house: Any) -> None:
    def drafted() -> Any:
        asked = frequent(house.ledger, ["tidewatch", "canary"], mask)
        plain = house.material()
        with running(house.ledger, "writer", "test") as run:
            material = Material(plain.findings, plain.pages, plain.mask, asked)
            return draft(run, house.workspace, default_pillars(["tidewatch"]), material, None)

    ask(house, "tidewatch", SUITE)
    ask(house, "canary", "How long does the full test suite of the canary take")
    made = drafted()
    text = house.file(made.slug).read_text("utf-8")
    assert "## Questions that were asked" in text
    assert f"{SUITE}?" in text
    assert "canary" not in text
    ask(house, "tidewatch", "Why did the test suite take that long")
    assert not drafted().created
    assert house.file(made.slug).read_text("utf-8") == text
