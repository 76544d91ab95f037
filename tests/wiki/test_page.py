from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.base.errors import CorruptError
from wiki.edit import Change, Insert, Text, revise
from wiki.page import parse, quoted, with_fields

PAGES = sorted((Path(__file__).parent / "cases" / "pages").glob("*.md"))
HEADINGS = ("Rules", "Facts")
LINE = Text("- New. [^aaaaaaaa] ^f-aaaaaaaa", (("aaaaaaaa", "[^aaaaaaaa]: a note"),))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_odd_page_prints_back_byte_for_byte(path: Path) -> None:
    assert parse(path.name, path.read_bytes()).data == path.read_bytes()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_block_put_into_an_odd_page_and_taken_out_again_leaves_every_line(path: Path) -> None:
    page = parse(path.name, path.read_bytes())
    order = {"f-aaaaaaaa": (1,)}
    put = revise(page, Change(HEADINGS, order, insert=[Insert("f-aaaaaaaa", "Rules", LINE)]))
    rest = revise(put, Change(HEADINGS, order, remove=frozenset({"f-aaaaaaaa"})))
    if "f-aaaaaaaa" in put.anchors:
        old = [line.rstrip("\r\n") for line in page.lines if line.strip()]
        assert [line.rstrip("\r\n") for line in rest.lines if line.strip()] == old


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_new_block_only_ever_adds_lines(path: Path) -> None:
    page = parse(path.name, path.read_bytes())
    put = revise(page, Change(HEADINGS, {"f-aaaaaaaa": (1,)}, insert=[Insert("f-aaaaaaaa", "Rules", LINE)]))
    left = iter(line.rstrip("\r\n") for line in put.lines)
    assert all(line.rstrip("\r\n") in left for line in page.lines)


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_print_back_or_are_refused(data: bytes) -> None:
    for head in (b"", b"---\n"):
        with suppress(CorruptError):
            assert parse("a.md", head + data).data == head + data


@given(st.text(st.sampled_from("-`~#^[]:f0123456789abcdef \n\t<>!*_"), max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_markdown_prints_back(text: str) -> None:
    assert parse("a.md", text.encode()).text == text


def test_blocks_in_code_and_comments_are_no_blocks() -> None:
    pages = {path.name: parse(path.name, path.read_bytes()) for path in PAGES}
    assert pages["fences.md"].anchors == {"f-00000006"}
    assert pages["html.md"].anchors == set()
    assert [note.label for note in pages["fences.md"].notes] == []


def test_what_a_person_wrote_under_a_block_belongs_to_it() -> None:
    page = parse("a.md", b"- one ^f-00000001\n  and this\n\n  - and that\n- two ^f-00000002\n\nprose\n")
    assert [block.text for block in page.blocks] == [
        "- one ^f-00000001\n  and this\n\n  - and that",
        "- two ^f-00000002",
    ]


def test_blocks_know_their_section_and_windows_line_ends_do_not_show_in_them() -> None:
    page = parse("a.md", (Path(__file__).parent / "cases" / "pages" / "crlf.md").read_bytes())
    assert [(block.section, block.text) for block in page.blocks] == [("Rules", "- Read the table twice. ^f-00000001")]


ATTACKS = {
    "an alias": "a: &x [1]\nb: *x",
    "a tag": "a: !!python/object/apply:os.system ['true']",
    "a local tag": "a: !x y",
    "a key twice": "a: 1\na: 2",
    "a nested key twice": "a:\n  b: 1\n  b: 2",
    "depth": "a: " + "[" * 50 + "]" * 50,
    "size": "a: " + "x" * 20_000,
    "a key that is a list": "? [a, b]\n: 1",
    "a merge of an alias": "a: &x {b: 1}\nc:\n  <<: *x",
    "broken quotes": 'a: "b',
    "a tab indent": "a:\n\t- b",
    "a control": "a: \x01",
}


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_front_matter_that_cannot_be_trusted_is_refused_and_names_the_page(text: str) -> None:
    with pytest.raises(CorruptError, match=r"shop/testing\.md"):
        parse("shop/testing.md", f"---\n{text}\n---\n# T\n".encode())


def test_values_of_front_matter_stay_text() -> None:
    meta = parse("a.md", b"---\nday: 2026-11-20\nno: no\nnumber: 0x1F\nnothing: null\nlist: [1, yes]\n---\n").meta
    assert meta == {"day": "2026-11-20", "no": "no", "number": "0x1F", "nothing": "null", "list": ["1", "yes"]}


@pytest.mark.parametrize(
    "piece",
    ["# ", "#\n", "- ^f-1a2b3c4d\n", "[^a]:\n", "- ", "> ", "x\n", "k: v\n", "a: [", "`" * 7, " ", "\n", "<!--"],
)
def test_64_kib_of_anything_are_kept_byte_for_byte_or_refused(piece: str) -> None:
    for head in ("", "---\n"):
        data = (head + piece * (65_536 // len(piece))).encode()
        with suppress(CorruptError):
            assert parse("a.md", data).data == data


def test_fields_are_set_on_their_own_line_and_comments_stay() -> None:
    page = parse("a.md", b"---\r\n# mine\r\nupdated: 2026-10-01 # by hand\r\ntags: [a]\r\n---\r\ntext")
    changed = with_fields(page, {"updated": "2026-11-20", "findings": "7", "title": "A: b", "tags": "x"})
    assert changed.data == (
        b'---\r\n# mine\r\nupdated: 2026-11-20 # by hand\r\ntags: [a]\r\nfindings: 7\r\ntitle: "A: b"\r\n---\r\ntext'
    )
    assert with_fields(changed, {"updated": "2026-11-20", "findings": "7"}) is changed
    assert with_fields(parse("a.md", b"no front matter"), {"findings": "7"}).data == b"no front matter"


@pytest.mark.parametrize("name", ["No", "on", "null", "Yes", "Mara Lind", 'say "hi"', "a: b", "#1", "back\\slash"])
def test_a_name_is_the_same_text_for_every_loader(name: str) -> None:
    assert yaml.safe_load(f"decided_by: {quoted(name)}") == {"decided_by": name}
