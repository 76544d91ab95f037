"""A purge in the wiki: pages, lines of people, names of files, and the past when asked."""

import base64
import json
import unicodedata
from urllib.parse import quote

from flows.settings import Settings
from scheduling.base.forms import forms
from scheduling.base.process import run as start
from tests.flows.purging import TEXT, night, places, purge, purged
from wiki.erase import erasure
from wiki.objects import held
from wiki.tree import Tree


def test_the_past_of_the_wiki_is_written_anew_only_when_asked(settled: Settings) -> None:
    wiki, what = settled.workspace.wiki, erasure(forms(TEXT))
    purged(settled, "--match", TEXT)
    assert held(wiki, what) > 0
    before, files = Tree(wiki).commit, Tree(wiki).files()
    told = purged(settled, "--match", TEXT, "--rewrite-history")
    assert told["history"] == 0
    assert held(wiki, what) == 0
    after = Tree(wiki)
    assert after.commit != before
    assert after.files() == files
    assert start(["git", "fsck", "--full", "--strict"], cwd=wiki).code == 0
    assert start(["git", "status", "--porcelain"], cwd=wiki).out == b""
    assert night(settled).pages == 0
    traces = "".join(path.read_text() for path in settled.workspace.drafts.glob("*.trace.json"))
    assert before not in traces


def test_lines_of_a_person_go_too(settled: Settings) -> None:
    wiki = settled.workspace.wiki
    page = wiki / "tidewatch" / "decisions.md"
    page.write_text(page.read_text() + f"\nRemember `{TEXT}`, says Ana.\n\nThis line stays.\n")
    (wiki / "notes.txt").write_text(f"one\n{TEXT} two\nthree\n")
    git = ["git", "-c", "user.name=Ana", "-c", "user.email=ana@example.invalid"]
    start([*git, "add", "-A"], cwd=wiki)
    start([*git, "commit", "-qm", "By hand"], cwd=wiki)
    assert purged(settled, "--match", TEXT)["left"] == []
    assert "This line stays." in page.read_text()
    assert (wiki / "notes.txt").read_text() == "one\nthree\n"


def test_a_text_goes_in_every_unicode_spelling_and_in_base64_and_out_of_the_names_of_files(settled: Settings) -> None:
    wiki, text = settled.workspace.wiki, "Zoë Kästner"
    apart = unicodedata.normalize("NFD", text)
    folder = wiki / "tidewatch" / "images"
    folder.mkdir()
    (folder / f"{text}.txt").write_text("a picture\n")
    (folder / f"of {apart}.txt").write_text("another picture\n")
    told = [text, apart, base64.b64encode(f"by {apart}!".encode()).decode(), json.dumps(apart), quote(apart)]
    (wiki / "notes.txt").write_text("\n".join(["one", *told, "three"]) + "\n")
    git = ["git", "-c", "user.name=Ana", "-c", "user.email=ana@example.invalid"]
    start([*git, "add", "-A"], cwd=wiki)
    start([*git, "commit", "-qm", "By hand"], cwd=wiki)
    assert purged(settled, "--match", text)["left"] == []
    assert (wiki / "notes.txt").read_text() == "one\nthree\n"
    assert sorted(path.name for path in folder.iterdir()) == ["of purged.txt", "purged.txt"]
    assert [place for place in places(settled, text) if ".git/" not in place] == []
    assert start(["git", "status", "--porcelain"], cwd=wiki).out == b""


def test_uncommitted_edits_are_left_and_named(settled: Settings) -> None:
    page = settled.workspace.wiki / "tidewatch" / "notes.md"
    page.write_text(page.read_text() + f"\n{TEXT}\n")
    done = purge(settled, "--match", TEXT, "--yes", "--json")
    assert done.exit_code == 1
    assert json.loads(done.output)["left"] == ["wiki/tidewatch/notes.md"]
    assert TEXT in page.read_text()


def test_a_page_that_is_called_by_the_text_is_called_by_its_id_then(settled: Settings) -> None:
    page = settled.workspace.wiki / "tidewatch" / "troubleshooting.md"
    page.write_text(page.read_text() + "\nAna looks after this page.\n")
    git = ["git", "-c", "user.name=Ana", "-c", "user.email=ana@example.invalid"]
    start([*git, "commit", "-qam", "By hand"], cwd=settled.workspace.wiki)
    told = purged(settled, "--match", "troubleshooting")
    assert told["left"] == []
    assert not page.exists()
    [named] = page.parent.glob("p-*.md")
    assert "Ana looks after this page." in named.read_text()
    assert [place for place in places(settled, "troubleshooting") if ".git/" not in place] == []
    night(settled)
    assert f"({named.name})" in (page.parent / "index.md").read_text()
    assert start(["git", "status", "--porcelain"], cwd=settled.workspace.wiki).out == b""
