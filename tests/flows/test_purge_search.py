"""The search by which a purge is proved finds a text in every kind of store; else its proofs would say nothing."""

import base64
import json
import pickle
import quopri
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from distillers.record.readings import spellings
from flows.purge_search import search
from scheduling.base.workspace import Workspace

TEXT = 'Zoë\'s "secret" garden & shed'


def found(root: Path) -> list[str]:
    return search(Workspace(root), spellings(TEXT))


WAYS = {
    "plain": TEXT.encode(),
    "json": json.dumps({"a": TEXT}).encode(),
    "json in json": json.dumps({"a": json.dumps([TEXT])}).encode(),
    "raw json": json.dumps([TEXT], ensure_ascii=False).encode(),
    "address": f"https://example.invalid/?q={quote(TEXT)}".encode(),
    "address with small digits": quote(TEXT, safe="").replace("%C3%AB", "%c3%ab").encode(),
    **{f"base64 after {n}": base64.b64encode(b"x" * n + TEXT.encode() + b"yz") for n in range(6)},
    **{f"base64 of Latin-1 after {n}": base64.b64encode(b"\xe9" * n + TEXT.encode("latin-1")) for n in range(3)},
    "hex": (b"\xff\xfe" + TEXT.encode()).hex().encode(),
    "hex of Latin-1, capitals": TEXT.encode("latin-1").hex().upper().encode(),
    "wrapped hex": b"\n".join(b"%b" % TEXT.encode().hex()[at : at + 9].encode() for at in range(0, 80, 9)),
    "quoted-printable": quopri.encodestring(b"- " * 50 + TEXT.encode()),
    "quoted-printable of Latin-1": quopri.encodestring(b"- " * 50 + TEXT.encode("latin-1")),
    "wrapped base64": base64.encodebytes(b"x" * 50 + TEXT.encode() + b"y" * 90),
    "a pickle, wrapped, in JSON": json.dumps({"r": base64.encodebytes(pickle.dumps({"t": TEXT})).decode()}).encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_in_a_plain_file_in_any_form(tmp_path: Path, way: str) -> None:
    (tmp_path / "file").write_bytes(b"before " * 100 + WAYS[way] + b" after" * 100)
    assert found(tmp_path) == ["file"]


def test_across_the_blocks_of_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.purge_search.WRAPPED", 10)
    monkeypatch.setattr("flows.purge_search.BLOCK", 64)
    (tmp_path / "file").write_bytes(b"-" * 50 + TEXT.encode() + b"-" * 500)
    assert found(tmp_path) == ["file"]


def test_in_the_rows_of_a_compressed_parquet_file(tmp_path: Path) -> None:
    table = pa.table({"text": ["x" * 5000, TEXT * 3], "refs": [["a"], ["b", "c"]]})
    pq.write_table(table, tmp_path / "a.parquet", compression="zstd")
    assert "a.parquet (rows)" in found(tmp_path)
    pq.write_table(pa.table({"refs": [["a"], [TEXT]]}), tmp_path / "a.parquet", compression="zstd")
    assert "a.parquet (rows)" in found(tmp_path)


def test_in_a_table_of_a_database_and_in_what_was_deleted_from_it(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "a.db")
    base.execute("CREATE TABLE told (what TEXT)")
    base.execute("INSERT INTO told VALUES (?)", (TEXT,))
    base.commit()
    assert "a.db (told.what)" in found(tmp_path)
    base.execute("PRAGMA secure_delete = OFF")
    base.execute("DELETE FROM told")
    base.commit()
    base.close()
    assert found(tmp_path) == ["a.db"]


def test_in_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / TEXT).touch()
    assert found(tmp_path) == [f"{TEXT} (its name)"]


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("Zoë's garden")
    assert found(tmp_path) == []
