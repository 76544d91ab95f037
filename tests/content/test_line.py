"""From findings to a published article, and every way that is barred."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from content import articles, publish, review
from content.draft import parse
from distillers.findings import Finding
from scheduling import approvals
from scheduling.approvals import AlreadyRuledError, ChangedTextError, get_request, open_requests
from scheduling.base.errors import RefusedError
from scheduling.runs import story
from scheduling.tasks import listed

SLUG = "tidewatch-2026-11-19"


def test_findings_become_a_draft_that_waits_for_an_editor(house: Any) -> None:
    made = house.draft()
    assert (made.slug, made.created) == (SLUG, True)
    draft = parse("draft", house.file(SLUG).read_bytes())
    assert (draft.front.status, draft.front.draft, draft.front.date) == ("draft", True, "2026-11-19")
    assert [each.id for each in open_requests(house.ledger, "draft")] == [made.request_id]
    assert get_request(house.ledger, made.request_id).body_sha256 == draft.body_sha256
    assert articles.get(house.ledger, SLUG).state == "in_review"


def test_an_approved_draft_is_published_with_exactly_the_body_that_was_shown(house: Any) -> None:
    made = house.draft()
    body = parse("draft", house.file(SLUG).read_bytes()).body
    ruling = house.rule(made.request_id)
    path = house.publish(SLUG, ruling)
    out = parse("out", path.read_bytes())
    assert out.body == body
    assert (out.front.status, out.front.draft) == ("published", False)
    assert f"decided_by: Ada\ndecision: {ruling.id}\n" in path.read_text("utf-8")
    assert not house.file(SLUG).exists()
    assert [each.record.slug for each in articles.published(house.ledger, house.workspace)] == [SLUG]


def test_the_same_findings_give_the_same_bytes_and_no_second_draft(house: Any) -> None:
    first = house.draft()
    files = house.files()
    again = house.draft()
    assert (again.created, again.request_id) == (False, first.request_id)
    assert house.files() == files
    assert len(open_requests(house.ledger)) == 1


def test_changed_findings_while_in_review_make_a_new_version_and_supersede_the_request(house: Any) -> None:
    first = house.draft()
    news = replace(house.findings[4], id="f-0badcafe", claim="Never restart the reader during a spring tide.")
    news = replace(news, evidence=(replace(news.evidence[0], text=news.claim, unit="other"),))
    second = house.draft([*house.findings, news])
    assert (second.slug, second.created) == (SLUG, True)
    assert second.request_id != first.request_id
    assert get_request(house.ledger, first.request_id).state == "superseded"
    assert "- **new** Never restart the reader during a spring tide." in second.markdown
    with pytest.raises(AlreadyRuledError):
        house.rule(first.request_id)


def test_a_superseded_finding_leaves_the_next_version_and_the_review_says_why(house: Any) -> None:
    house.draft()
    fallen = next(f for f in house.findings if "exclusive=False" in f.claim)
    changed = [
        replace(f, status="superseded", superseded_by="f-0badcafe") if f is fallen else f for f in house.findings
    ]
    made = house.draft(changed)
    assert f"{fallen.id} is superseded by f-0badcafe" in made.markdown


def test_text_changed_after_the_approval_is_not_published_and_is_asked_about_again(house: Any) -> None:
    made = house.draft()
    ruling = house.rule(made.request_id)
    text = house.file(SLUG).read_text("utf-8")
    house.file(SLUG).write_text(text + "\nAnd now for something nobody read.\n", "utf-8")
    with pytest.raises(ChangedTextError, match="decide anew"):
        house.publish(SLUG, ruling)
    assert not (house.workspace.published / f"{SLUG}.md").exists()
    assert get_request(house.ledger, made.request_id).state == "void"
    again = house.draft()
    assert again.created
    assert again.request_id != made.request_id
    assert "the editor's own" in again.markdown
    path = house.publish(SLUG, house.rule(again.request_id))
    assert "something nobody read" in path.read_text("utf-8")


def test_a_title_changed_after_the_approval_is_not_published(house: Any) -> None:
    made = house.draft()
    ruling = house.rule(made.request_id)
    text = house.file(SLUG).read_text("utf-8")
    house.file(SLUG).write_text(text.replace('description: "', 'description: "Approved by everybody. ', 1), "utf-8")
    with pytest.raises(ChangedTextError):
        house.publish(SLUG, ruling)
    again = house.draft()
    assert (again.request_id, again.created) == (made.request_id, True)
    assert house.publish(SLUG, house.rule(again.request_id)).exists()


def test_a_draft_edited_while_in_review_is_asked_about_as_it_stands_and_never_written_over(house: Any) -> None:
    first = house.draft()
    edited = house.file(SLUG).read_text("utf-8").replace("## Storage", "## How readings are stored")
    house.file(SLUG).write_text(edited, "utf-8")
    with pytest.raises(ChangedTextError):
        review.show(house.ledger, house.workspace, first.request_id)
    second = house.draft()
    assert second.request_id != first.request_id
    more = [*house.findings, replace(house.findings[0], id="f-0badcafe", claim="A new thing was found in the reader.")]
    house.draft(more)
    assert house.file(SLUG).read_text("utf-8") == edited


def test_notes_of_a_draft_that_was_sent_back_shape_the_next_one(house: Any) -> None:
    made = house.draft()
    rows = json.loads((house.workspace.drafts / f"{SLUG}.trace.json").read_text("utf-8"))["sentences"]
    named = next(row for row in rows if "41 MB" in row["text"])
    house.rule(made.request_id, "request-changes", f"Leave out {named['id']}, nobody asked for it.")
    again = house.draft()
    assert again.created
    assert "41 MB" not in house.file(SLUG).read_text("utf-8")
    assert "nobody asked for it" in again.markdown
    assert "- **gone** A year of one station at one reading a minute takes 41 MB." in again.markdown


def test_what_was_sent_back_is_not_sent_again_unchanged(house: Any) -> None:
    made = house.draft()
    house.rule(made.request_id, "request-changes", "Make it sing.")
    again = house.draft()
    assert (again.created, again.request_id) == (False, "")
    assert "the text that Ada sent back" in again.reason
    assert open_requests(house.ledger) == []
    assert not house.draft().created


def test_a_rejected_draft_is_retired_and_its_text_does_not_come_back(house: Any) -> None:
    made = house.draft()
    house.rule(made.request_id, "reject", "Not for us.")
    again = house.draft()
    assert not again.created
    assert articles.get(house.ledger, SLUG).state == "retired"
    assert open_requests(house.ledger) == []


def test_findings_that_were_published_are_not_published_again(house: Any) -> None:
    made = house.draft()
    house.publish(SLUG, house.rule(made.request_id))
    after = house.draft(name="tidewatch")
    assert not after.created
    assert "one new certain finding, and an article needs 3" in after.reason


def test_too_little_is_said_and_nothing_is_drafted(house: Any) -> None:
    made = house.draft(house.findings[:2], name="tidewatch")
    assert (made.created, made.slug) == (False, "")
    assert made.reason == "tidewatch: two new certain findings, and an article needs 3"
    assert house.files() == {}


def test_a_ruling_for_another_article_publishes_nothing(house: Any) -> None:
    made = house.draft()
    ruling = replace(house.rule(made.request_id), id="d-000000000000")
    with pytest.raises(RefusedError, match="no approval in force"):
        house.publish(SLUG, ruling)


@pytest.mark.parametrize("decision", ["request-changes", "reject"])
def test_a_ruling_that_is_no_approval_publishes_nothing(house: Any, decision: str) -> None:
    made = house.draft()
    with pytest.raises(RefusedError, match="no approval in force"):
        house.publish(SLUG, house.rule(made.request_id, decision))


def test_the_writer_cannot_publish(house: Any) -> None:
    made = house.draft()
    ruling = house.rule(made.request_id)
    with house.run("writer") as run, pytest.raises(RefusedError, match="the writer may not rule"):
        publish.publish(run, house.workspace, SLUG, ruling)


def test_front_matter_alone_publishes_nothing(house: Any) -> None:
    house.draft()
    forged = (
        house.file(SLUG).read_text("utf-8").replace("draft: true\nstatus: draft", "draft: false\nstatus: published")
    )
    target = house.workspace.published / f"{SLUG}.md"
    target.parent.mkdir(parents=True)
    target.write_text(forged, "utf-8")
    assert articles.published(house.ledger, house.workspace) == []


def test_a_published_file_that_was_changed_is_not_listed(house: Any) -> None:
    made = house.draft()
    path = house.publish(SLUG, house.rule(made.request_id))
    path.write_text(path.read_text("utf-8") + "\nMore.\n", "utf-8")
    assert articles.published(house.ledger, house.workspace) == []


def test_publishing_again_changes_nothing(house: Any) -> None:
    made = house.draft()
    ruling = house.rule(made.request_id)
    house.publish(SLUG, ruling)
    files = house.files()
    house.publish(SLUG, ruling)
    assert house.files() == files


def test_a_published_article_whose_evidence_fell_is_doubtful(house: Any) -> None:
    made = house.draft()
    house.publish(SLUG, house.rule(made.request_id))
    out = articles.published(house.ledger, house.workspace)
    assert articles.doubtful(out, house.findings) == {}
    fallen = [replace(f, status="superseded", superseded_by="f-1") if "41 MB" in f.claim else f for f in house.findings]
    assert list(articles.doubtful(out, fallen)) == [SLUG]


def test_a_retired_article_is_no_longer_listed(house: Any) -> None:
    made = house.draft()
    house.publish(SLUG, house.rule(made.request_id))
    with house.run("editor") as run:
        publish.retire(run, house.workspace, SLUG, "the station is gone")
    assert articles.published(house.ledger, house.workspace) == []
    assert articles.get(house.ledger, SLUG).state == "retired"


@pytest.mark.parametrize(("start", "end"), [("draft", "published"), ("in_review", "published"), ("retired", "draft")])
def test_no_state_is_skipped(house: Any, start: str, end: str) -> None:
    house.draft()
    with house.run() as run:
        if start == "draft":
            with run.change("test", SLUG) as rows:
                articles.move(rows, run, SLUG, "draft")
        if start == "retired":
            with run.change("test", SLUG) as rows:
                articles.move(rows, run, SLUG, "retired")
        with pytest.raises(RefusedError, match="no way leads"), run.change("test", SLUG) as rows:
            articles.move(rows, run, SLUG, end)
    assert articles.get(house.ledger, SLUG).state == start


def test_a_draft_that_a_check_blocks_is_kept_from_review_and_says_why(house: Any) -> None:
    made = house.draft()
    house.publish(SLUG, house.rule(made.request_id))
    again = [replace(f, id=f"f-{n:08x}") for n, f in enumerate(house.findings)]
    blocked = house.draft(again, name="tidewatch")
    assert not blocked.created
    assert "stands in tidewatch-2026-11-19 already" in blocked.reason
    assert open_requests(house.ledger) == []
    assert [task["state"] for task in listed(house.ledger) if task["kind"] == "draft"] == ["blocked"]


def test_a_finding_that_holds_a_secret_is_left_out(house: Any) -> None:
    leaky = [
        replace(f, claim=f.claim + " The password is hunter2.") if "41 MB" in f.claim else f for f in house.findings
    ]
    made = house.draft(leaky)
    assert made.created
    assert "hunter2" not in house.file(SLUG).read_text("utf-8")


def test_every_sentence_of_the_draft_is_accounted_for(house: Any) -> None:
    house.draft()
    shown = json.loads((house.workspace.drafts / f"{SLUG}.trace.json").read_text("utf-8"))
    rows = shown["sentences"]
    assert {row["made"] for row in rows} == {"finding", "template", "source"}
    known = {finding.id: finding for finding in house.findings}
    for row in rows:
        assert bool(row["trace"]) == (row["made"] == "finding")
        for each in row["trace"]:
            assert known[each["finding"]].evidence[0].line == each["evidence"][0]["line"]
            assert re.fullmatch(r"[0-9a-f]{40}", each["commit"])
    assert len({row["id"] for row in rows}) == len(rows)


def test_a_domain_stays_in_its_silo(house: Any, findings: list[Finding]) -> None:
    other = [replace(f, domain="harbour", id=f"f-{n:08x}", claim=f"CANARY {f.claim}") for n, f in enumerate(findings)]
    made = house.draft([*findings, *other])
    assert "CANARY" not in made.markdown
    assert not any(b"CANARY" in data or b"harbour/" in data for data in house.files().values())


def test_the_audit_tells_the_story(house: Any) -> None:
    made = house.draft()
    ruling = house.rule(made.request_id)
    with house.run("editor") as run:
        publish.publish(run, house.workspace, SLUG, ruling)
    _, rows = story(house.ledger, run.id)
    assert [row["action"] for row in rows] == ["start run", "apply ruling", "publish", "end run"]
    assert approvals.ruling_for(house.ledger, f"article:{SLUG}") == ruling
