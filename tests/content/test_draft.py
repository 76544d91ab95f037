from contextlib import suppress
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content.brief import Brief
from content.draft import Front, body_sha256, changed, compose, new_slug, parse
from content.drafting import written
from content.skeleton import Skeleton
from content.writer import Answered
from scheduling.base.errors import CorruptError

FRONT = Front("A title", "a-title", "What it is", "2026-11-20", "shop", "/hub", "skeleton-1", ("f-1a2b3c4d",))
BODY = "\n# A title\n\nText.\n"


def test_a_draft_reads_back_as_it_was_written() -> None:
    made = compose(FRONT, BODY)
    back = parse("a-title.md", made.data)
    assert back.body == BODY
    assert back.front == Front(**{**{n: getattr(FRONT, n) for n in FRONT.__slots__}, "lastmod": "2026-11-20"})


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_title_or_answer_breaks_the_front_matter_or_changes_its_type(title: str, answer: str) -> None:
    title, answer = (text.encode("utf-8", "replace").decode() for text in (title, answer))
    made = compose(Front(title, "s", title, "2026-11-20", title, "", "w", (), (Answered(title, answer),)), BODY)
    meta: Any = yaml.safe_load(made.data.decode().split("\n---\n")[0].removeprefix("---\n"))
    assert (meta["title"], meta["faq"][0]["answer"], meta["draft"], meta["status"]) == (title, answer, True, "draft")
    assert parse("s.md", made.data).front.title == title


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("status: published", "has the key 'status' twice"),
        ("title2: &a x", "holds an anchor"),
        ("more: !!python/object:os.system x", "holds a tag"),
        ("deep: [[[[[[[[1]]]]]]]]", "nested deeper"),
        ("long: " + "x" * 20_000, "larger than"),
        ("broken: [", "no valid YAML"),
    ],
)
def test_front_matter_that_cannot_be_trusted_is_refused_by_name(line: str, why: str) -> None:
    text = compose(FRONT, BODY).data.decode().replace("writer:", f"{line}\nwriter:", 1)
    with pytest.raises(CorruptError, match=why) as caught:
        parse("a-title.md", text.encode())
    assert "a-title.md" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("status: draft", "status: yes", "none of brief, draft"),
        ("draft: true", "draft: no", "neither true nor false"),
        ('title: "A title"', "title: [a]", "a title that is no text"),
        ('title: "A title"\n', "", "has no title"),
        ("faq: []", "faq: [x]", "no question with an answer"),
        ("---\n", "", "has no front matter"),
    ],
)
def test_a_status_is_one_of_few_and_fields_are_text(old: str, new: str, why: str) -> None:
    text = compose(FRONT, BODY).data.decode().replace(old, new, 1)
    with pytest.raises(CorruptError, match=why):
        parse("a-title.md", text.encode())


def test_an_alias_bomb_is_refused() -> None:
    pairs = zip("abcdefgh", "bcdefghi", strict=True)
    bomb = "a: &a [x,x,x,x]\n" + "".join(f"{after}: &{after} [*{one},*{one}]\n" for one, after in pairs)
    with pytest.raises(CorruptError):
        parse("b.md", f"---\n{bomb}---\n".encode())


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    with suppress(CorruptError):
        parse("x.md", b"---\n" + data + b"\n---\nBody\n")


def test_setting_fields_keeps_order_comments_and_body() -> None:
    text = compose(FRONT, BODY).data.decode().replace("draft: true\n", "draft: true # not yet\ntags: [a, b]\n")
    done = changed("a-title.md", parse("a-title.md", text.encode()), {"draft": "false", "status": "published"})
    shown = done.data.decode()
    assert "draft: false # not yet\ntags: [a, b]\nstatus: published\n" in shown
    assert shown.endswith(BODY)
    assert done.body_sha256 == body_sha256(BODY)


def test_slugs_are_new() -> None:
    assert new_slug("What we learned", "2026-11-20", []) == "what-we-learned-2026-11-20"
    assert new_slug("shop", "2026-11-20", ["shop-2026-11-20", "shop-2026-11-20-2"]) == "shop-2026-11-20-3"
    assert new_slug("日本", "", []) == "article-undated"


def test_the_same_brief_gives_the_same_bytes(brief: Brief) -> None:
    assert written(brief, Skeleton(), "x")[0].data == written(brief, Skeleton(), "x")[0].data
