"""Rows that are packed without Arrow are the table that Arrow makes of them."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from distillers.record.events import Event
from distillers.record.rows import Row, columns_of, pack
from distillers.record.tables import table_of, unpacked

EVENT = Event("0" * 16, "s1", "session", "2026-01-01T00:00:00.000Z", "human", "message", "say", "/logs/a.jsonl", 3)
TEXTS = st.text(max_size=12)


@given(
    st.lists(
        st.builds(
            lambda text, title, labels, refs, line, told: replace(
                EVENT, text=text, title=title, labels=labels, refs=refs, line=line, prose=told, failed=not told
            ),
            TEXTS,
            TEXTS,
            st.lists(TEXTS, max_size=3).map(tuple),
            st.lists(TEXTS, max_size=3).map(tuple),
            st.integers(1, 2**40),
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_packed_rows_are_the_table_of_their_columns(events: list[Event]) -> None:
    rows = [Row("shop", number, event) for number, event in enumerate(events)]
    table = unpacked(pack(rows), "shop")
    table.validate(full=True)
    assert table.equals(table_of(columns_of(rows), "shop"))


def test_no_rows_are_packed_as_nothing() -> None:
    assert pack([]) == {}
