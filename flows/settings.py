"""The settings of a workspace: the only module that reads configuration files; everything below gets typed values.

``stillhouse.toml`` is read once and checked; any mistake becomes one line that names the file, the key and the way out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    PositiveInt,
    ValidationError,
    model_validator,
)

from content.pillars import Pillar
from distillers.consent import Consent
from distillers.fetch.base import Target
from distillers.walk import SourceSpec
from flows.agent_tables import (
    AgentName,
    AgentTable,
    BudgetTable,
    HouseTable,
    PriceTable,
    SeatName,
    SeatTable,
    organised,
)
from flows.embedding import RetrievalTable
from flows.mistakes import first_mistake
from flows.redaction_tables import PatternTable, RedactionTable
from flows.source_tables import (
    AbsolutePath,
    DomainName,
    DomainTable,
    GithubTable,
    GitTable,
    NotesTable,
    SourceTable,
    Table,
    target,
)
from flows.surroundings import cores, find, variables
from scheduling.base.errors import UsageError
from scheduling.base.workspace import SETTINGS, Workspace
from scheduling.seats import Seat
from wiki.ages import DAYS
from wiki.remote import Remote, address

RemoteAddress = Annotated[str, AfterValidator(address)]


class PillarTable(Table):
    """A standing theme for articles, fed by the pages that its globs (``domain/page``) match."""

    pages: tuple[str, ...]
    hub: str = ""
    questions: tuple[str, ...] = ()
    cadence: Literal["daily", "weekly", "monthly"] = "weekly"


class ScheduleTable(Table):
    """When ``serve`` starts the flows: cron expressions in ``timezone`` (an IANA name)."""

    nightly: str = "0 2 * * *"
    daily: str = "0 7 * * *"
    timezone: str = "UTC"


class PrefectTable(Table):
    """``api_url``: use a Prefect server of your own instead of the workspace's."""

    api_url: str = ""


class ConsentTable(Table):
    """What must not be used: sessions (or tickets) by id; folders of logs, or that sessions recorded as theirs."""

    sessions: tuple[str, ...] = ()
    folders: tuple[AbsolutePath, ...] = ()


class WikiTable(Table):
    """``remote``: a git remote that people push to; ``stale_days``: what nobody confirmed for longer is in doubt.

    ``workers``: how many domains are filed at a time, by default as many as there are cores.
    """

    remote: RemoteAddress | None = None
    stale_days: PositiveInt = DAYS
    workers: PositiveInt | None = None


class _File(Table):
    domains: dict[DomainName, DomainTable]
    stores: tuple[SourceTable, ...] = ()
    pillars: dict[str, PillarTable] = Field(default_factory=dict[str, PillarTable])
    schedule: ScheduleTable = ScheduleTable()
    prefect: PrefectTable = PrefectTable()
    consent: ConsentTable = ConsentTable()
    wiki: WikiTable = WikiTable()
    redaction: RedactionTable = RedactionTable()
    agents: dict[AgentName, AgentTable] = Field(default_factory=dict[str, AgentTable])
    seats: dict[SeatName, SeatTable] = Field(default_factory=dict[str, SeatTable])
    budget: HouseTable = HouseTable()
    retrieval: RetrievalTable = RetrievalTable()

    @model_validator(mode="after")
    def _seated(self) -> Self:
        for name, seat in self.seats.items():
            if seat.agent and seat.agent not in self.agents:
                raise ValueError(f"seats.{name}.agent: there is no [agents.{seat.agent}]")
        organised(self.seats)
        return self


class Settings(Table):
    """Everything a command needs to know, checked. ``root`` is the workspace's absolute path."""

    root: Path
    domains: Mapping[str, DomainTable]
    stores: tuple[SourceTable, ...]
    pillars: tuple[Pillar, ...]
    schedule: ScheduleTable
    prefect: PrefectTable
    consent: ConsentTable = ConsentTable()
    wiki: WikiTable = WikiTable()
    redaction: RedactionTable = RedactionTable()
    agents: Mapping[str, AgentTable] = Field(default_factory=dict[str, AgentTable])
    seats: Mapping[str, SeatTable] = Field(default_factory=dict[str, SeatTable])
    budget: HouseTable = HouseTable()
    retrieval: RetrievalTable = RetrievalTable()

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
        parsed = _File.model_validate(table)
    except ValidationError as error:
        raise UsageError(f"{path}: {first_mistake(error, _known_keys())}") from error
    return Settings(
        root=root,
        domains=parsed.domains,
        stores=parsed.stores,
        pillars=tuple(_pillar(name, pillar) for name, pillar in sorted(parsed.pillars.items())),
        schedule=parsed.schedule,
        prefect=parsed.prefect,
        consent=parsed.consent,
        wiki=parsed.wiki,
        redaction=parsed.redaction,
        agents=parsed.agents,
        seats=parsed.seats,
        budget=parsed.budget,
        retrieval=parsed.retrieval,
    )


def _pillar(name: str, table: PillarTable) -> Pillar:
    return Pillar(name=name, hub=table.hub, questions=table.questions, pages=table.pages, cadence=table.cadence)


def _known_keys() -> list[str]:
    sources = (SourceTable, NotesTable, GitTable, GithubTable)
    tables: tuple[type[BaseModel], ...] = (_File, DomainTable, *sources, PillarTable, ScheduleTable, PrefectTable)
    tables = (
        *tables,
        ConsentTable,
        WikiTable,
        PatternTable,
        RedactionTable,
        AgentTable,
        SeatTable,
        BudgetTable,
        HouseTable,
        PriceTable,
    )
    return sorted({name for table in tables for name in table.model_fields})
