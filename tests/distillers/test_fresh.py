"""What of a batch is to be stored: a look at the ids says what DuckDB says of all rows."""

from pathlib import Path
from typing import Any, cast

import pyarrow
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from distillers.fresh import judged
from distillers.intake import KEYS
from distillers.record import shards
from distillers.record.apart import Apart
from distillers.record.events import Event
from distillers.record.rows import columns_of, rows_of
from distillers.record.tables import ArrowTable, table_of
from scheduling.ledger.store import Ledger
from scheduling.runs import running

pa = cast("Any", pyarrow)
ROWS = st.lists(
    st.tuples(st.sampled_from(["shop", "till"]), st.integers(0, 3), st.sampled_from("abc"), st.integers(1, 3)),
    max_size=12,
)


def table(rows: list[tuple[str, int, str, int]], via: str) -> ArrowTable:
    """One row for each (domain, event, file, line), each place once."""
    events = [
        (domain, Event(f"{own:016x}", f"unit-{own % 2}", "session", "", "human", "message", "x", f"/{file}", line))
        for domain, own, file, line in dict.fromkeys(rows)
    ]
    made = [row for domain, event in events for row in rows_of([domain], [event])]
    return table_of(columns_of(made), via)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, ROWS.filter(bool), st.sampled_from(["shop", "other"]))
def test_a_look_at_the_ids_tells_what_a_comparison_of_all_rows_tells(
    tmp_path_factory: Any, stored: list[tuple[str, int, str, int]], batch: list[tuple[str, int, str, int]], via: str
) -> None:
    home: Path = tmp_path_factory.mktemp("fresh")
    ledger = Ledger(home / "ledger.db")
    archive = Apart(home / "archive", ledger)
    held = table(stored, via)
    with running(ledger, "operator", "test") as run:
        for domain in sorted(set(held.column("domain").to_pylist())):
            rows = held.filter(pa.array([one == domain for one in held.column("domain").to_pylist()]))
            shard = shards.write_shard(archive.root, domain, rows)
            with run.change("archive", shard.name) as book:
                shards.register(book, shard, run.id)
    keys = table(batch, "shop").select(KEYS)
    keys = keys.append_column("n", pa.array(range(keys.num_rows), pa.int64()))
    by_ids, by_rows = judged(archive, keys, "shop", []), judged(archive, keys, "shop", ["/nothing"])
    archive.close()
    assert by_ids.to_pylist() == by_rows.to_pylist()
