"""Pages are few, short, and named in the domain's own words."""

import re

from hypothesis import given
from hypothesis import strategies as st

from distillers.pages import FEW, FULL, Filing, assign, family
from distillers.record.units import Unit
from distillers.rules.topics import topics_of


def filings(**topics: str) -> dict[str, Filing]:
    return {name: Filing(words.split(), "notes") for name, words in topics.items()}


def test_a_topic_that_enough_claims_share_has_a_page() -> None:
    many = {f"c{n}": Filing(["Web UI", "cli"], "notes") for n in range(FEW)}
    pages = assign(many | filings(x="rare"))
    assert pages["c0"] == pages["c5"] == "cli" or pages["c0"] == "web-ui"
    assert pages["x"] == "notes"


def test_a_weak_word_counts_only_where_others_use_it_as_a_topic() -> None:
    own = {f"c{n}": Filing(["release"], "notes") for n in range(FEW)}
    pages = assign(
        own | filings(x="~release", y="~available") | {f"z{n}": Filing(["~sure"], "notes") for n in range(9)}
    )
    assert pages["x"] == "release"
    assert pages["y"] == pages["z1"] == "notes"


def test_a_page_that_grew_too_long_is_cut_along_its_next_topic() -> None:
    claims = {f"c{n}": Filing(["cli", "board" if n % 3 else "search"], "notes") for n in range(3 * FULL)}
    sizes = [list(assign(claims).values()).count(page) for page in set(assign(claims).values())]
    assert max(sizes) <= FULL


def test_topics_that_differ_in_form_only_share_a_page_named_by_the_most_frequent() -> None:
    drafts = {f"d{n}": Filing(["drafts"], "notes") for n in range(FEW)}
    web = {f"w{n}": Filing(["web"], "notes") for n in range(FEW)}
    pages = assign(drafts | web | filings(x="draft", y="web-ui", z="file-system", v="filesystem"))
    assert (pages["x"], pages["y"]) == ("drafts", "web")
    assert family("file-system") == family("filesystem")
    assert family("summarise") == family("summarize")


def test_a_page_of_the_rest_is_cut_by_words_before_numbers() -> None:
    claims = {f"c{n:02}": Filing(["~board" if n % 3 else "~search"], "notes") for n in range(FULL + FEW)}
    assert set(assign(claims).values()) == {"notes", "notes-board"}


TOPICS = st.lists(st.text(max_size=12), max_size=4)


@given(st.dictionaries(st.text("abcdef0123456789", min_size=8, max_size=8), TOPICS, max_size=90))
def test_every_claim_has_a_page_with_a_safe_name(topics: dict[str, list[str]]) -> None:
    pages = assign({name: Filing(words, "notes") for name, words in topics.items()})
    assert pages.keys() == topics.keys()
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", page) for page in pages.values())


def test_the_words_that_orders_are_built_of_are_no_topics() -> None:
    said = "From now on always look before you leave, never after; keep every receipt in the drawer."
    unit = Unit("shop", "s-1", "session", "Never keep only one", ())
    assert topics_of(unit, said) == ("~look", "~leave", "~receipt", "~drawer")
