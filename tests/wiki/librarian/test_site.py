"""The wiki as a site: MkDocs builds it strictly, and block ids and wikilinks work as they do in Obsidian."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from scheduling.base.process import run as start
from wiki.site import site_files

NOTES = """\
---
tags: [ours]  # by hand
---
# Notes

See [[testing]], [[shop/testing|the tests]] and [one rule](testing.md#^{rule}); [[nowhere]] stays.

    `[[testing]]` in code stays too
"""


def built(shop: Any) -> Path:
    """The site of the wiki, built as strictly as MkDocs can."""
    for name, text in site_files('Our "shop": café').items():
        (shop.root / name).write_text(text, "utf-8")
    done = start([sys.executable, "-m", "mkdocs", "build", "--strict", "-q"], cwd=shop.root, check=False)
    assert done.code == 0, done.err.decode()
    return shop.root / "site"


@pytest.fixture
def site(shop: Any, finding: Any) -> Path:
    rule = finding("Run `a ^f-00000000` first.")
    shop.night([rule, finding("Bake with <b>heat</b>.", page="ovens", kind="fact")])
    shop.night([finding("Hands off.", domain="templates", page="search")], domain="templates")
    shop.path("notes").write_text(NOTES.format(rule=rule.id), "utf-8")
    return built(shop)


def test_the_site_is_built_without_a_warning_and_shows_every_page(site: Path) -> None:
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert {"index.html", "shop/index.html", "shop/testing.html", "shop/notes.html", "shop/ovens.html"} <= pages
    assert "templates/search.html" in pages


def test_block_ids_are_places_and_not_text(site: Path, finding: Any) -> None:
    page = (site / "shop" / "testing.html").read_text("utf-8")
    rule = finding("Run `a ^f-00000000` first.").id
    assert f'<a id="{rule}"></a>' in page
    assert f"^{rule}" not in page
    assert "a ^f-00000000" in page, "what stands in a code span is no anchor"


def test_wikilinks_and_links_to_blocks_lead_where_they_say(site: Path, finding: Any) -> None:
    page = (site / "shop" / "notes.html").read_text("utf-8")
    rule = finding("Run `a ^f-00000000` first.").id
    assert '<a href="testing.html">testing</a>' in page
    assert '<a href="testing.html">the tests</a>' in page
    assert f'<a href="testing.html#{rule}">one rule</a>' in page
    assert "[[nowhere]] stays" in page
    assert "`[[testing]]` in code" in page


def test_what_no_longer_holds_is_closed_and_markdown_all_the_same(shop: Any, finding: Any) -> None:
    heir = finding("Ship `two`.", key="way", valid_from="2026-11-20")
    old = finding("Ship `one`.", key="way", valid_from="2026-10-01", status="superseded", superseded_by=heir.id)
    shop.night([heir, old])
    page = (built(shop) / "shop" / "testing.html").read_text("utf-8")
    fold = page[page.index("<details>") : page.index("</details>")]
    assert "<summary>What no longer holds, the newest first</summary>" in fold
    assert "Ship <code>one</code>." in fold
    assert f'<a id="{old.id}"></a>' in fold
    assert f'href="#fn:{old.id[2:]}"' in fold


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loads = re.compile(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//')
    assert [path.name for path in site.rglob("*.html") if loads.search(path.read_text("utf-8"))] == []
