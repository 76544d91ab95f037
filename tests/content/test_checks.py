from typing import Any

import pytest

from content.brief import Brief
from content.checks import Case, blocking, run_checks
from content.draft import Front, compose
from content.drafting import written
from content.skeleton import Skeleton
from content.trace import trace_body

DESCRIPTION = "A description that is long enough to be shown whole in a list of search results, and no longer."
LONG = " ".join(f"word{n} and number{n} stand together in sentence {n}." for n in range(40))


def found(body: str = "\n# A title\n\nIt is short.\n", **fields: Any) -> list[str]:
    around = {name: fields.pop(name) for name in ("published", "taken", "mask") if name in fields}
    front = {"title": "A title", "slug": "a-title", "description": DESCRIPTION, "hub": ""} | fields
    draft = compose(Front(date="2026-11-20", pillar="p", writer="w", findings=(), **front), body)
    problems = run_checks(Case(draft, trace_body("a-title", body, {}), **around))
    return [f"{each.level} {each.check}: {each.what}" for each in problems if each.level != "note"]


def test_the_skeletons_draft_passes_every_check(brief: Brief) -> None:
    draft, rows, _ = written(brief, Skeleton(), "tidewatch-2026-11-19")
    assert [each for each in run_checks(Case(draft, rows)) if each.level != "note"] == []


def test_figures_are_reported_and_block_nothing(brief: Brief) -> None:
    draft, rows, _ = written(brief, Skeleton(), "tidewatch-2026-11-19")
    notes = run_checks(Case(draft, rows))
    assert [each.check for each in notes] == ["trace", "reading ease"]
    assert blocking(notes) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("\nText.\n", "block one title: the body has 0 first-level headings"),
        ("\n# A title\n\n# Again\n", "block one title: the body has 2 first-level headings"),
        ("\n# Another title\n", "block one title: the title in the front matter is not the first heading"),
        ("\n# A title\n\n<b>x</b>\n", "block raw HTML: raw HTML: <b>"),
        ("\n# A title\n\n<script>\nx\n</script>\n", "block raw HTML: raw HTML: <script>"),
        ("\n# A title\n\n![x](https://evil.example/x.png)\n", "block images: an image is loaded from elsewhere"),
        ("\n# A title\n\n![x](//evil.example/x.png)\n", "block images: an image is loaded from elsewhere"),
        ("\n# A title\n\n[x](javascript:alert(1))\n", "block links: a link goes to 'javascript:alert(1)'"),
        ("\n# A title\n\n[x](data:text/html,x)\n", "block links: a link goes to 'data:text/html,x'"),
        ("\n# A title\n\n[x](#nowhere)\n", "warn links: the link to #nowhere leads nowhere"),
        ("\n# A title\n\nSaid.[^7]\n", "warn footnotes: the footnote 7 is not defined"),
        ("\n# A title\n\n{{ site.secret }}\n", "block template syntax"),
        ("\n# A title\n\n{% raw %}\n", "block template syntax"),
        ("\n# A title\n\nA [REDACTED:aws-key:1a2b3c4d] stood there.\n", "block secrets: a mask still carries"),
        ("\n# A title\n\nIt is hunter2.\n", "block secrets: line 18 of the file would be masked"),
        (
            "\n# A title\n\nPay\u200bload.\n",
            "warn hidden characters: hidden characters, spelled out",
        ),
        ("\n# A title\n\nIt is ours.\n", "warn trace: 2 of 2 statements rest on no finding"),
        (
            "\n# A title\n\nWe leverage robust, seamless synergies.\n",
            "warn worn phrases: worn phrases: leverage, robust, seamless",
        ),
    ],
)
def test_what_is_wrong_is_said(body: str, said: str) -> None:
    problems = found(body, mask=lambda text: text.replace("hunter2", "[REDACTED:password]"))
    assert any(said in each for each in problems), problems


def test_links_and_anchors_that_resolve_are_fine() -> None:
    links = "[up](#how-it-went), [out](https://example.org), [hub](/hub), [file](other.md)"
    body = f"\n# A title\n\n## How it went\n\n{links}\n"
    assert [each for each in found(body, hub="/hub") if "link" in each or "hub" in each] == []


def test_lengths_slugs_and_hubs() -> None:
    assert "warn title: the title has 61 characters, more than 60 are cut in search results" in found(title="x" * 61)
    assert "warn description: the description has 5 characters instead of 70 to 160" in found(description="Short")
    assert "block slug: another article has the slug a-title" in found(taken=frozenset({"a-title"}))
    assert "warn hub: nothing links to the hub /hub" in found(hub="/hub")


def test_near_duplicates_are_warned_about_and_duplicates_blocked() -> None:
    body = f"\n# A title\n\n{LONG}\n"
    half = " ".join(LONG.split(". ")[:20])
    assert any(each.startswith("block near-duplicates: 100%") for each in found(body, published={"old": body}))
    assert any(each.startswith("warn near-duplicates") for each in found(body, published={"old": half}))
    assert not any("near-duplicates" in each for each in found(body, published={"old": "Quite another text."}))
