"""The settings of a workspace: the only module that reads configuration files; everything below gets typed values.

``stillhouse.toml`` is read once and checked; any mistake becomes one line that names the file, the key and the way out.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from content.pillars import Pillar
from distillers.code.places import Place, place
from distillers.consent import Consent
from distillers.fetch.base import Target
from distillers.walk import SourceSpec
from flows.agent_tables import organised
from flows.mistakes import first_mistake
from flows.settings_tables import Described, SettingsFile, keys_at
from flows.source_tables import NotesTable, SourceTable, target
from flows.surroundings import cores, find, variables
from scheduling.base.errors import UsageError
from scheduling.base.workspace import SETTINGS, Workspace
from scheduling.seats import Seat
from wiki.remote import Remote


class Settings(Described):
    """Everything a command needs to know, checked. ``root`` is the workspace's absolute path."""

    root: Path
    pillars: tuple[Pillar, ...]

    @property
    def workspace(self) -> Workspace:
        """The folders and files of the workspace."""
        return Workspace(self.root)

    @property
    def remote(self) -> Remote | None:
        """Where the wiki is kept beside this machine, if anywhere; ssh finds keys and agent as it always does."""
        return Remote(self.wiki.remote, variables(("HOME", "SSH_AUTH_SOCK"))) if self.wiki.remote else None

    @property
    def filers(self) -> int:
        """How many domains are filed at a time."""
        return self.wiki.workers or cores()

    @property
    def sources(self) -> tuple[SourceSpec, ...]:
        """The sources that are files, in a fixed order: each domain's own, then the stores that mix projects."""
        owned = [
            SourceSpec(name, source.kind, source.path)
            for name, table in sorted(self.domains.items())
            for source in table.sources
            if isinstance(source, SourceTable | NotesTable)
        ]
        return (*owned, *(SourceSpec(None, source.kind, source.path) for source in self.stores))

    @property
    def targets(self) -> tuple[Target, ...]:
        """The sources that must be fetched before they are files, in a fixed order."""
        return tuple(
            found
            for name, table in sorted(self.domains.items())
            for source in table.sources
            if (found := target(name, source))
        )

    @property
    def repositories(self) -> dict[str, tuple[Place, ...]]:
        """Where each domain's code lies: what its tickets come from, and its folders (one may be no repository)."""
        files = [source.path for source in self.sources]
        fetched = [(target.domain, Path(target.place)) for target in self.targets if target.kind == "git"]
        roots = {name: [*(at for owner, at in fetched if owner == name), *self.folders[name]] for name in self.folders}
        return {name: tuple(dict.fromkeys(place(root, files) for root in some)) for name, some in roots.items()}

    @property
    def organisation(self) -> tuple[Seat, ...]:
        """The seats as they are described here."""
        return tuple(organised(self.seats).values())

    @property
    def sharing(self) -> tuple[str, ...]:
        """The domains whose knowledge may be filed where all read it, without a name, if another found it too."""
        return tuple(name for name, table in sorted(self.domains.items()) if table.share)

    @property
    def names(self) -> frozenset[str]:
        """What the domains are called: by these settings, by their folders, by where their sources lie."""
        folders = [path.name for table in self.domains.values() for path in table.paths]
        fetched = [part for target in self.targets for part in target.place.split("/")[-2:]]
        return frozenset({*self.domains, *folders, *fetched} - {"", "git", "github"})

    @property
    def distiller(self) -> str:
        """The agent that sits on the distiller's seat, "" if none does."""
        seat = self.seats.get("distiller")
        return seat.agent if seat else ""

    @property
    def withheld(self) -> Consent:
        """What people marked "do not use" here; markers in folders are found where they lie."""
        return Consent(frozenset(self.consent.sessions), tuple(map(str, self.consent.folders)))

    @property
    def gitleaks(self) -> Path | None:
        """The gitleaks rule file, if one is named."""
        path = self.redaction.gitleaks
        return self.root / path.expanduser() if path else None

    @property
    def folders(self) -> dict[str, tuple[Path, ...]]:
        """Working folders by the domain that owns them."""
        return {name: table.paths for name, table in sorted(self.domains.items())}

    def domain(self, name: str | None) -> str:
        """``name`` if it is a domain here; the only one if none is named. Raises UsageError otherwise."""
        known = sorted(self.domains)
        if name is None:
            if len(known) == 1:
                return known[0]
            raise UsageError("this workspace has several domains", hint=f"choose one with --domain: {', '.join(known)}")
        if name not in self.domains:
            raise UsageError(f"there is no domain {name!r} in this workspace", hint=f"known: {', '.join(known)}")
        return name


def here(start: Path | None) -> Settings:
    """The settings of the workspace to use, which :func:`flows.surroundings.find` finds."""
    return load(find(start))


def load(root: Path) -> Settings:
    """Reads and checks the settings of the workspace ``root``. Raises UsageError naming the file and the key."""
    path = Workspace(root).settings
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise UsageError(
            f"{root} is no workspace: it has no {SETTINGS}", hint=f"make one with: stillhouse init {root}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from error
    try:
        parsed = SettingsFile.model_validate(table)
    except ValidationError as error:
        raise UsageError(f"{path}: {first_mistake(error, keys_at)}") from error
    described = {name: getattr(parsed, name) for name in Described.model_fields}
    pillars = tuple(table.named(name) for name, table in sorted(parsed.pillars.items()))
    return Settings(root=root, pillars=pillars, **described)
