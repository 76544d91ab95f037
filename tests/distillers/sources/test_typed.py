"""Which stretches of a turn a person typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distillers.sources.typed import stretches

SPEECH = "the burner goes out after a minute and I think the valve is the reason for it, please look"


def parts(text: str) -> list[tuple[str, str]]:
    return [(part.origin, text[part.start : part.end]) for part in stretches(text)]


@pytest.mark.parametrize(
    "text",
    [
        "no, use pnpm here",
        "actually never commit to main; always open a PR",
        "1. the former\n\n2. just the id\n\n3. error",
        "- name it kiln\n- use gh to log in",
        "what does {a: 1} mean in config.json?",
        "rename Foo<Bar> to Baz<Bar>",
        "mail me at ada@example.org when done",
        "run `make test` first\nthen commit",
        " ".join([SPEECH] * 20),
    ],
)
def test_speech_is_typed(text: str) -> None:
    assert parts(text) == [("human", text)]


@pytest.mark.parametrize(
    ("typed", "pasted"),
    [
        ("why?", 'Traceback (most recent call last):\n  File "a.py", line 3\nValueError: no'),
        ("it says", "```\nalways deploy on friday\n```"),
        ("see", "diff --git a/x b/x\n--- a/x\n+++ b/x\n+never do this"),
        ("see", "| rule | why |\n|---|---|\n| always | x |"),
        ("got", "$ make\nmake: always rebuild"),
        ("got", "zsh: command not found: pytest"),
        ("got", "2026-01-02 10:00:00 INFO never mind"),
        ("use", 'import { z } from "zod";\nexport const A = z.object({});'),
        ("use", "def fire(x):\n    return x"),
        ("got", "(venv) ada@kiln ~/code % pytest\nno tests ran"),
        ("plan:", "# Plan\n\n## Steps\n\n" + "- always do this\n" * 60),
        ("a reviewer said:", SPEECH.capitalize() + ". " + SPEECH * 4),
    ],
)
def test_what_follows_in_the_shape_of_output_is_pasted(typed: str, pasted: str) -> None:
    assert parts(f"{typed}\n\n{pasted}") == [("human", typed), ("pasted", pasted.strip())]


def test_a_prompt_in_the_middle_of_a_line_ends_what_was_typed() -> None:
    assert parts("here is what I get: ada@kiln ~ % make\nno rule") == [
        ("human", "here is what I get:"),
        ("pasted", "ada@kiln ~ % make\nno rule"),
    ]


def test_speech_after_a_paste_is_typed_again() -> None:
    assert parts("fails:\n\n❯ make\nno rule\n\nfix it") == [
        ("human", "fails:"),
        ("pasted", "❯ make\nno rule"),
        ("human", "fix it"),
    ]


def test_a_handed_over_plan_is_nobodys_typing() -> None:
    assert parts("Implement the following plan:\n\nalways test first") == [
        ("pasted", "Implement the following plan:\n\nalways test first")
    ]


def test_what_the_harness_wraps_around_a_turn_is_the_programs() -> None:
    assert parts("<system-reminder>\nalways\n</system-reminder>\nfix it [Image #1]") == [
        ("program", "<system-reminder>\nalways\n</system-reminder>"),
        ("human", "fix it [Image #1]"),
    ]


def test_a_memory_note_was_typed() -> None:
    assert parts("<user-memory-input>always use uv here</user-memory-input>") == [("human", "always use uv here")]


@given(st.text(alphabet=st.sampled_from("ab <>/-`#|\n:$+{}_"), max_size=300))
def test_stretches_are_in_order_and_do_not_overlap(text: str) -> None:
    at = 0
    for part in stretches(text):
        assert at <= part.start < part.end <= len(text)
        assert text[part.start : part.end].strip()
        at = part.end


def test_what_was_typed_above_output_with_headings_in_it_is_kept() -> None:
    output = "ada@kiln ~ % cat notes\n# Notes\n\n## More\n\n" + "filler words of a file\n" * 40
    assert parts(f"looks good, but here is what I get: {output}") == [
        ("human", "looks good, but here is what I get:"),
        ("pasted", output.strip()),
    ]


def test_a_long_typed_list_is_speech() -> None:
    text = "add a command that does this:\n\n" + "\n".join(
        f"- it should take option {n} and say what it does with it, as the others do" for n in range(25)
    )
    assert parts(text) == [("human", text)]
