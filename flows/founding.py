"""Making a workspace: its settings file, its folders and its key. Nothing is collected here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from distillers.fetch.base import FetchError
from distillers.fetch.repository import open_repository
from distillers.record.redact import load_key
from distillers.sources.stores import Store
from flows.source_tables import domain_name, repo_name
from scheduling.base.errors import UsageError
from scheduling.base.workspace import SETTINGS, Workspace
from scheduling.ledger.store import Ledger
from wiki import guard
from wiki.site import BUILT, unwritten

PROJECT = Path(__file__).resolve().parents[1]
SAMPLE = PROJECT / "examples" / "sample"

HEADER = """\
# Settings of this Stillhouse workspace. Every key is explained in the README.
"""

OTHERS = ("github", "git", "notes")
STORE = "[[stores]]  # sessions of several projects: each goes to the domain whose paths hold its folder\n"
FOOTER = """
[schedule]
nightly = "0 2 * * *"
daily = "0 7 * * *"
timezone = "UTC"
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new workspace will collect: sources and working folders by domain, and stores that mix projects.

    ``others`` are (kind, place) of sources that are no plain logs: ``github``, ``git`` and ``notes``.
    """

    sources: Mapping[str, Sequence[Path]]
    folders: Mapping[str, Sequence[Path]] = field(default_factory=dict[str, Sequence[Path]])
    stores: Sequence[Path] = ()
    others: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict[str, Sequence[tuple[str, str]]])

    def toml(self) -> str:
        """The settings file that says it."""
        parts = [HEADER]
        for name in sorted(self.sources):
            parts.append(f"\n[domains.{name}]\n")
            if self.folders.get(name):
                parts.append(f"paths = {_array(self.folders[name])}\n")
            rows = [f"path = {_quoted(path)}" for path in self.sources[name]]
            rows += [_other(kind, place) for kind, place in self.others.get(name, ())]
            parts.append("sources = [\n" + "".join(f"  {{ {row} }},\n" for row in rows) + "]\n")
        parts += [f"\n{STORE}path = {_quoted(path)}\n" for path in self.stores]
        parts.append(FOOTER)
        return "".join(parts)


def from_words(words: Sequence[str]) -> Plan:
    """The plan that words like ``DOMAIN=PATH`` make, or ``DOMAIN=github:OWNER/NAME``, ``DOMAIN=git:PATH``,
    ``DOMAIN=notes:PATH``. Raises UsageError for a bad domain or repository name, or a path that is not there.
    """
    sources: dict[str, list[Path]] = {}
    others: dict[str, list[tuple[str, str]]] = {}
    for word in words:
        name, equals, path = word.partition("=")
        if not equals or not path:
            raise UsageError(f"--source {word}: write it as DOMAIN=PATH")
        try:
            domain_name(name)
        except ValueError as error:
            raise UsageError(f"--source {word}: {error}") from error
        known = sources.setdefault(name, [])
        kind, colon, place = path.partition(":")
        if colon and kind in OTHERS:
            others.setdefault(name, []).append((kind, _place(word, kind, place)))
        elif (where := _existing(word, path)) not in known:
            known.append(where)
    return Plan(sources, others=others)


def from_stores(stores: Sequence[Store]) -> Plan:
    """The plan that the agents' own stores suggest: one domain per repository, mixed stores routed by folder."""
    sources: dict[str, list[Path]] = {}
    folders: dict[str, list[Path]] = {}
    mixed: list[Path] = []
    for store in stores:
        if store.domain is None:
            mixed.append(store.path)
            continue
        sources.setdefault(store.domain, []).append(store.path)
        folders.setdefault(store.domain, []).extend(
            folder for folder in store.folders if folder not in folders.get(store.domain, [])
        )
    for store in stores:
        for name, folder in store.proposed:
            sources.setdefault(name, [])
            if folder not in folders.setdefault(name, []):
                folders[name].append(folder)
    return Plan(sources, folders, mixed)


def sample() -> Plan:
    """The plan for the sample that is bundled with the source tree."""
    if not SAMPLE.is_dir():
        raise UsageError(
            "the bundled sample is not here", hint="name your own logs: stillhouse init DIR --source DOMAIN=PATH"
        )
    return Plan({"tidewatch": [SAMPLE / "sessions", SAMPLE / "codex", SAMPLE / "tickets"]})


def found(root: Path, plan: Plan) -> Workspace:
    """Makes the workspace ``root``, parents too. Raises UsageError where it may not or cannot."""
    check_place(root)
    space = Workspace(root)
    try:
        for folder in (space.state, space.drafts, space.published):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{root} cannot be made: {error.strerror}", hint="choose another folder") from error
    space.state.chmod(0o700)  # its ledger holds what approves articles
    load_key(space.secret)
    Ledger(space.ledger)
    guard.ensure(space.wiki)
    (root / ".gitignore").write_text(f".stillhouse/\n{BUILT}/\n", "utf-8")
    write_site(space)
    space.settings.write_text(plan.toml(), "utf-8")
    return space


def write_site(space: Workspace) -> list[str]:
    """Writes what MkDocs needs to show the wiki, as far as it is not there or old; returns their names."""
    missing = unwritten(space.root)
    for name, text in missing.items():
        (space.root / name).write_text(text, "utf-8")
    return sorted(missing)


def check_place(root: Path) -> None:
    """Raises UsageError if no workspace may be made at ``root``."""
    packages = [PROJECT / name for name in ("flows", "content", "wiki", "distillers", "scheduling", "tests")]
    if root == PROJECT or any(root == package or package in root.parents for package in packages):
        raise UsageError(f"{root} is Stillhouse's own source", hint="choose another folder")
    if (root / SETTINGS).exists():
        raise UsageError(f"{root} is a workspace already", hint=f"edit {root / SETTINGS}")
    if root.exists() and not root.is_dir():
        raise UsageError(f"{root} is a file", hint="choose another folder")
    if root.is_dir() and any(root.iterdir()):
        raise UsageError(f"{root} is not empty and no workspace", hint="choose a new or an empty folder")


def _place(word: str, kind: str, place: str) -> str:
    if kind != "github":
        where = _existing(word, place)
        if kind == "git":
            _repository(word, where)
        return str(where)
    try:
        return repo_name(place)
    except ValueError as error:
        raise UsageError(f"--source {word}: {error}") from error


def _repository(word: str, where: Path) -> None:
    try:
        open_repository(where)
    except FetchError as error:
        raise UsageError(f"--source {word}: {error.message}", hint="name the top folder of a repository") from error


def _existing(word: str, path: str) -> Path:
    where = Path(path).expanduser().absolute()
    if not where.exists():
        raise UsageError(f"--source {word}: {where} does not exist")
    return where


def _other(kind: str, place: str) -> str:
    return f'kind = "{kind}", {"repo" if kind == "github" else "path"} = {_quoted(Path(place))}'


def _quoted(path: Path) -> str:
    return json.dumps(str(path), ensure_ascii=False)


def _array(paths: Sequence[Path]) -> str:
    return "[" + ", ".join(_quoted(path) for path in paths) + "]"
