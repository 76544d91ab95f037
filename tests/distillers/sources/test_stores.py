"""Finding the agents' own stores and the domains they suggest."""

from __future__ import annotations

import json
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


def test_a_domain_name_is_lower_case_with_dashes() -> None:
    assert [slug(name) for name in ("Web.App", "__x__", "日本", "a b")] == ["web-app", "x", "home", "a-b"]
