"""What the agents on this machine keep: each store with the working folders that its sessions recorded.

One function for each agent. Only where an agent is known to keep sessions is anything looked at, never beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from distillers.sources import cursor, cursor_chat, opencode
from distillers.sources.base import HEAD_BYTES, SourceFile
from distillers.sources.database import Snapshot, is_database
from distillers.sources.gemini import chat_of, folder_of
from distillers.sources.lines import Json, decoded, objects
from distillers.sources.narrow import fields, string
from distillers.sources.unreadable import Unreadable
from distillers.walk import LOG

_NEWEST = 5
"""So many sessions of a project are asked for its folder before it counts as having none."""


@dataclass(frozen=True, slots=True)
class Store:
    """A folder or a database that holds sessions of one agent."""

    kind: str
    """Name of the reader, such as ``claude-code``."""
    path: Path
    files: int
    bytes: int
    domain: str | None = None
    """The proposed domain; None for a store that mixes projects, whose sessions are routed by their folder."""
    folders: tuple[Path, ...] = ()
    """The folders whose sessions belong to the proposed domain: the repository, and worktrees that lie outside it."""
    proposed: tuple[tuple[str, Path], ...] = ()
    """Of a store that mixes projects: each proposed domain with a folder of its own."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A store as it was found, with the working folders that its sessions recorded."""

    store: Store
    recorded: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Homes:
    """Where agents keep their sessions if their own settings say so."""

    claude: Path | None = None
    codex: Path | None = None
    copilot: Path | None = None
    data: Path | None = None
    """The folder of all programs' data, in which OpenCode has one."""


def kept(home: Path, homes: Homes) -> Iterator[Seen]:
    """The stores below ``home``, or where ``homes`` says, that hold sessions."""
    settings = [home / ".claude", home / ".config" / "claude", *([homes.claude] if homes.claude else [])]
    for root in {folder.resolve(): folder for folder in settings}.values():
        yield from _projects(root / "projects")
    for name in ("sessions", "archived_sessions"):
        yield from _rollouts((homes.codex or home / ".codex") / name)
    yield from _gemini(home / ".gemini" / "tmp")
    yield from _copilot((homes.copilot or home / ".copilot") / "session-state")
    yield from _opencode((homes.data or home / ".local" / "share") / "opencode")
    for config in (home / ".config", home / "Library" / "Application Support"):
        yield from _cursor(config / "Cursor" / "User" / "globalStorage" / "state.vscdb")
    yield from _cursor_chats(home / ".cursor" / "chats")


def _projects(folder: Path) -> Iterator[Seen]:
    """Claude Code keeps a folder for each folder it was started in."""
    for project in _folders(folder):
        files = sorted(project.rglob("*.jsonl"))
        if files:
            cwd = next((cwd for file in _newest(files) for cwd in _recorded(file)), None)
            yield Seen(Store("claude-code", project, len(files), _size(files)), (cwd,) if cwd else ())


def _rollouts(folder: Path) -> Iterator[Seen]:
    """Codex keeps all sessions in one folder, by date."""
    files = sorted(path for path in folder.rglob("*") if path.name.endswith((".jsonl", ".jsonl.zst")))
    if files:
        recorded = {cwd for file in files if file.suffix == ".jsonl" for cwd in _recorded(file)}
        yield Seen(Store("codex", folder, len(files), _size(files)), tuple(sorted(recorded)))


def _gemini(folder: Path) -> Iterator[Seen]:
    """Gemini CLI keeps a folder for each project; which one it is, the sessions prove by a hash."""
    files = [path for project in _folders(folder) for path in _logs(project / "chats")]
    by_project: dict[str, list[Path]] = {}
    for path in files:
        by_project.setdefault(path.relative_to(folder).parts[0], []).append(path)
    recorded = (_first(map(_gemini_folder, _newest(logs))) for logs in by_project.values())
    yield from _mixed("gemini", folder, files, recorded)


def _gemini_folder(path: Path) -> str:
    try:
        file = SourceFile.open(path)
        return folder_of(chat_of(file), path)
    except Unreadable:
        return ""


def _copilot(folder: Path) -> Iterator[Seen]:
    """Copilot CLI keeps a folder for each session; older versions a file."""
    files = [path for path in _logs(folder) if path.suffix == ".jsonl"]
    yield from _mixed("copilot", folder, files, (str(cwd) for file in files for cwd in _recorded(file)))


def _opencode(folder: Path) -> Iterator[Seen]:
    """OpenCode keeps all sessions in a database, and what versions before 1.2 left in folders."""
    for path in sorted(folder.glob("opencode*.db")):
        yield from _database("opencode", path, opencode.folders)
    parts = sorted((folder / "storage" / "part").glob("*/*.json"))
    sessions = sorted((folder / "storage" / "session").glob("*/*.json")) if parts else []
    recorded = (string(fields(decoded(_head(path))).get("directory")) for path in sessions)
    yield from _mixed("opencode-files", folder / "storage" / "part", parts, recorded)


def _cursor(path: Path) -> Iterator[Seen]:
    """Cursor's editor keeps all sessions in one database, among much else."""
    yield from _database("cursor", path, cursor.folders)


def _cursor_chats(folder: Path) -> Iterator[Seen]:
    """Cursor's command line agent keeps a database for each session."""
    files = sorted(folder.glob("*/*/store.db"))
    yield from _mixed("cursor-chat", folder, files, map(_chat_folder, files))


def _chat_folder(path: Path) -> str:
    try:
        return cursor_chat.folder_of(SourceFile(path, _head(path)))
    except Unreadable:
        return ""


def _database(kind: str, path: Path, folders: Callable[[Snapshot], Iterator[str]]) -> Iterator[Seen]:
    head = _head(path)
    if is_database(head):
        try:
            recorded = list(folders(SourceFile(path, head).database))
        except Unreadable:
            recorded = []
        yield from _mixed(kind, path, [path], recorded)


def _mixed(kind: str, path: Path, files: list[Path], recorded: Iterable[str]) -> Iterator[Seen]:
    """A store of several projects, if it has any file."""
    if files:
        folders = {Path(folder) for folder in recorded if folder.startswith("/")}
        yield Seen(Store(kind, path, len(files), _size(files)), tuple(sorted(folders)))


def _logs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".json", ".jsonl") and path.is_file())


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _newest(files: list[Path]) -> list[Path]:
    return sorted(files, key=lambda file: (-_stat(file)[1], file))[:_NEWEST]


def _stat(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _size(files: list[Path]) -> int:
    return sum(_stat(path)[0] for file in files for path in (file, Path(f"{file}{LOG}")))


def _recorded(file: Path) -> Iterator[Path]:
    """The first working folder that a session's records name."""
    for record in objects(_head(file), whole=False, limit=40):
        if cwd := _cwd(record):
            yield Path(cwd)
            return


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError:
        return b""


def _cwd(record: Json) -> str:
    """The working folder that a record of Claude Code, Codex or Copilot names."""
    places = (record, fields(record.get("payload")), fields(fields(record.get("data")).get("context")))
    return _first(cwd for place in places if (cwd := string(place.get("cwd"))).startswith("/"))
