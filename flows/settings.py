"""The only module that reads the environment and configuration files; everything below gets typed values.

``stillhouse.toml`` is read once and checked; any mistake becomes one line that names the file, the key and the way out.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PositiveInt,
    Tag,
    ValidationError,
    model_validator,
)

from content.pillars import Pillar
from distillers.consent import Consent
from distillers.fetch.base import Access, Target
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
from flows.redaction_tables import PatternTable, RedactionTable
from scheduling.base.errors import UsageError
from scheduling.base.workspace import SETTINGS, Workspace
from scheduling.seats import Seat
from wiki.remote import Remote, address
from wiki.stale import DAYS

RESERVED = frozenset({"global", "unsorted"})
DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*")
REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/(?!\.+$)[\w.-]+", re.ASCII)
BRANCH = re.compile(r"[\w.][\w./+@-]*", re.ASCII)


def domain_name(name: str) -> str:
    """``name`` if it can name a domain, else ValueError saying what a domain is called."""
    if not DOMAIN.fullmatch(name):
        raise ValueError(f"{name!r} is no domain name: use lower-case letters, digits and dashes, such as my-shop")
    if name in RESERVED:
        raise ValueError(f"the domain name {name!r} is reserved")
    return name


def repo_name(name: str) -> str:
    """``name`` if it can name a GitHub repository, else ValueError saying how one is written."""
    if not REPO.fullmatch(name):
        raise ValueError(f"{name!r} is no repository: write owner/name, such as me/shop")
    return name


def _branch(name: str) -> str:
    if not BRANCH.fullmatch(name) or ".." in name or name.endswith(("/", ".lock")):
        raise ValueError(f"{name!r} is no branch name")
    return name


def _api(address: str) -> str:
    parts = urlsplit(address)
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
        raise ValueError(f"{address!r} is no https address")
    return address


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 (Path.resolve would follow symlinks)


DomainName = Annotated[str, AfterValidator(domain_name)]
AbsolutePath = Annotated[Path, AfterValidator(_absolute)]
RepoName = Annotated[str, AfterValidator(repo_name)]
BranchName = Annotated[str, AfterValidator(_branch)]
ApiAddress = Annotated[str, AfterValidator(_api)]
RemoteAddress = Annotated[str, AfterValidator(address)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceTable(_Table):
    """A folder or file of logs or tickets, whose formats are recognised file by file from their content."""

    path: AbsolutePath
    kind: Literal["auto"] = "auto"


class NotesTable(_Table):
    """A folder of Markdown that people wrote beside their work; what it states counts as medium at most."""

    path: AbsolutePath
    kind: Literal["notes"]


class GitTable(_Table):
    """The history of the git repository at ``path``: of ``branches``, or of its main branch."""

    path: AbsolutePath
    kind: Literal["git"]
    branches: tuple[BranchName, ...] = ()


class GithubTable(_Table):
    """The merged pull requests of the GitHub repository ``repo`` (``owner/name``)."""

    repo: RepoName
    kind: Literal["github"]
    api: ApiAddress = "https://api.github.com"


def _kind(source: Any) -> str:
    given = cast("dict[str, Any]", source).get("kind", "auto") if isinstance(source, dict) else source.kind
    return str(given)


Source = Annotated[
    Annotated[SourceTable, Tag("auto")]
    | Annotated[NotesTable, Tag("notes")]
    | Annotated[GitTable, Tag("git")]
    | Annotated[GithubTable, Tag("github")],
    Discriminator(_kind),
]
KINDS = ("auto", "github", "git", "notes")


class DomainTable(_Table):
    """A silo: where its logs and tickets lie, and which working folders belong to it."""

    sources: tuple[Source, ...] = ()
    paths: tuple[AbsolutePath, ...] = ()


class PillarTable(_Table):
    """A standing theme for articles, fed by the pages that its globs (``domain/page``) match."""

    pages: tuple[str, ...]
    hub: str = ""
    questions: tuple[str, ...] = ()
    cadence: Literal["daily", "weekly", "monthly"] = "weekly"


class ScheduleTable(_Table):
    """When ``serve`` starts the flows: cron expressions in ``timezone`` (an IANA name)."""

    nightly: str = "0 2 * * *"
    daily: str = "0 7 * * *"
    timezone: str = "UTC"


class PrefectTable(_Table):
    """``api_url``: use a Prefect server of your own instead of the workspace's."""

    api_url: str = ""


class ConsentTable(_Table):
    """What must not be used: sessions (or tickets) by id; folders of logs, or that sessions recorded as theirs."""

    sessions: tuple[str, ...] = ()
    folders: tuple[AbsolutePath, ...] = ()


class WikiTable(_Table):
    """``remote``: a git remote that people push to; ``stale_days``: what nobody confirmed for longer is in doubt."""

    remote: RemoteAddress | None = None
    stale_days: PositiveInt = DAYS


class _File(_Table):
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


class Settings(_Table):
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
            target
            for name, table in sorted(self.domains.items())
            for source in table.sources
            if (target := _target(name, source))
        )

    @property
    def organisation(self) -> tuple[Seat, ...]:
        """The seats as they are described here."""
        return tuple(organised(self.seats).values())

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


def find(start: Path | None) -> Path:
    """The workspace to use: ``start`` if given, else $STILLHOUSE_WORKSPACE, else the nearest parent that is one."""
    named = start or _from_environment()
    if named is not None:
        root = _absolute(named)
        if not (root / SETTINGS).is_file():
            raise UsageError(
                f"{root} is no workspace: it has no {SETTINGS}", hint=f"make one with: stillhouse init {named}"
            )
        return root
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise UsageError(
        f"no {SETTINGS} in this folder or above it",
        hint="name a workspace with --workspace, or make one with: stillhouse init DIR",
    )


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
        raise UsageError(f"{path}: {_first_mistake(error)}") from error
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


def home() -> Path:
    """The home folder of whoever runs this."""
    return Path.home()


def agent_homes() -> dict[str, Path]:
    """Where agents keep their logs if environment variables say so, by the names that ``find_stores`` has for them."""
    names = {"claude": "CLAUDE_CONFIG_DIR", "codex": "CODEX_HOME", "copilot": "COPILOT_HOME", "data": "XDG_DATA_HOME"}
    return {agent: Path(os.environ[name]) for agent, name in names.items() if os.environ.get(name)}


def variables(names: Iterable[str]) -> dict[str, str]:
    """Those environment variables that are set: what an agent's ``pass_env`` lets through, and nothing else."""
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def proxy(address: str) -> str:
    """The proxy through which ``address`` is reached; "" for none."""
    parts = urlsplit(address)
    return "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")


def access(api: str) -> Access:
    """How to reach the API at ``api``: with the token of GITHUB_TOKEN or GH_TOKEN, through the proxy that is set."""
    return Access(api, os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN") or "", proxy(api))


def _from_environment() -> Path | None:
    named = os.environ.get("STILLHOUSE_WORKSPACE")
    return Path(named) if named else None


def _pillar(name: str, table: PillarTable) -> Pillar:
    return Pillar(name=name, hub=table.hub, questions=table.questions, pages=table.pages, cadence=table.cadence)


def _target(domain: str, source: Source) -> Target | None:
    match source:
        case GithubTable():
            return Target(domain, "github", source.repo, api=source.api)
        case GitTable():
            return Target(domain, "git", str(source.path), branches=source.branches)
        case _:
            return None


def _first_mistake(error: ValidationError) -> str:
    mistake = error.errors()[0]
    loc = mistake["loc"]
    tags = [at for at, part in enumerate(loc) if at and part in KINDS and isinstance(loc[at - 1], int)]
    where = ".".join(str(part) for at, part in enumerate(loc) if part != "[key]" and at not in tags)
    match mistake["type"]:
        case "missing":
            return f"the key {where} is missing"
        case "extra_forbidden":
            return f"the key {where} is not known{_suggestion(mistake)}"
        case "union_tag_invalid":
            return f"the kind of {where} is not known; it is one of {', '.join(KINDS)}"
        case _:
            return f"{where}: {mistake['msg'].removeprefix('Value error, ')}".removeprefix(": ")


def _suggestion(mistake: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(str(mistake["loc"][-1]), _known_keys(), n=1)
    return f"; did you mean {near[0]}?" if near else ""


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
