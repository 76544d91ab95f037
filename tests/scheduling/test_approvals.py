import threading
from datetime import timedelta
from hashlib import sha256

import pytest
from pyotp.totp import TOTP
from sqlalchemy import select, update

from scheduling import approvals, editors
from scheduling.approvals import (
    AlreadyRuledError,
    ChangedTextError,
    NobodyEnrolledError,
    Ruling,
    WrongCodeError,
    approval_of,
    enrol,
    get_request,
    open_requests,
    request,
    rule,
    ruling_for,
)
from scheduling.base.clock import now
from scheduling.base.errors import RefusedError, UsageError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running, story

BODY = sha256(b"the text that was shown").hexdigest()
OTHER = sha256(b"the text after an edit").hexdigest()


def code(secret: str, steps: int = 0) -> str:
    return TOTP(secret).at(now() + timedelta(seconds=30 * steps))


def ask(run: Run, body: str = BODY) -> str:
    return request(run, "article/retries", "draft", body, {"slug": "retries"})


def answer(run: Run, key: str, given: str, body: str = BODY, decision: str = "approve", editor: str = "Ada") -> Ruling:
    return rule(run, key, decision, editor=editor, code=given, body_sha256=body, notes="reads well")  # pyright: ignore[reportArgumentType]


def test_an_enrolled_editor_with_a_code_approves_exactly_the_text_that_was_shown(ledger: Ledger, desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    ruling = answer(desk, ask(desk), code(secret))
    assert (ruling.decision, ruling.editor, ruling.body_sha256, ruling.run) == ("approve", "Ada", BODY, desk.id)
    assert ruling_for(ledger, "article/retries") == ruling == approval_of(ledger, "article/retries", BODY)
    assert approval_of(ledger, "article/retries", OTHER) is None
    assert open_requests(ledger) == []


def test_with_nobody_enrolled_every_decision_is_refused_and_says_how_to_enrol(desk: Run) -> None:
    for decision in ("approve", "request-changes", "reject"):
        with pytest.raises(NobodyEnrolledError, match="stillhouse editors add NAME"):
            answer(desk, ask(desk), "123456", decision=decision)


def test_a_name_that_is_not_enrolled_is_refused(desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    with pytest.raises(WrongCodeError, match="Mallory is not an enrolled editor"):
        answer(desk, ask(desk), code(secret), editor="Mallory")


def test_a_name_counts_without_case_and_is_recorded_as_enrolled(desk: Run) -> None:
    secret = enrol(desk, "Ada Lovelace").secret
    assert answer(desk, ask(desk), code(secret), editor=" ada  LOVELACE").editor == "Ada Lovelace"


def test_a_code_counts_once_even_for_another_request(desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    given = code(secret)
    answer(desk, ask(desk), given)
    with pytest.raises(WrongCodeError, match="used before"):
        answer(desk, ask(desk, OTHER), given, OTHER)


def test_a_code_older_than_the_last_one_taken_is_refused(desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    answer(desk, ask(desk), code(secret, 1))
    with pytest.raises(WrongCodeError, match="used before"):
        answer(desk, ask(desk, OTHER), code(secret), OTHER)


def test_changed_text_is_refused_and_spends_no_code(desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    key, given = ask(desk), code(secret)
    with pytest.raises(ChangedTextError, match="not the one that request"):
        answer(desk, key, given, OTHER)
    assert answer(desk, key, given).decision == "approve"


def test_a_request_is_answered_once(desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    key = ask(desk)
    answer(desk, key, code(secret), decision="reject")
    with pytest.raises(AlreadyRuledError, match="reject by Ada"):
        answer(desk, key, code(secret, 1))


def test_changes_and_rejections_need_a_reason(desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    key = ask(desk)
    with pytest.raises(RefusedError, match="needs notes"):
        rule(desk, key, "request-changes", editor="Ada", code=code(secret), body_sha256=BODY, notes=" ")


def test_five_wrong_codes_lock_the_editor_for_ten_minutes(ledger: Ledger, desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    other = enrol(desk, "Grace").secret
    key = ask(desk)
    for _ in range(5):
        with pytest.raises(WrongCodeError, match="not right"):
            answer(desk, key, "000000" if code(secret) != "000000" else "111111")
    with pytest.raises(WrongCodeError, match="locked until"):
        answer(desk, key, code(secret))
    with ledger.write() as rows:
        rows.execute(update(editors.attempt_rows).values(at="2026-01-01T00:00:00.000Z"))
    assert answer(desk, key, code(secret)).editor == "Ada"
    assert answer(desk, ask(desk, OTHER), code(other), OTHER, editor="Grace").editor == "Grace"


def test_guesses_made_at_the_same_time_do_not_pass_the_limit(ledger: Ledger, desk: Run) -> None:
    enrol(desk, "Ada")
    key = ask(desk)
    said: list[str] = []

    def guess() -> None:
        try:
            answer(desk, key, "no code")
        except WrongCodeError as error:
            said.append(str(error))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("not right" in each for each in said) == 5
    assert sum("locked" in each for each in said) == 7


def test_one_code_given_twice_at_the_same_time_counts_once(ledger: Ledger, desk: Run) -> None:
    given = code(enrol(desk, "Ada").secret)
    keys = {body: request(desk, f"article/{body[:4]}", "draft", body, {}) for body in (BODY, OTHER)}
    done: list[str] = []

    def give(body: str) -> None:
        try:
            answer(desk, keys[body], given, body)
            done.append(body)
        except WrongCodeError:
            pass

    threads = [threading.Thread(target=give, args=(body,)) for body in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1


def test_asking_again_for_the_same_text_is_the_same_request(ledger: Ledger, desk: Run) -> None:
    assert ask(desk) == ask(desk)
    assert len(open_requests(ledger, "draft")) == 1
    assert open_requests(ledger, "finding") == []


def test_a_new_text_supersedes_the_open_request(ledger: Ledger, desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    old, new = ask(desk), ask(desk, OTHER)
    assert [each.id for each in open_requests(ledger)] == [new]
    assert get_request(ledger, old).state == "superseded"
    with pytest.raises(AlreadyRuledError, match=f"superseded by {new}"):
        answer(desk, old, code(secret))


def test_a_voided_ruling_covers_nothing_and_the_text_can_be_asked_about_again(ledger: Ledger, desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    key = ask(desk)
    answer(desk, key, code(secret))
    approvals.void(desk, key, "the text changed after approval")
    assert approval_of(ledger, "article/retries", BODY) is None
    assert ask(desk) == key
    again = answer(desk, key, code(secret, 1))
    assert approval_of(ledger, "article/retries", BODY) == again


def test_a_later_rejection_of_the_same_text_ends_the_approval(ledger: Ledger, desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    key = ask(desk)
    answer(desk, key, code(secret))
    with ledger.write() as rows:
        rows.execute(update(approvals.request_rows).values(state="open"))
    answer(desk, key, code(secret, 1), decision="reject")
    assert approval_of(ledger, "article/retries", BODY) is None


def test_no_seat_but_the_editors_can_rule(ledger: Ledger, desk: Run) -> None:
    secret = enrol(desk, "Ada").secret
    key = ask(desk)
    with running(ledger, "writer", "daily") as run, pytest.raises(RefusedError, match="the writer may not rule"):
        answer(run, key, code(secret))


def test_a_name_is_enrolled_once_until_it_is_revoked(ledger: Ledger, desk: Run) -> None:
    first = enrol(desk, "Ada")
    with pytest.raises(RefusedError, match="ADA is enrolled already"):
        enrol(desk, "ADA")
    editors.revoke(desk, "Ada")
    assert approvals.editors(ledger) == []
    second = enrol(desk, "Ada")
    assert second.secret != first.secret
    with pytest.raises(WrongCodeError):
        answer(desk, ask(desk), code(first.secret))


@pytest.mark.parametrize("name", ["", "  ", "a\x1b[31mb", "x" * 65])
def test_a_name_nobody_can_type_is_refused(desk: Run, name: str) -> None:
    with pytest.raises(UsageError):
        enrol(desk, name)


def test_the_audit_tells_who_decided_what_and_never_a_secret_or_a_code(ledger: Ledger, desk: Run) -> None:
    made = enrol(desk, "Ada")
    given = code(made.secret)
    answer(desk, ask(desk), given)
    _, rows = story(ledger, desk.id)
    assert [row["action"] for row in rows] == ["start run", "enrol editor", "open request", "try code", "rule"]
    assert made.secret not in str(rows)
    assert given not in str(rows)
    assert made.secret not in repr(made)
    with ledger.read() as connection:
        assert len(connection.execute(select(editors.attempt_rows)).all()) == 0
