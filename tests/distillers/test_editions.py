"""A label counts for the rule that was labelled: rewritten, the rule begins anew."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from distillers import editions, labels, rules
from distillers.editions import of_code
from distillers.findings import AGENT
from distillers.labels import Labelled
from distillers.precision import ENOUGH, tiers
from distillers.rules import ARCHIVE_RULES, SESSION_RULES, TICKET_RULES
from scheduling.ledger.store import Ledger
from scheduling.runs import Run

RULES = sorted({rule.name for rule in (*SESSION_RULES, *TICKET_RULES, *ARCHIVE_RULES)})


def label(number: int, rule: str, edition: str, **more: str) -> Labelled:
    made = Labelled("d-1", number, f"f-{number}", "shop", rule, "medium", "reject", "no", "Ann", "2026-04-01", edition)
    return replace(made, **more)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_an_edition(rule: str) -> None:
    assert of_code(rule)


def test_rules_of_different_modules_have_different_editions() -> None:
    assert of_code("standing-order") != of_code("multiple-choice")
    assert of_code("ticket-title") == of_code("ticket-statement"), "two names of one module"
    assert of_code("a-rule-that-went") == ""


def test_new_weights_are_a_new_edition_of_what_they_weigh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {rule: of_code(rule) for rule in ("ticket-statement", "standing-order")}
    fresh = tmp_path / "weights.json"
    fresh.write_text("{}", "utf-8")
    monkeypatch.setattr(editions, "WEIGHTS", fresh)
    assert of_code.__wrapped__("ticket-statement") != before["ticket-statement"]
    assert of_code.__wrapped__("standing-order") == before["standing-order"]


def test_whatever_words_and_settles_claims_is_part_of_the_edition() -> None:
    room = Path(rules.__file__).parents[1]
    found: set[Path] = set()
    waiting = [*room.glob("rules/*.py"), *room.glob("salience/*.py"), room / "settle.py"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path, room)
    of_the_record = {"__init__", "cursors", "findings", "walk"}
    assert {path.stem for path in found if path.parent == room} - of_the_record == set(rules.SHARED)


def _imported(path: Path, room: Path) -> list[Path]:
    """The modules of the room itself that a module imports from."""
    names = [node.module for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    told = [room / f"{name.removeprefix('distillers.')}.py" for name in names if name and name.count(".") == 1]
    return [one for one in told if one.is_file()]


def test_comments_docstrings_and_layout_are_no_change() -> None:
    plain = "def f(x):\n    return x + 1\n"
    dressed = '"""Adds."""\n# one more\ndef f(x):\n    """One more."""\n    return (x\n        + 1)\n'
    assert _dump(plain) == _dump(dressed)
    assert _dump(plain) != _dump(plain.replace("1", "2"))


def _dump(text: str) -> str:
    return ast.dump(editions._bare(ast.parse(text)))


def test_labels_of_an_earlier_edition_count_no_more(run: Run, ledger: Ledger) -> None:
    now = of_code("standing-order")
    old = [label(number, "standing-order", "0123") for number in range(ENOUGH)]
    with run.change("label", "test") as rows:
        labels.record(rows, [*old, label(50, "standing-order", now), label(51, "standing-order", "")], run.id)
    assert [one.edition for one in labels.load(ledger)][-2:] == [now, ""]
    assert [one.line for one in labels.counting(labels.load(ledger), ledger)] == [50]
    assert tiers(labels.counting(labels.load(ledger), ledger)) == {}
    assert tiers([replace(one, edition=now) for one in old]) == {"standing-order": "low"}


def test_an_agent_that_is_asked_in_other_words_or_has_another_model_begins_anew(run: Run, ledger: Ledger) -> None:
    rule = f"{AGENT}try"
    assert editions.current(ledger, [rule, "standing-order"]) == {rule: "", "standing-order": of_code("standing-order")}
    editions.note(run, rule, "1", "small")
    first = editions.current(ledger, [rule])[rule]
    given = [label(1, rule, first)]
    assert labels.counting(given, ledger) == given
    editions.note(run, rule, "1", "small")
    assert editions.current(ledger, [rule])[rule] == first
    editions.note(run, rule, "1", "large")
    assert labels.counting(given, ledger) == []
