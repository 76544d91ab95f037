"""Text is cut into sentences that can be quoted back exactly, whatever it holds."""

from hypothesis import given
from hypothesis import strategies as st
from proposals import event

from distillers.claims import clean, following, identifiers, quotes, statements
from distillers.evidence import fault

TEXT = """Intro of the note.

Root cause:
- The worker reads `queue.py` twice.
- [ ] open point
```
code is no sentence. Really.
```
| a table | is none |
Signed-off-by: Somebody <somebody@example.com>
"""


def test_headings_items_boxes_and_code_are_told_apart() -> None:
    found = [(one.text, one.heading, one.item, one.open) for one in statements(TEXT)]
    assert found == [
        ("Intro of the note.", "", False, False),
        ("The worker reads `queue.py` twice.", "Root cause", True, False),
        ("open point", "Root cause", True, True),
    ]


def test_abbreviations_and_numbers_do_not_end_a_sentence() -> None:
    text = "Use e.g. The old name. Version 2. Is fine"
    assert [one.text for one in statements(text)] == ["Use e.g. The old name.", "Version 2. Is fine"]


def test_typed_sentences_may_start_small() -> None:
    text = "no. use the other one! why not"
    assert [one.text for one in statements(text, typed=True)] == ["no.", "use the other one!", "why not"]


def test_names_are_what_a_search_would_use() -> None:
    found = identifiers("`git add` in src/app/main.py sets --force on RetryPool and max_tries, see #12 and v1.2.3")
    assert found == {"git add", "src/app/main.py", "--force", "retrypool", "max_tries", "#12", "v1.2.3"}


def test_a_claim_is_one_line_without_emphasis() -> None:
    assert clean("**Bold**  and\n `code`\twith [REDACTED:jwt:0a1b2c3d]") == "Bold and `code` with [REDACTED:jwt]"


def test_what_only_looks_like_emphasis_stays() -> None:
    said = "**Why:** `__init__.py`, __main__ and **/*.py under src/**/*.ts, **CI**/CD, __so__ it is"
    assert clean(said) == "Why: `__init__.py`, __main__ and **/*.py under src/**/*.ts, CI/CD, __so__ it is"


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=400), st.booleans())
def test_every_sentence_of_any_text_is_found_again(text: str, typed: bool) -> None:
    held = event("s1", 1, text, prose=True)
    for one in statements(text, typed=typed):
        cited = quotes(held, one)
        assert cited
        assert fault(cited, {held.id: held}) is None


def test_a_sentence_that_another_leans_on_ends_as_one() -> None:
    assert (
        following("Runs before each push ", "This keeps main green.") == "Runs before each push. This keeps main green."
    )
    assert following("It is slow: ", "This keeps main green.") == "It is slow: This keeps main green."


def test_a_wrapped_sentence_is_not_cut_where_the_next_one_leads_in_to_a_list() -> None:
    text = "The cart grows when a row is\nadded, but never shrinks. What changes:\n- header\n- till\n\nSo\nbe it."
    found = list(statements(text))
    assert [one.text for one in found] == [
        "The cart grows when a row is added, but never shrinks.",
        "header",
        "till",
        "So be it.",
    ]
    assert [text[slice(*one.lead)] for one in found if one.lead] == ["What changes:"] * 2


def test_a_sentence_with_a_colon_at_the_end_of_its_line_goes_on_in_the_next() -> None:
    text = "It never shrinks. This adds the inverse:\non the end of a move it takes the width of its rows."
    assert [one.text for one in statements(text)] == [
        "It never shrinks.",
        "This adds the inverse: on the end of a move it takes the width of its rows.",
    ]


def test_a_label_on_a_line_of_its_own_heads_what_follows() -> None:
    assert [(one.text, one.heading) for one in statements("It fails.\nReasons:\nno till is open")] == [
        ("It fails.", ""),
        ("no till is open", "Reasons"),
    ]
