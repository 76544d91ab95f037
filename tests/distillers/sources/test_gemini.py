"""A Gemini CLI session has the same events in both its forms and however often it is written again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from distillers.record.events import Event
from distillers.sources import Skip, SourceFile, recognise_file

CASES = Path(__file__).parent / "cases" / "gemini"


def events(data: bytes, path: Path = Path("/logs/chats/session.json")) -> list[Event]:
    file = SourceFile(path, data)
    reader = recognise_file(file)
    assert not isinstance(reader, Skip)
    assert reader.name == "gemini"
    return [item for item in reader.read(file) if isinstance(item, Event)]


def document() -> dict[str, Any]:
    return json.loads((CASES / "whole.json").read_text("utf-8"))


def test_a_rewritten_session_keeps_the_ids_of_what_did_not_change() -> None:
    grown = document()
    before = events(json.dumps(grown | {"messages": grown["messages"][:2]}, indent=2).encode())
    grown["messages"].append({"id": "w4", "timestamp": "2026-03-02T09:00:05.000Z", "type": "user", "content": "more"})
    grown["directories"] = ["/home/ada/docs", "/home/ada/kiln"]
    after = events(json.dumps(grown, indent=2).encode())
    assert {event.id for event in before} < {event.id for event in after}
    assert [event.text for event in after][-2:] == ["more", "A glaze"]


def test_a_session_on_one_line_and_one_in_records_give_the_events_of_the_document() -> None:
    whole = document()
    meta = {name: value for name, value in whole.items() if name not in ("messages", "summary")}
    lines = [meta, *whole["messages"], {"$set": {"summary": whole["summary"]}}]
    forms = (
        (CASES / "whole.json").read_bytes(),
        json.dumps(whole).encode(),
        b"".join(json.dumps(line).encode() + b"\n" for line in lines),
    )
    told = [[(event.id, event.text, event.folder) for event in events(form)] for form in forms]
    assert told[0] == told[1] == told[2]


def test_a_long_session_is_recognised_by_its_opening() -> None:
    whole = document()
    whole["messages"][0]["content"] = "make the glaze " * 9000
    assert events(json.dumps(whole, indent=2).encode())[0].text.startswith("make the glaze")


def test_only_a_folder_with_the_projects_hash_is_believed(tmp_path: Path) -> None:
    chats = tmp_path / ".gemini" / "tmp" / "kiln" / "chats"
    chats.mkdir(parents=True)
    whole = document()
    whole["messages"] = whole["messages"][:1]
    whole["directories"] = ["/home/eve"]
    (chats.parent / ".project_root").write_text("/home/eve/bank")
    data = json.dumps(whole).encode()
    assert {event.folder for event in events(data, chats / "session.json")} == {""}
    (chats.parent / ".project_root").write_text("/home/ada/kiln\n")
    assert {event.folder for event in events(data, chats / "session.json")} == {"/home/ada/kiln"}
    assert whole["projectHash"] == hashlib.sha256(b"/home/ada/kiln").hexdigest()


def test_a_domains_own_folder_is_tried_too(tmp_path: Path) -> None:
    whole = document() | {"messages": document()["messages"][:1]}
    file = SourceFile(tmp_path / "session.json", json.dumps(whole).encode(), folders=("/home/eve", "/home/ada/kiln"))
    reader = recognise_file(file)
    assert not isinstance(reader, Skip)
    assert {item.folder for item in reader.read(file) if isinstance(item, Event)} == {"/home/ada/kiln"}
