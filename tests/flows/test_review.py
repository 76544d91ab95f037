"""A review from draft to publication, through the real server: suspended, resumed, refused, asked again, published."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyotp
import pytest

from content.drafting import Drafted
from flows import desk, launch
from flows.settings import Settings
from flows.stages import writing
from scheduling.approvals import get_request, ruling_for
from scheduling.ledger.store import Ledger

Make = Callable[[Path], Settings]
Serving = Callable[[Settings], AbstractContextManager[Any]]
Enrol = Callable[[Settings, str], str]


def quiet(_text: str) -> None:
    pass


def drafted_in(settings: Settings) -> tuple[Settings, Drafted]:
    """A day after a night, both without a server; ``serve`` opens the review that is missing."""
    return settings, writing.draft(settings, None)


@pytest.fixture(scope="module")
def drafted(house: Settings, served: Any) -> Drafted:
    launch.launch_nightly(house, only=None, since=None, say=quiet)
    made = launch.launch_daily(house, pillar=None, say=quiet)
    assert made.request_id, made.reason
    return made


def test_a_draft_is_published_by_a_person_with_a_code_and_by_nothing_else(
    house: Settings, served: Any, drafted: Drafted, enrol: Enrol, tmp_path: Path
) -> None:
    draft = house.workspace.drafts / f"{drafted.slug}.md"
    written = draft.read_bytes()

    run = served.question(drafted.request_id, 1)
    assert run["name"] == f"review {drafted.slug}"
    assert "review" in run["tags"]
    assert drafted.slug in served.form(run, "description")
    assert served.artifact(f"review-{drafted.slug}")["data"] in served.form(run, "description")
    form = served.form(run, "schema")
    assert form["properties"]["decision"]["enum"] == ["approve", "request-changes", "reject"]

    assert served.answer(run, name="Ann", code="123456")["status"] == "REJECT", "an answer without a decision"
    served.answer(run, decision="approve", notes="", name="Ann", code="123456")
    run = served.question(drafted.request_id, 2)
    assert "editors add" in served.form(run, "description"), "nobody is enrolled, and it says how"

    code = pyotp.TOTP(enrol(house, "Ann"))
    wrong = "000000" if code.now() != "000000" else "111111"
    served.answer(run, decision="approve", notes="Reads well.", name="Ann", code=wrong)
    run = served.question(drafted.request_id, 3)
    assert "Not accepted" in served.form(run, "description")
    assert served.form(run, "schema")["properties"]["notes"]["default"] == "Reads well.", "what was typed is kept"
    assert "default" not in served.form(run, "schema")["properties"]["code"]

    served.answer(run, decision="approve", notes="", name="Ann", code=code.now())
    ended = served.ended(drafted.request_id)
    assert ended["state_name"] == "Completed"
    published = (house.workspace.published / f"{drafted.slug}.md").read_bytes()
    assert body(published) == body(written), "exactly the text that was shown"
    assert b"status: published" in published
    assert not draft.exists()
    assert code.now() not in "".join(line["message"] for line in served("POST", "/logs/filter", {}))


def test_a_text_that_changed_while_it_was_read_is_asked_about_anew_and_a_decision_in_the_terminal_closes_that(
    after_a_night: Make, serving: Serving, api: Any, enrol: Enrol, tmp_path: Path
) -> None:
    settings, made = drafted_in(after_a_night(tmp_path / "workspace"))
    code = pyotp.TOTP(enrol(settings, "Ann"))
    draft = settings.workspace.drafts / f"{made.slug}.md"
    with serving(settings):
        here = api.of(settings)
        run = here.question(made.request_id, 1)
        draft.write_bytes(draft.read_bytes() + b"\nOne more sentence.\n")
        here.answer(run, decision="approve", notes="", name="Ann", code=code.now())
        run = here.question(made.request_id, 2)
        assert "Not accepted" in here.form(run, "description")
        assert "changed" in here.form(run, "description")
        assert not list(settings.workspace.published.glob("*.md"))

        again = launch.launch_daily(settings, pillar=None, say=quiet)
        assert again.request_id not in ("", made.request_id), again.reason
        assert here.ended(made.request_id)["state_name"] == "Cancelled", "nobody is asked about the old text any more"
        run = here.question(again.request_id, 1)
        assert "One more sentence." in here.form(run, "description"), "the changed text is put before an editor anew"

        asked = get_request(Ledger(settings.workspace.ledger), again.request_id)
        words = {"editor": "Ann", "code": code.now(), "notes": "Say what it cost."}
        decided = desk.decide(settings, asked.id, "request-changes", body_sha256=asked.body_sha256, **words)
        launch.review_ruled(settings, asked.id, decided.message)
        ended = here.ended(asked.id)
    assert ended["state_type"] == "COMPLETED"
    assert ended["state"]["message"] == decided.message
    ruling = ruling_for(Ledger(settings.workspace.ledger), asked.subject)
    assert ruling is not None
    assert ruling.decision == "request-changes"


def test_uncertain_findings_wait_for_a_person_in_one_review(
    house: Settings, served: Any, drafted: Drafted, enrol: Enrol
) -> None:
    code, request = pyotp.TOTP(enrol(house, "Bea")), desk.asked_now(house)
    run = served.question(request.id, 1)
    assert run["name"] == "review findings"
    assert all(item["finding"] in served.form(run, "description") for item in request.detail["items"])
    assert set(served.form(run, "schema")["properties"]) == {"answers", "name", "code"}

    served.answer(run, answers="1 perhaps", name="Bea", code=code.now())
    run = served.question(request.id, 2)
    assert "not understood: 1 perhaps" in served.form(run, "description")
    assert served.form(run, "schema")["properties"]["answers"]["default"] == "1 perhaps", "what was typed is kept"

    served.answer(run, answers="1-3 accept\n4 reject: no", name="Bea", code=code.now())
    ended = served.ended(request.id)
    assert ended["state_name"] == "Completed"
    assert ended["state"]["message"].startswith("3 accepted, 1 rejected")

    launch.launch_nightly(house, only=None, since=None, say=quiet)
    second = desk.asked_now(house)
    assert second.id != request.id
    launch.review_ruled(house, second.id, "answered in the terminal")
    assert served.ended(second.id)["state_name"] == "Completed"


def body(text: bytes) -> bytes:
    return text.split(b"---\n", 2)[2]
