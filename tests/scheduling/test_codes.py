from datetime import UTC, datetime, timedelta

import pytest
from pyotp.totp import TOTP

from scheduling.codes import locked_until, new_secret, step_of

NOON = datetime(2026, 11, 20, 12, 0, 10, tzinfo=UTC)
SECRET = new_secret()


@pytest.mark.parametrize(("seconds", "right"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_code_is_right_one_step_early_or_late_and_no_more(seconds: int, right: bool) -> None:
    code = TOTP(SECRET).at(NOON + timedelta(seconds=seconds))
    assert (step_of(SECRET, code, NOON) is not None) is right


def test_a_code_typed_in_two_groups_is_the_same_code() -> None:
    code = TOTP(SECRET).at(NOON)
    assert step_of(SECRET, f" {code[:3]} {code[3:]}\n", NOON) == int(NOON.timestamp()) // 30


@pytest.mark.parametrize("code", ["", "0", "abcdef", "１２３４５６", "9" * 4000, "\ud800", "None"])
def test_what_is_no_code_is_wrong_and_never_an_error(code: str) -> None:
    assert step_of(SECRET, code, NOON) is None


def _times(*minutes: float) -> list[datetime]:
    return [NOON + timedelta(minutes=minute) for minute in minutes]


def test_four_wrong_codes_do_not_lock() -> None:
    assert locked_until(_times(0, 1, 2, 3), NOON + timedelta(minutes=3)) is None


def test_five_wrong_codes_lock_for_ten_minutes_from_the_fifth() -> None:
    wrong = _times(0, 2, 4, 6, 9)
    assert locked_until(wrong, NOON + timedelta(minutes=18)) == NOON + timedelta(minutes=19)
    assert locked_until(wrong, NOON + timedelta(minutes=19)) is None


def test_five_wrong_codes_spread_over_more_than_ten_minutes_do_not_lock() -> None:
    assert locked_until(_times(0, 3, 6, 9, 12), NOON + timedelta(minutes=12)) is None
