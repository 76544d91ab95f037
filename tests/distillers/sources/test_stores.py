"""Finding the agents' own stores and the domains they suggest."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from distillers.sources.stores import find_stores, slug


def session(path: Path, cwd: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    first = {"type": "file-history-snapshot", "snapshot": {}}
    turn = {"type": "user", "sessionId": "s", "cwd": str(cwd), "message": {"role": "user", "content": "hi"}}
    path.write_text(json.dumps(first) + "\n" + json.dumps(turn) + "\n", "utf-8")


def rollout(path: Path, cwd: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"type": "session_meta", "payload": {"id": "r", "cwd": str(cwd)}}) + "\n", "utf-8")


def repository(path: Path) -> Path:
    (path / ".git").mkdir(parents=True)
    return path


def test_a_home_without_agents_has_no_stores(tmp_path: Path) -> None:
    assert find_stores(tmp_path) == []


def test_subfolders_and_worktrees_belong_to_their_repository(tmp_path: Path) -> None:
    shop = repository(tmp_path / "code" / "shop")
    (shop / "api").mkdir()
    apart = tmp_path / "trees" / "shop-fix"
    apart.mkdir(parents=True)
    (apart / ".git").write_text(f"gitdir: {shop}/.git/worktrees/shop-fix\n", "utf-8")
    projects = tmp_path / ".claude" / "projects"
    session(projects / "-a" / "1.jsonl", shop)
    session(projects / "-b" / "2.jsonl", shop / "api")
    session(projects / "-c" / "3.jsonl", apart)
    session(projects / "-c" / "3" / "subagents" / "agent-1.jsonl", apart)
    found = find_stores(tmp_path)
    assert [(store.kind, store.path.name, store.files, store.domain) for store in found] == [
        ("claude-code", "-a", 1, "shop"),
        ("claude-code", "-b", 1, "shop"),
        ("claude-code", "-c", 2, "shop"),
    ]
    assert found[0].bytes == (projects / "-a" / "1.jsonl").stat().st_size
    assert [store.folders for store in found] == [(shop,), (shop,), (shop, apart)]


def test_repositories_of_one_name_are_told_apart(tmp_path: Path) -> None:
    projects = tmp_path / ".claude" / "projects"
    session(projects / "-a" / "1.jsonl", repository(tmp_path / "acme" / "Web.App"))
    session(projects / "-b" / "1.jsonl", repository(tmp_path / "zoo" / "Web.App"))
    assert [store.domain for store in find_stores(tmp_path)] == ["acme-web-app", "zoo-web-app"]


def test_a_repository_that_is_gone_keeps_its_subfolders(tmp_path: Path) -> None:
    projects = tmp_path / ".claude" / "projects"
    session(projects / "-a" / "1.jsonl", tmp_path / "gone" / "kiln")
    session(projects / "-b" / "1.jsonl", tmp_path / "gone" / "kiln" / "docs")
    session(projects / "-c" / "1.jsonl", tmp_path / "gone" / "kiln" / ".worktrees" / "2")
    assert {store.domain for store in find_stores(tmp_path)} == {"kiln"}


def test_a_home_under_version_control_is_no_project(tmp_path: Path) -> None:
    repository(tmp_path)
    notes = tmp_path / "notes"
    notes.mkdir()
    session(tmp_path / ".claude" / "projects" / "-a" / "1.jsonl", notes)
    assert [store.domain for store in find_stores(tmp_path)] == ["notes"]


def test_a_store_without_folders_is_unsorted(tmp_path: Path) -> None:
    path = tmp_path / ".claude" / "projects" / "-a" / "1.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("{}\n", "utf-8")
    assert [store.domain for store in find_stores(tmp_path)] == ["unsorted"]


def test_codex_mixes_projects_and_proposes_a_domain_for_each(tmp_path: Path) -> None:
    shop, kiln = repository(tmp_path / "shop"), repository(tmp_path / "kiln")
    rollout(tmp_path / ".codex" / "sessions" / "2026" / "01" / "02" / "rollout-a.jsonl", shop)
    rollout(tmp_path / ".codex" / "sessions" / "2026" / "01" / "03" / "rollout-b.jsonl", kiln / "docs")
    [store] = find_stores(tmp_path)
    assert (store.kind, store.files, store.domain) == ("codex", 2, None)
    assert set(store.proposed) == {("shop", shop), ("kiln", kiln)}


def test_the_agents_own_settings_move_their_stores(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    session(tmp_path / "elsewhere" / "projects" / "-a" / "1.jsonl", shop)
    rollout(tmp_path / "cx" / "sessions" / "rollout-a.jsonl", shop)
    found = find_stores(tmp_path / "home", claude=tmp_path / "elsewhere", codex=tmp_path / "cx")
    assert [store.kind for store in found] == ["claude-code", "codex"]


def chat(path: Path, cwd: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {"sessionId": "g", "projectHash": hashlib.sha256(str(cwd).encode()).hexdigest(), "messages": []}
    path.write_text(json.dumps(whole), "utf-8")
    (path.parent.parent / ".project_root").write_text(str(cwd))


def store(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as rows:
        rows.executescript(script)
    return path


def test_gemini_and_copilot_mix_projects(tmp_path: Path) -> None:
    shop, kiln = repository(tmp_path / "shop"), repository(tmp_path / "kiln")
    chat(tmp_path / ".gemini" / "tmp" / "shop" / "chats" / "session-1.json", shop)
    chat(tmp_path / ".gemini" / "tmp" / "0ab1" / "chats" / "session-2.json", kiln / "docs")
    start = {"type": "session.start", "id": "e", "data": {"sessionId": "c", "context": {"cwd": str(kiln)}}}
    events = tmp_path / ".copilot" / "session-state" / "c" / "events.jsonl"
    events.parent.mkdir(parents=True)
    events.write_text(json.dumps(start) + "\n", "utf-8")
    gemini, copilot = find_stores(tmp_path)
    assert (gemini.kind, gemini.path, gemini.files, gemini.domain) == ("gemini", tmp_path / ".gemini" / "tmp", 2, None)
    assert set(gemini.proposed) == {("shop", shop), ("kiln", kiln)}
    assert (copilot.kind, copilot.files, copilot.proposed) == ("copilot", 1, (("kiln", kiln),))


def test_opencode_is_its_database_and_its_old_folders(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    home = tmp_path / "share" / "opencode"
    database = store(
        home / "opencode.db",
        f"""CREATE TABLE session (id, directory); INSERT INTO session VALUES ('s', '{shop}');
        CREATE TABLE message (id, session_id, time_created, data);
        CREATE TABLE part (id, message_id, session_id, data)""",
    )
    session = home / "storage" / "session" / "p" / "ses_1.json"
    part = home / "storage" / "part" / "msg_1" / "prt_1.json"
    for path, value in ((session, {"id": "ses_1", "directory": str(shop)}), (part, {"id": "prt_1"})):
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(value), "utf-8")
    (home / "auth.json").write_text("{}")
    (home / "opencode-broken.db").write_bytes(database.read_bytes()[:200])
    found = find_stores(tmp_path, data=tmp_path / "share")
    assert [(store.kind, store.path.name, store.files, store.proposed) for store in found] == [
        ("opencode", "opencode-broken.db", 1, ()),
        ("opencode", "opencode.db", 1, (("shop", shop),)),
        ("opencode-files", "part", 1, (("shop", shop),)),
    ]


def test_cursor_is_the_editors_database_and_the_agents_chats(tmp_path: Path) -> None:
    shop, kiln = repository(tmp_path / "shop"), repository(tmp_path / "kiln")
    composer = json.dumps({"workspaceIdentifier": {"uri": {"fsPath": str(shop)}}})
    store(
        tmp_path / ".config" / "Cursor" / "User" / "globalStorage" / "state.vscdb",
        f"CREATE TABLE cursorDiskKV (key, value); INSERT INTO cursorDiskKV VALUES ('composerData:c', '{composer}')",
    )
    told = {"role": "user", "content": f"<user_info>\nWorkspace Path: {kiln}\n</user_info>"}
    md5 = hashlib.md5(str(kiln).encode()).hexdigest()
    store(
        tmp_path / ".cursor" / "chats" / md5 / "c" / "store.db",
        f"""CREATE TABLE blobs (id, data); INSERT INTO blobs VALUES ('b', '{json.dumps(told)}');
        CREATE TABLE meta (key, value)""",
    )
    found = find_stores(tmp_path)
    assert [(store.kind, store.files, store.domain, store.proposed) for store in found] == [
        ("cursor", 1, None, (("shop", shop),)),
        ("cursor-chat", 1, None, (("kiln", kiln),)),
    ]


def test_a_domain_name_is_lower_case_with_dashes() -> None:
    assert [slug(name) for name in ("Web.App", "__x__", "日本", "a b")] == ["web-app", "x", "home", "a-b"]
