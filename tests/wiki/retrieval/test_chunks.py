from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from distillers.record.units import Unit
from wiki.chunks import CUE, DUMP, SIZE, passages, pieces
from wiki.page import parse
from wiki.sections import new_words, page_chunks

Parsed = Callable[[str], Unit]

PAGE = b"""---
title: Deploying
updated: 2026-11-20
---
# Deploying

First paragraph, *by hand*.

## Rules
- Deploy from `main` \\<only\\> [^1][^1-2] ^f-11111111
  - a nested remark

### On Fridays
| day | allowed |
|---|---|
| Friday | no |

```sh
make deploy
```

## Superseded
- Deploy from a branch ^f-22222222

[^1]: high: "quoted"
[^1-2]: medium: "quoted again"
"""


def test_a_page_is_cut_at_its_blocks_under_the_path_of_headings() -> None:
    chunks = list(page_chunks("deploying", parse("shop/deploying.md", PAGE), {}))
    assert [(chunk.heading, chunk.anchor, chunk.text, chunk.line) for chunk in chunks] == [
        ("", "", "First paragraph, by hand.", 7),
        ("Rules", "f-11111111", "Deploy from `main` <only>", 10),
        ("Rules", "", "a nested remark", 11),
        ("Rules > On Fridays", "", "day", 14),
        ("Rules > On Fridays", "", "allowed", 14),
        ("Rules > On Fridays", "", "Friday", 16),
        ("Rules > On Fridays", "", "no", 16),
        ("Rules > On Fridays", "", "make deploy", 18),
    ]
    assert {chunk.title for chunk in chunks} == {"Deploying"}


def test_quotes_are_shown_as_far_as_they_add_words() -> None:
    assert list(new_words("Deploy from main", ["deploy from main!", "friday deploys broke twice", "broke twice"])) == [
        "“friday deploys broke twice”"
    ]


@given(st.text(alphabet="ab. \n\t", max_size=2000), st.integers(20, 200))
def test_pieces_hold_all_words_at_their_places(text: str, size: int) -> None:
    cut = list(pieces(text, size))
    assert "".join("".join(piece.text for piece in cut).split()) == "".join(text.split())
    for piece in cut:
        assert len(piece.text) <= size
        assert text.startswith(piece.text, piece.start)


def test_talk_and_tool_text_stand_apart(parsed: Parsed) -> None:
    unit = parsed(
        "# session s 2026-11-20\n"
        "human message: why does it fail\n"
        "agent call: make test\n"
        "tool result: 3 failed\n"
        "agent message: because of the lock\n"
        "recalled result: what we said before\n"
        "program message: reminder"
    )
    assert [(chunk.tier, chunk.text) for chunk in passages(unit)] == [
        ("talk", "person: why does it fail\nagent: because of the lock"),
        ("tool", "make test"),
        ("tool", "3 failed"),
        ("tool", "reminder"),
    ]


def test_a_ticket_section_stands_under_its_heading(parsed: Parsed) -> None:
    unit = parsed(
        '# ticket 7 2026-11-20\nticket section "Move it > Why": it was slow\nticket section "Move it > How": by hand'
    )
    assert [(chunk.title, chunk.heading, chunk.text) for chunk in passages(unit)] == [
        ("Move it", "Why", "Move it\nit was slow"),
        ("Move it", "How", "by hand"),
    ]


def test_of_a_ticket_that_says_no_more_the_title_is_a_passage(parsed: Parsed) -> None:
    unit = parsed('# ticket 7 2026-11-20\nticket status "Pin the linter to 2.8": Pin the linter to 2.8')
    assert [(chunk.text, chunk.tier, chunk.origin) for chunk in passages(unit)] == [
        ("Pin the linter to 2.8", "talk", "ticket")
    ]


def test_a_title_that_the_text_repeats_is_not_said_twice(parsed: Parsed) -> None:
    unit = parsed('# ticket 7 2026-11-20\nticket section "Move it": Move it, for it is slow')
    assert [chunk.text for chunk in passages(unit)] == ["Move it, for it is slow"]


def test_a_turn_is_found_by_what_it_goes_back_to(parsed: Parsed) -> None:
    unit = parsed(
        "# session s 2026-11-20\n"
        f"human message: the oven is too hot {'x ' * 150}\n"
        f"agent message: {'y ' * 150} shall I lower it\n"
        f"human message: yes {'z ' * 150}"
    )
    wish, answer, yes = [chunk.cue for chunk in passages(unit)]
    assert wish == ""
    assert answer.startswith("the oven is too hot x")
    assert yes.endswith("y shall I lower it")
    assert len(answer.split()) == len(yes.split()) == CUE


def test_a_session_without_title_is_called_by_its_first_words(parsed: Parsed) -> None:
    assert next(passages(parsed("# session s 2026-11-20\nhuman message: mend the oven"))).title == "mend the oven"
    named = next(passages(parsed("# session 5a71b2c3d4 2026-11-20\ntool result: x")))
    assert named.title == "session 5a71b2c3…"


def test_of_a_dump_only_the_ends_are_kept(parsed: Parsed) -> None:
    unit = parsed("# session s 2026-11-20\ntool result: x")
    dump = "start " + "middle " * DUMP + "end"
    text = " ".join(chunk.text for chunk in passages(replace(unit, events=(replace(unit.events[0], text=dump),))))
    assert text.startswith("start")
    assert text.endswith("end")
    assert len(text) < DUMP


def test_the_line_of_a_passage_is_where_its_text_starts(parsed: Parsed) -> None:
    unit = parsed("# session s 2026-11-20\nagent message: x")
    prose = replace(unit.events[0], prose=True, line=10, text=f"first\n\n{'long ' * SIZE}\n\nlast")
    lines = {chunk.text[:5]: chunk.line for chunk in passages(replace(unit, events=(prose,)))}
    assert lines["first"] == 10
    assert lines["long "] == 12


def test_keyed_hashes_of_masks_never_reach_a_chunk(parsed: Parsed) -> None:
    unit = parsed("# session s 2026-11-20\nhuman message: token [REDACTED:token:0a1b2c3d] here")
    assert [chunk.text for chunk in passages(unit)] == ["token [REDACTED:token] here"]
