from __future__ import annotations

from wiki.feedback import TOLD, fed, told
from wiki.rank import Passage, Stats, matched, ordered, rarities
from wiki.rows import terms_of
from wiki.words import concepts

COMMON = ("bread", "stock", "oven", "door", "lamp", "sink")
STATS = [Stats(200, 1200, {"slow": 20, "command": 20, "telemetry": 4, **dict.fromkeys(COMMON, 60)})]


def passage(key: str, text: str) -> Passage:
    return Passage(key, key, 1.0, terms_of("", "", text), text)


def order(query: str, passages: list[Passage], *, heard: bool) -> list[str]:
    asked = concepts(query)
    matches = matched(asked, rarities(asked, STATS), passages, STATS)
    best = ordered(matches, passages)
    if heard:
        best = ordered(fed(matches, best, asked, passages, STATS), passages)
    return [passages[one.at].id for one in best]


def test_what_the_best_passages_speak_of_moves_ahead_what_speaks_of_it_too() -> None:
    passages = [
        passage("best", "slow command telemetry slow command"),
        passage("next", "slow command telemetry"),
        passage("idle", "the command and bread and butter"),
        passage("name", "the command and telemetry and butter"),
        passage("none", "telemetry telemetry"),
    ]
    before = order("why is every command slow", passages, heard=False)
    after = order("why is every command slow", passages, heard=True)
    assert before.index("idle") < before.index("name")
    assert after.index("name") < after.index("idle")
    assert "none" not in after  # nothing is found that the question does not find


def test_only_the_weightiest_terms_that_were_not_asked_for_are_taken() -> None:
    text = terms_of("", "", f"slow telemetry telemetry xy {' '.join(COMMON)}")
    taken = dict(told([(text, 9.0)], {"slow"}, STATS))
    assert len(taken) == TOLD
    assert "telemetry" in taken
    assert not {"slow", "xy"} & taken.keys()
    assert taken["telemetry"] == max(taken.values())


def test_without_a_passage_nothing_is_taken() -> None:
    assert told([], set(), STATS) == []
    assert fed([], [], concepts("slow"), [], STATS) == []
