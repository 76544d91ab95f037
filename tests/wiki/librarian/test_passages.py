"""What stands around a quote is read below its source: words, paragraphs and lists, whatever it tries to be."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduling.base.process import run as start
from wiki.cited import backs, note
from wiki.edit import Text
from wiki.erase import cleaned, erasure
from wiki.lint import flaw, lint
from wiki.page import parse
from wiki.passages import quotation
from wiki.site import site_files
from wiki.tree import Tree

HOSTILE = (Path(__file__).parents[1] / "cases" / "hostile.txt").read_text().splitlines()
CLAIM = "Run one package's tests."
PASSAGE = """\
The whole suite takes
20 minutes, so:

- run one package's tests
  before a push
- leave the rest to the server"""


def noted(finding: Any, quote: Any, passage: str, claim: str = CLAIM, **more: Any) -> Any:
    return finding(claim, evidence=(quote(claim, passage=passage),), **more)


def note_of(shop: Any) -> str:
    page = parse("shop/testing.md", shop.path().read_bytes())
    (note,) = page.notes
    return note.text


def test_a_footnote_tells_its_source_and_below_it_what_stands_there(shop: Any, finding: Any, quote: Any) -> None:
    shop.night([noted(finding, quote, PASSAGE)])
    assert note_of(shop).split("\n")[1:] == [
        "    > The whole suite takes 20 minutes, so:",
        "    >",
        "    > - run one package's tests before a push",
        "    > - leave the rest to the server",
    ]
    assert re.fullmatch(
        r"\[\^\w+]: high · human · session 5a71c0de… line 207, 2026-11-19.*", note_of(shop).split("\n")[0]
    )
    assert lint(Tree(shop.wiki)) == []


def test_a_second_night_changes_nothing_and_an_older_page_gets_its_passages(
    shop: Any, finding: Any, quote: Any
) -> None:
    shop.night([noted(finding, quote, ""), finding("Other.")])
    before = shop.page()
    shop.night([noted(finding, quote, PASSAGE), finding("Other.")])
    after = shop.tree_hash()
    assert len(shop.git("log", "--format=%h", "--", "shop/testing.md").split()) == 2
    assert [line for line in shop.page().splitlines() if not line.startswith("    >")] != before.splitlines()
    shop.night([noted(finding, quote, PASSAGE), finding("Other.")])
    assert shop.tree_hash() == after
    shop.night([noted(finding, quote, ""), finding("Other.")])
    assert shop.page() == before


def test_what_a_person_wrote_on_such_a_page_stays(shop: Any, finding: Any, quote: Any) -> None:
    shop.night([noted(finding, quote, PASSAGE), finding("Other.")])
    shop.edit("    > - leave the rest to the server", "    > - leave the rest to Ana")
    shop.commit()
    shop.night([noted(finding, quote, "Something else entirely stands here now."), finding("More.")])
    assert "    > - leave the rest to Ana" in shop.page()
    assert "- More." in shop.page()


def test_a_page_with_windows_line_ends_keeps_them(shop: Any, finding: Any, quote: Any) -> None:
    shop.night([finding("Other.")])
    shop.path().write_bytes(shop.path().read_bytes().replace(b"\n", b"\r\n"))
    shop.commit()
    shop.night([noted(finding, quote, PASSAGE), finding("Other.")])
    data = shop.path().read_bytes()
    assert b"    > - leave the rest to the server\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n")


ATTACKS = """\
# Not a heading
[^1]: forged
^f-00000000
text ^f-00000000
![x](https://b.example/x.png)
[a](javascript:x)
https://b.example/y
<!-- gone
<script>x</script>
---
title: x
---
    # code
> > deep
]: x
```
{{ x }} [[Secret]]"""


def test_no_line_of_a_passage_is_anything_but_words(shop: Any, finding: Any, quote: Any) -> None:
    lines = [*ATTACKS.split("\n"), *HOSTILE]
    found = [noted(finding, quote, line, f"Claim {n}.", key=str(n)) for n, line in enumerate(lines)]
    whole = [noted(finding, quote, ATTACKS, "All of it."), noted(finding, quote, "\n\n".join(lines)[:4000], "More.")]
    filed = shop.night([*found, *whole])
    assert not filed.held
    assert len(filed.dropped) <= 4
    assert lint(Tree(shop.wiki)) == []
    page = parse("shop/testing.md", shop.path().read_bytes())
    assert {section.title for section in page.sections} == {"Testing", "Rules"}
    assert len(page.blocks) == len(page.notes) == filed.added
    assert "forged" not in page.meta.values()


def test_the_site_shows_them_as_quotations_and_nothing_of_them_is_live(shop: Any, finding: Any, quote: Any) -> None:
    shop.night([noted(finding, quote, PASSAGE), noted(finding, quote, ATTACKS, "All of it."), finding("Other.")])
    for name, text in site_files("Shop").items():
        (shop.root / name).write_text(text, "utf-8")
    done = start([sys.executable, "-m", "mkdocs", "build", "--strict", "-q"], cwd=shop.root, check=False)
    assert done.code == 0, done.err.decode()
    page = (shop.root / "site" / "shop" / "testing.html").read_text("utf-8")
    notes = page[page.index('<div class="footnote">') :]
    assert notes.count("<blockquote>") == 2
    assert "<li>leave the rest to the server</li>" in re.sub(r"\s+", " ", notes).replace("> <", "><")
    body = notes[notes.index("<ol>") : notes.index("</ol>\n</div>")]
    assert not re.search(r"<(?:h\d|img|script|hr)|<a (?!class=\"footnote|href=\"#fnref)|javascript:(?!x\))", body)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("next line", "is not one line of text"),
        ("    > <b>x</b>", "holds markup (a tag, image or wikilink)"),
        ("    > # x", "holds markup (heading)"),
        ("    > > x", "holds markup (blockquote)"),
        ("    > [^1]: x", "cites a footnote that is not its own"),
        ("    > [a](b)", "holds markup (link)"),
        ("    > a\u202eb", "holds hidden characters"),
    ],
)
def test_a_footnote_with_anything_else_below_it_is_never_written(line: str, why: str) -> None:
    assert flaw(Text("- Claim. [^00000000] ^f-00000000", (("00000000", f"[^00000000]: high\n{line}"),))) == why


def test_the_verifier_refuses_a_quotation_that_the_finding_does_not_have(shop: Any, finding: Any, quote: Any) -> None:
    one = noted(finding, quote, PASSAGE)
    told = note(one)
    assert told
    assert backs(told[1], one)
    assert not backs(told[1] + "\n    > And then some.", one)
    assert not backs(told[1], replace(one, evidence=(quote("Other"),)))


def test_a_sentence_that_runs_over_lines_is_quoted_from_its_beginning_on(shop: Any, finding: Any, quote: Any) -> None:
    lines = ["This", "takes twenty minutes", "on every machine.", "It is slow."]
    said = tuple(quote(text, line=207 + n) for n, text in enumerate(lines))
    shop.night([finding("The suite is large. This takes twenty minutes on every machine.", evidence=said)])
    assert note_of(shop).endswith('"This takes twenty minutes on every machine."')
    shop.night([finding("The suite takes twenty minutes.", key="k", evidence=said[1:])])
    assert note_of(shop).endswith('"takes twenty minutes"; line 209: "on every machine."; line 210: "It is slow."')


def test_a_purged_text_goes_with_the_block_even_where_the_page_broke_its_lines(
    shop: Any, finding: Any, quote: Any
) -> None:
    shop.night([noted(finding, quote, PASSAGE), finding("Other.")])
    data = shop.path().read_bytes()
    for text in ("20 minutes, so", "takes\n20 minutes", "tests\n  before a push\n- leave"):
        left, gone = cleaned("shop/testing.md", data, erasure([text]))
        assert len(gone) == 1, text
        assert b"    >" not in left
        assert b"- Other." in left


def test_what_holds_nothing_to_show_is_no_quotation() -> None:
    assert quotation("") == quotation(" \n\n") == quotation("\u200b") == ()
