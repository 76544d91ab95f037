"""Logs that were packed away, and packed logs that are cut."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from distillers.sources import Skip, SourceFile, Unreadable, recognise

CASE = Path(__file__).parent / "cases" / "codex" / "rollout.jsonl"


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("pack", [zstd, gzip.compress], ids=["zstd", "gzip"])
def test_a_packed_log_gives_the_events_of_the_plain_one(pack: object, tmp_path: Path) -> None:
    assert callable(pack)
    path = tmp_path / "rollout.jsonl.zst"
    path.write_bytes(pack(CASE.read_bytes()))
    reader, plain = recognise(path), recognise(CASE)
    assert not isinstance(reader, Skip)
    assert not isinstance(plain, Skip)
    ids = [getattr(event, "id", "") for event in reader.read(SourceFile.open(path))]
    assert ids == [getattr(event, "id", "") for event in plain.read(SourceFile.open(CASE))]


@pytest.mark.parametrize("pack", [zstd, gzip.compress], ids=["zstd", "gzip"])
def test_a_packed_log_that_is_cut_is_unreadable(pack: object, tmp_path: Path) -> None:
    assert callable(pack)
    path = tmp_path / "rollout.jsonl.zst"
    path.write_bytes(pack(CASE.read_bytes())[:200])
    with pytest.raises(Unreadable, match=r"rollout\.jsonl\.zst"):
        recognise(path)


@pytest.mark.parametrize("pack", [zstd, gzip.compress], ids=["zstd", "gzip"])
def test_a_few_bytes_that_unpack_to_very_many_are_unreadable(pack: object, tmp_path: Path) -> None:
    assert callable(pack)
    path = tmp_path / "rollout.jsonl.zst"
    path.write_bytes(pack(b'{"a":1}\n' * 2_000_000))
    with pytest.raises(Unreadable, match="that is no log"):
        recognise(path)


def test_no_more_is_unpacked_than_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("distillers.sources.packed.LARGEST", 1000)
    path = tmp_path / "rollout.jsonl.gz"
    path.write_bytes(gzip.compress(CASE.read_bytes()))
    with pytest.raises(Unreadable, match="more than 1000 bytes"):
        recognise(path)


def test_a_small_log_may_be_as_dense_as_it_likes(tmp_path: Path) -> None:
    path = tmp_path / "rollout.jsonl.gz"
    path.write_bytes(gzip.compress(CASE.read_bytes() * 100))
    assert not isinstance(recognise(path), Skip)


def test_what_unpacks_is_loaded_when_there_is_something_to_unpack() -> None:
    probe = "import sys, distillers.sources; print('pyarrow' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_a_log_whose_every_line_is_bad_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"type":"user","mess\n{"type":"user"\n', "utf-8")
    reader = recognise(path)
    assert not isinstance(reader, Skip)
    with pytest.raises(Unreadable, match="no line is one"):
        list(reader.read(SourceFile.open(path)))


def test_a_file_that_may_not_be_read_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot read"):
        recognise(tmp_path / "absent.jsonl")


def test_a_first_record_longer_than_the_head_is_recognised(tmp_path: Path) -> None:
    first, rest = CASE.read_text("utf-8").split("\n", 1)
    path = tmp_path / "a.jsonl"
    path.write_text(first.replace("You are an agent.", "You are an agent. " * 9000) + "\n" + rest, "utf-8")
    reader = recognise(path)
    assert not isinstance(reader, Skip)
    assert reader.name == "codex"
