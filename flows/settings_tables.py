"""What may stand in ``stillhouse.toml``: its tables, each checked where it is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, Field, PositiveInt, model_validator

from content.pillars import Pillar
from flows.agent_tables import (
    AgentName,
    AgentTable,
    HouseTable,
    SeatName,
    SeatTable,
    organised,
)
from flows.cron import cron_line, time_zone
from flows.embedding import RetrievalTable
from flows.redaction_tables import RedactionTable
from flows.source_tables import (
    AbsolutePath,
    DomainName,
    DomainTable,
    SourceTable,
    Table,
)
from wiki.ages import DAYS
from wiki.remote import address

RemoteAddress = Annotated[str, AfterValidator(address)]
CronLine = Annotated[str, AfterValidator(cron_line)]
TimeZone = Annotated[str, AfterValidator(time_zone)]


class PillarTable(Table):
    """A standing theme for articles, fed by the pages that its globs (``domain/page``) match."""

    pages: tuple[str, ...]
    hub: str = ""
    questions: tuple[str, ...] = ()
    cadence: Literal["daily", "weekly", "monthly"] = "weekly"

    def named(self, name: str) -> Pillar:
        """The pillar that the table ``[pillars.name]`` describes."""
        return Pillar(name=name, hub=self.hub, questions=self.questions, pages=self.pages, cadence=self.cadence)


class ScheduleTable(Table):
    """When ``serve`` starts the flows: cron expressions in ``timezone`` (an IANA name)."""

    nightly: CronLine = "0 2 * * *"
    daily: CronLine = "0 7 * * *"
    timezone: TimeZone = "UTC"


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


class Described(Table):
    """What the file says and a command is given as it stands there."""

    domains: dict[DomainName, DomainTable]
    stores: tuple[SourceTable, ...] = ()
    schedule: ScheduleTable = ScheduleTable()
    prefect: PrefectTable = PrefectTable()
    consent: ConsentTable = ConsentTable()
    wiki: WikiTable = WikiTable()
    redaction: RedactionTable = RedactionTable()
    agents: dict[AgentName, AgentTable] = Field(default_factory=dict[str, AgentTable])
    seats: dict[SeatName, SeatTable] = Field(default_factory=dict[str, SeatTable])
    budget: HouseTable = HouseTable()
    retrieval: RetrievalTable = RetrievalTable()


class SettingsFile(Described):
    """The whole file. Raises ValidationError where a seat names an agent that is not there, or reports to nobody."""

    pillars: dict[str, PillarTable] = Field(default_factory=dict[str, PillarTable])

    @model_validator(mode="after")
    def _seated(self) -> Self:
        for name, seat in self.seats.items():
            if seat.agent and seat.agent not in self.agents:
                raise ValueError(f"seats.{name}.agent: there is no [agents.{seat.agent}]")
        organised(self.seats)
        return self


def keys_at(place: Iterable[int | str]) -> list[str]:
    """The keys that may stand where ``place``, a key with what it stands under, does: those of its table."""
    tables: list[type[BaseModel]] = [SettingsFile]
    for part in tuple(place)[:-1]:
        fields = [table.model_fields[str(part)] for table in tables if str(part) in table.model_fields]
        tables = [found for field in fields for found in _tables_in(field.annotation)] or tables
    return sorted({name for table in tables for name in table.model_fields})


def _tables_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The tables that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _tables_in(part)
