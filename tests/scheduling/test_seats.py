import pytest

from scheduling.base.errors import RefusedError, UsageError
from scheduling.ledger.store import Ledger
from scheduling.runs import running
from scheduling.seats import DEFAULT, require, seat


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
