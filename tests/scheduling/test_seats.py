import pytest

from scheduling.base.errors import RefusedError, UsageError
from scheduling.ledger.store import Ledger
from scheduling.runs import running, story
from scheduling.seats import DEFAULT, appoint, appointed, circle, described, require, seat


def test_a_seat_may_do_what_its_role_says(ledger: Ledger) -> None:
    with running(ledger, "librarian", "file") as run:
        require(run, "write-wiki")


def test_a_seat_is_refused_what_is_for_another_and_the_message_names_who_may(ledger: Ledger) -> None:
    with running(ledger, "distiller", "distil") as run, pytest.raises(RefusedError, match="that is for: librarian"):
        require(run, "write-wiki")


def test_only_the_editor_rules() -> None:
    assert [name for name, each in DEFAULT.items() if "rule" in each.may] == ["editor"]


def test_everybody_answers_to_a_seat_that_exists_and_in_the_end_to_a_person() -> None:
    def top(name: str, depth: int = 0) -> str:
        assert depth < 5
        above = seat(name).reports_to
        return top(above, depth + 1) if above else name

    assert {top(name) for name in DEFAULT} == {"editor"}


def test_an_unknown_seat_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="there is no seat janitor"):
        seat("janitor")


def test_settings_take_rights_away_and_give_none(ledger: Ledger) -> None:
    with running(ledger, "writer", "draft") as run:
        require(run, "draft")
        appoint(run, [described("writer", "Rests", may=())])
        assert appointed(ledger)["writer"].role == "Rests"
        with pytest.raises(RefusedError, match="that is for: nobody"):
            require(run, "draft")
        appoint(run, [])
        require(run, "draft")
    with pytest.raises(ValueError, match="cannot be given the right rule; it may: draft"):
        described("writer", may=("draft", "rule"))


def test_appointing_the_same_again_changes_nothing(ledger: Ledger) -> None:
    with running(ledger, "operator", "nightly") as run:
        for _ in range(2):
            appoint(run, [described("writer", reports_to="operator"), described("verifier")])
        assert [row["action"] for row in story(ledger, run.id)[1]].count("appoint") == 1
    assert set(appointed(ledger)) == {"writer"}, "what is as usual is not kept"


def test_nobody_answers_to_themselves_in_the_end() -> None:
    assert circle({}) == ""
    assert circle({"writer": described("writer", reports_to="operator")}) == ""
    assert circle({"operator": described("operator", reports_to="distiller")}) in {"operator", "distiller"}
    with pytest.raises(ValueError, match="no seat 'janitor' to report to"):
        described("writer", reports_to="janitor")
