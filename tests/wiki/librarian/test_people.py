from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from distillers.findings import Finding
from scheduling.base.errors import RefusedError
from wiki.filing import Filing, file_night
from wiki.stand import Stand


@pytest.fixture
def filed(shop: Any, finding: Any) -> Any:
    """A wiki after one night: three rules on one page, one of another."""
    shop.night([finding("One."), finding("Two."), finding("Three."), finding("Far.", page="far")])
    return shop


def more(finding: Any, **values: Any) -> list[Finding]:
    """The same findings, the first seen again."""
    found = [finding("One."), finding("Two."), finding("Three."), finding("Far.", page="far")]
    return [replace(found[0], seen=5, **values), *found[1:]]


def test_a_line_that_a_person_changed_is_never_touched_again(filed: Any, finding: Any) -> None:
    filed.edit("- One.", "- One, but only on Mondays.")
    filed.commit()
    filed.night(more(finding))
    assert "- One, but only on Mondays. [^" in filed.page()
    assert "seen in 5" not in filed.page()
    filed.night(more(finding)[1:])
    assert "- One, but only on Mondays. [^" in filed.page()
    assert filed.states()[finding("One.").id] == "human"


def test_a_footnote_that_a_person_changed_makes_the_block_theirs(filed: Any, finding: Any) -> None:
    filed.edit('2026-11-19: "One."', '2026-11-19: "One." (I was there)')
    filed.commit()
    filed.night(more(finding)[1:])
    assert '"One." (I was there)' in filed.page()
    assert "- One." in filed.page()


def test_what_a_person_wrote_under_a_block_keeps_the_block(filed: Any, finding: Any) -> None:
    anchor = f"^{finding('One.').id}"
    filed.edit(anchor, f"{anchor}\n  - except on the release branch")
    filed.commit()
    filed.night(more(finding)[1:])
    assert f"- One. [^{anchor[3:]}] {anchor}\n  - except on the release branch\n" in filed.page()


def test_a_block_that_a_person_deleted_never_returns(filed: Any, finding: Any) -> None:
    line = next(line for line in filed.page().splitlines(keepends=True) if line.startswith("- Two."))
    filed.edit(line, "")
    filed.commit()
    for found in (None, more(finding), more(finding, valid_from="2026-11-20")):
        filed.night(found)
        assert "- Two." not in filed.page()
    filed.night([replace(one, confidence="medium") for one in more(finding)])
    assert "- Two." not in filed.page()
    assert filed.statuses()[finding("Two.").id] == "retired"


def test_a_deleted_block_that_a_person_puts_back_stays(filed: Any, finding: Any) -> None:
    before = filed.page()
    line = next(line for line in before.splitlines(keepends=True) if line.startswith("- Two."))
    filed.edit(line, "")
    filed.commit()
    filed.night()
    filed.git("revert", "--no-edit", "HEAD~1")
    filed.night()
    assert line in filed.page()
    assert filed.statuses()[finding("Two.").id] == "written"
    filed.night()
    assert line in filed.page()


def test_a_page_that_a_person_deleted_stays_gone_with_all_that_comes_later(filed: Any, finding: Any) -> None:
    filed.path("far").unlink()
    filed.commit()
    later = finding("Later.", page="far")
    night = filed.night([*more(finding), later])
    assert not filed.path("far").exists()
    assert "far.md" not in filed.page("index")
    assert night.dropped == (f"{later.id}: a person deleted its page",)
    filed.git("checkout", "-q", "HEAD~2", "--", "shop/far.md")
    filed.commit("Back again")
    filed.night()
    assert "Far." in filed.page("far")
    assert "Later." in filed.page("far")
    assert "](far.md)" in filed.page("index")


def test_a_renamed_page_is_found_by_its_id(filed: Any, finding: Any) -> None:
    filed.git("mv", "shop/testing.md", "shop/checks.md")
    filed.edit("title: Testing", "title: Checks", "checks")
    filed.commit()
    filed.night([*more(finding), finding("Four.")])
    assert not filed.path("testing").exists()
    assert "- Four." in filed.page("checks")
    assert "seen in 5" in filed.page("checks")
    assert "[Checks](checks.md): Four; One; … — 4 rules" in filed.page("index")
    assert "testing.md" not in filed.page("index")


def test_a_block_moved_to_another_place_is_kept_up_to_date_there(filed: Any, finding: Any) -> None:
    line = next(line for line in filed.page().splitlines(keepends=True) if line.startswith("- One."))
    filed.edit(line, "")
    filed.edit("## Rules\n", f"## First of all\n{line}\n## Rules\n")
    filed.commit()
    filed.night(more(finding))
    assert "## First of all\n- One." in filed.page()
    assert filed.page().count("- One.") == 1
    assert "seen in 5" in filed.page()


def test_a_copied_block_is_left_to_the_person(filed: Any, finding: Any) -> None:
    line = next(line for line in filed.page().splitlines(keepends=True) if line.startswith("- One."))
    filed.edit(line, line + line)
    filed.commit()
    filed.night(more(finding))
    assert filed.page().count(line) == 2


def test_text_order_line_ends_and_front_matter_of_people_stay_byte_for_byte(filed: Any, finding: Any) -> None:
    page = filed.path()
    text = page.read_text().replace("title: Testing", "# our page\ntitle: 'Testing: all of it'\ntags: [qa]")
    text = text.replace("# Testing\n", "# Testing\n\nAsk **Ana** first.\t \n\n<kbd>F5</kbd>\n\n| a |\n|---|\n")
    text = text.replace("## Rules\n", "## Rules\n\nThese three:\n\n") + "\n## Mine\n* own [^x]\n\n[^x]: mine"
    page.write_bytes(text.replace("\n", "\r\n").encode())
    filed.commit()
    before = page.read_bytes().split(b"\n")
    filed.night([*more(finding), finding("A decision.", kind="decision"), finding("Old.", status="superseded")])
    after = page.read_bytes().split(b"\n")
    lost = [line for line in before if line not in after]
    assert [line.split(b" ")[0] for line in lost] == [b"findings:", b"-"]
    assert after[-1] == b"[^x]: mine"
    assert all(line.endswith(b"\r") for line in after[:-1])
    assert filed.is_clean()


def test_a_page_with_uncommitted_edits_is_held_reported_and_filed_once_they_are_committed(
    filed: Any, finding: Any
) -> None:
    filed.edit("# Testing\n", "# Testing\nhalf a tho")
    text = filed.path().read_bytes()
    night = filed.night([*more(finding), finding("Near.", page="far")])
    assert night.held == ("shop/testing.md: it has uncommitted edits",)
    assert filed.path().read_bytes() == text
    assert "- Near." in filed.page("far")
    assert "seen in 5" not in filed.page()
    filed.commit()
    assert filed.night().held == ()
    assert "seen in 5" in filed.page()
    assert "half a tho" in filed.page()


def test_a_staged_edit_and_an_untracked_page_are_held_too(filed: Any, finding: Any) -> None:
    filed.edit("# Testing\n", "# Testing\nstaged\n")
    filed.git("add", "-A")
    filed.path("new").write_text("mine\n")
    night = filed.night([*more(finding), finding("New.", page="new")])
    assert set(night.held) == {"shop/new.md: it has uncommitted edits", "shop/testing.md: it has uncommitted edits"}
    assert filed.path("new").read_text() == "mine\n"


def test_a_commit_of_a_person_in_the_middle_of_a_night_is_built_upon(
    filed: Any, finding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [("# Testing\n", "# Testing\n\nMeanwhile.\n")]

    def commit_first(stand: Stand, found: Sequence[Finding], unfit: Mapping[str, str]) -> Filing:
        planned = file_night(stand, found, unfit)
        while waiting:
            filed.edit(*waiting.pop())
            filed.commit()
        return planned

    monkeypatch.setattr("wiki.librarian.file_night", commit_first)
    night = filed.night(more(finding))
    assert night.notes == ("somebody committed meanwhile; planned again on top of it",)
    assert "Meanwhile." in filed.page()
    assert "seen in 5" in filed.page()
    assert filed.is_clean()


def test_a_page_that_a_person_wrote_is_listed_and_can_take_blocks(filed: Any, finding: Any) -> None:
    filed.path("notes").write_text("# Our notes\n\nBe kind.\n")
    filed.commit()
    filed.night()
    assert "- [Our notes](notes.md): notes ^p-" in filed.page("index")
    filed.night([*more(finding), finding("Be quick.", page="notes")])
    assert filed.page("notes").startswith("# Our notes\n\nBe kind.\n\n## Rules\n- Be quick. [^")


def test_edits_of_an_index_stay(filed: Any, finding: Any) -> None:
    filed.edit("## Pages\n", "Start with [Testing](testing.md).\n\n## Pages\n", "index")
    filed.edit("- [Far](far.md)", "- [Far away](far.md)", "index")
    filed.commit()
    filed.night([*more(finding), finding("Four."), finding("Farther.", page="far")])
    assert "Start with [Testing](testing.md).\n\n## Pages\n" in filed.page("index")
    assert "- [Far away](far.md): Far — 1 rule" in filed.page("index")
    assert "- [Testing](testing.md): Four; One; … — 4 rules" in filed.page("index")


def test_a_page_with_broken_front_matter_is_held_by_name_and_loses_nothing(filed: Any, finding: Any) -> None:
    filed.edit("title: Testing", "title: [Testing")
    filed.commit()
    night = filed.night([*more(finding), finding("Near.", page="far")])
    assert len(night.held) == 1
    assert "shop/testing.md" in night.held[0]
    assert "- Near." in filed.page("far")
    filed.edit("title: [Testing", "title: Testing")
    filed.commit()
    filed.night()
    assert "seen in 5" in filed.page()


def test_an_open_code_fence_of_a_person_holds_the_page_rather_than_hiding_blocks(filed: Any, finding: Any) -> None:
    filed.edit("# Testing\n", "# Testing\n```\n")
    filed.commit()
    before = filed.page()
    filed.night([*more(finding), finding("Four.")])
    assert filed.page().replace("findings: 0", "findings: 3") == before


def test_a_wiki_on_another_branch_is_filed_and_the_work_tree_left_alone(filed: Any, finding: Any) -> None:
    filed.git("checkout", "-q", "-b", "idea")
    text = filed.path().read_bytes()
    filed.edit("# Testing\n", "# Testing\nidea\n")
    night = filed.night(more(finding))
    assert night.commit
    assert filed.path().read_bytes() == text.replace(b"# Testing\n", b"# Testing\nidea\n")
    filed.git("stash", "-q")
    filed.git("checkout", "-q", "main")
    assert filed.is_clean()
    assert "seen in 5" in filed.path().read_text()


def test_a_merge_in_conflict_is_refused_with_one_sentence(filed: Any, finding: Any) -> None:
    filed.git("checkout", "-q", "-b", "idea")
    filed.edit("# Testing\n", "# Testing\nidea\n")
    filed.commit()
    filed.git("checkout", "-q", "main")
    filed.edit("# Testing\n", "# Testing\nother\n")
    filed.commit()
    with pytest.raises(Exception, match="exited 1"):
        filed.git("merge", "idea")
    text = filed.path().read_bytes()
    with pytest.raises(RefusedError, match="in the middle of a merge"):
        filed.night(more(finding))
    assert filed.path().read_bytes() == text
