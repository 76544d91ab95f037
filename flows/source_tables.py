"""The tables of the settings that say where logs and tickets lie, and to which domain they belong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Tag

from distillers.fetch.base import Target
from flows.surroundings import absolute

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


DomainName = Annotated[str, AfterValidator(domain_name)]
AbsolutePath = Annotated[Path, AfterValidator(absolute)]
RepoName = Annotated[str, AfterValidator(repo_name)]
BranchName = Annotated[str, AfterValidator(_branch)]
ApiAddress = Annotated[str, AfterValidator(_api)]


class Table(BaseModel):
    """A table of the settings file: an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class SourceTable(Table):
    """A folder or file of logs or tickets, whose formats are recognised file by file from their content."""

    path: AbsolutePath
    kind: Literal["auto"] = "auto"


class NotesTable(Table):
    """A folder of Markdown that people wrote beside their work; what it states counts as medium at most."""

    path: AbsolutePath
    kind: Literal["notes"]


class GitTable(Table):
    """The history of the git repository at ``path``: of ``branches``, or of its main branch."""

    path: AbsolutePath
    kind: Literal["git"]
    branches: tuple[BranchName, ...] = ()


class GithubTable(Table):
    """The merged pull requests of the GitHub repository ``repo`` (``owner/name``)."""

    repo: RepoName
    kind: Literal["github"]
    api: ApiAddress = "https://api.github.com"


def _kind(source: Any) -> str:
    given = cast("dict[str, Any]", source).get("kind", "auto") if isinstance(source, dict) else source.kind
    return str(given)


def _table(source: Any) -> Any:
    if isinstance(source, str):
        return {"path": source}  # a path alone says all that most sources need
    if isinstance(source, dict | Table):
        return cast("Any", source)
    raise ValueError('a source is a path, or a table such as { path = "~/logs" }')


Source = Annotated[
    Annotated[SourceTable, Tag("auto")]
    | Annotated[NotesTable, Tag("notes")]
    | Annotated[GitTable, Tag("git")]
    | Annotated[GithubTable, Tag("github")],
    Discriminator(_kind),
    BeforeValidator(_table),
]
KINDS = ("auto", "github", "git", "notes")


class DomainTable(Table):
    """A silo: where its logs and tickets lie, and which working folders belong to it.

    ``share``: whether what another domain found too may be filed, without a name, where all domains read it.
    """

    sources: tuple[Source, ...] = ()
    paths: tuple[AbsolutePath, ...] = ()
    share: bool = True


def target(domain: str, source: Source) -> Target | None:
    """What must be fetched of ``source`` before it is files; None if it is files already."""
    match source:
        case GithubTable():
            return Target(domain, "github", source.repo, api=source.api)
        case GitTable():
            return Target(domain, "git", str(source.path), branches=source.branches)
        case _:
            return None
