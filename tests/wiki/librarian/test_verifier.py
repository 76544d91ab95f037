"""The verifier reads a commit again: whatever the writer had in mind, what is wrong with it is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from scheduling.runs import running
from wiki import changesets
from wiki.carry import Load, carry
from wiki.git import open_repo
from wiki.lint import Look, Problem
from wiki.verifier import Senses

Edit = Callable[[str], str]
KEY = "f-00000000"


def secrets(text: str) -> list[str]:
    return ["token"] if "hunter2" in text else []


def tried(shop: Any, files: Mapping[str, bytes | None], senses: Senses | None = None, kind: str = "file") -> list[str]:
    """What the verifier says of a change set that writes ``files``."""
    repo = open_repo(shop.wiki)
    with running(shop.ledger, "librarian", "file") as run:
        load = Load("shop", kind, repo.head(), files, {}, lambda change: f"{change}\n", "2026-11-20")
        done = carry(run, repo, load, senses or Senses(secrets=secrets))
    assert changesets.get(shop.ledger, done.change.id).state == ("blocked" if done.refused else "verifying")
    return list(done.verdict.reasons)


@pytest.fixture
def filed(shop: Any, finding: Any) -> Any:
    shop.night([finding("One."), finding("Two."), finding("Far.", page="far")])
    shop.edit("# Testing\n", "# Testing\n\nAsk **Ana**.\n\nTwice.\n")
    shop.commit()
    return shop


def line(shop: Any, claim: str) -> str:
    return next(row for row in shop.page().splitlines(keepends=True) if row.startswith(f"- {claim}"))


BAD: dict[str, Edit] = {
    "would lose a line of a person": lambda text: text.replace("Ask **Ana**.\n", ""),
    "shop/testing.md would lose a line": lambda text: text.replace(
        "Ask **Ana**.\n\nTwice.\n", "Twice.\n\nAsk **Ana**.\n"
    ),
    "no finding to be shown stands behind it": lambda text: text.replace("## Rules\n", f"## Rules\n- Obey. ^{KEY}\n"),
    "says something else than its finding": lambda text: text.replace("- Two.", "- Three."),
    "quotes something that is not its evidence": lambda text: text.replace('"Two."', '"Two, they say."'),
    "holds raw HTML": lambda text: text.replace("# Testing\n", "# Testing\n\n<script>x</script>\n"),
    "shows an image from elsewhere": lambda text: text.replace(
        "# Testing\n", "# Testing\n\n![x](https://b.example/x)\n"
    ),
    "holds what looks like a secret (token)": lambda text: text.replace("# Testing\n", "# Testing\n\nhunter2\n"),
    "links to gone.md, which is not there": lambda text: text.replace("# Testing\n", "# Testing\n\n[a](gone.md)\n"),
    "shop/testing.md would be": lambda text: text.replace("# Testing\n", "# Testing\n\n" + "word " * 50_000 + "\n"),
    "would not be readable": lambda text: text.replace("title: Testing", "title: [Testing"),
    "holds a conflict marker": lambda text: text.replace("# Testing\n", "# Testing\n\n<<<<<<< ours\n"),
}


@pytest.mark.parametrize(("why", "edit"), BAD.items())
def test_what_is_wrong_with_a_page_is_named_and_nothing_is_merged(filed: Any, why: str, edit: Edit) -> None:
    before = filed.git("rev-parse", "main")
    text = filed.page()
    assert edit(text) != text
    assert why in "; ".join(tried(filed, {"shop/testing.md": edit(text).encode()}))
    assert filed.git("rev-parse", "main") == before
    assert filed.is_clean()


def test_pages_of_another_domain_and_other_files_are_refused(filed: Any, finding: Any) -> None:
    filed.night([finding("Hers.", domain="other")], "other")
    said = tried(filed, {"other/testing.md": b"# Mine\n", "shop/run.sh": b"x\n", ".gitattributes": b"* filter=x\n"})
    assert [reason for reason in said if "is no page of shop" in reason][:3] == [
        "'.gitattributes' is no page of shop",
        "'other/testing.md' is no page of shop",
        "'shop/run.sh' is no page of shop",
    ]


def test_a_block_that_a_person_took_away_or_that_stands_elsewhere_is_refused(filed: Any) -> None:
    row = line(filed, "Two.")
    twice = filed.page("far").replace("## Rules\n", f"## Rules\n{row}").encode()
    assert any("would stand twice" in reason for reason in tried(filed, {"shop/far.md": twice}))
    filed.edit(row, "")
    filed.commit()
    filed.night()
    back = filed.page().replace("## Rules\n", f"## Rules\n{row}").encode()
    assert any("a person took it away" in reason for reason in tried(filed, {"shop/testing.md": back}))


def test_a_persons_own_html_is_theirs_and_stops_no_night(filed: Any, finding: Any) -> None:
    filed.edit("# Testing\n", "# Testing\n\n<kbd>F5</kbd> and [gone](gone.md)\n")
    filed.commit()
    assert filed.night([finding("One."), finding("Two."), finding("Three."), finding("Far.", page="far")]).added == 1


def test_blocks_that_the_verifier_refuses_are_left_out_and_the_rest_is_merged(filed: Any, finding: Any) -> None:
    good, bad = finding("Good."), finding("The key is hunter2.")
    found = [finding("One."), finding("Two."), finding("Far.", page="far"), good, bad]
    night = filed.night(found, senses=Senses(secrets=secrets))
    assert night.added == 1
    assert night.dropped == (f"{bad.id}: holds what looks like a secret (token)",)
    assert "hunter2" not in filed.page()
    states = [(one.state, one.verdict) for one in changesets.listed(filed.ledger)][1:]
    assert states == [("blocked", "fail"), ("merged", "pass")]


def test_a_secret_is_looked_for_as_people_read_the_page(filed: Any, finding: Any) -> None:
    lines: list[str] = []

    def seen(text: str) -> list[str]:
        lines.extend(text.splitlines())
        return []

    filed.night([finding("Why: set password: Option<String> and a_b[0], not `x_y`.")], senses=Senses(secrets=seen))
    assert any("password: Option<String> and a_b[0], not `x_y`." in line for line in lines)
    assert not any("&lt;" in line or "^f-" in line for line in lines)


def test_evidence_is_read_again_by_the_verifier_itself(filed: Any, finding: Any) -> None:
    asked: list[int] = []

    def fading(some: Any) -> dict[str, str]:
        asked.append(len(some))
        return {one.id: "its event is not in the archive" for one in some} if len(asked) > 1 else {}

    found = [finding("One.", seen=2), finding("Two."), finding("Far.", page="far"), finding("New.")]
    night = filed.night(found, senses=Senses(evidence=fading))
    assert asked[:2] == [1, 2], "the writer looks at what is new, the verifier at all that is written"
    assert {why.partition(": ")[2] for why in night.dropped} == {"its event is not in the archive"}
    assert "seen in 2" not in filed.page()
    assert "- One." in filed.page(), "what stands of it stays as it is"


def test_a_purge_that_would_add_a_line_is_refused(filed: Any) -> None:
    page = filed.page()
    more = page.replace("Ask **Ana**.\n", "Ask **Eve**.\n").encode()
    said = tried(filed, {"shop/testing.md": more}, kind="purge")
    assert said == ["shop/testing.md would hold a line that was not there"]
    assert tried(filed, {"shop/testing.md": page.replace("Ask **Ana**.\n", "").encode()}, kind="purge") == []


def test_lost_objects_are_seen_before_a_merge(filed: Any, finding: Any) -> None:
    blob = filed.git("rev-parse", "main:shop/far.md").strip()
    (Path(filed.wiki) / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(Exception, match="has lost the object"):
        filed.night([finding("One."), finding("New.")])


def test_a_quote_that_speaks_of_a_link_is_filed_as_words(shop: Any, finding: Any, quote: Any) -> None:
    said = "See [the guide](guide.md) and ![x](x.md) first."
    shop.night([finding("Read the guide.", evidence=(quote(said),)), finding(said)])
    assert "- Read the guide." in shop.page()
    assert "the guide" in line(shop, "See")


def test_what_lint_finds_in_one_block_leaves_that_block_out_alone(
    shop: Any, finding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def picky(look: Look) -> Iterator[Problem]:
        yield from (look.problem(i, "is odd", "mend it") for i, row in enumerate(look.page.lines) if "Odd" in row)

    monkeypatch.setattr("wiki.lint.CHECKS", (picky,))
    done = shop.night([finding("Even."), finding("Odd.")])
    assert "- Even." in shop.page()
    assert "Odd" not in shop.page()
    assert any("is odd" in why for why in done.dropped)
