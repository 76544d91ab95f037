"""Where everything of one workspace lives. Paths only; nothing here reads or writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SETTINGS = "stillhouse.toml"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders and files below ``root``, an absolute path."""

    root: Path

    @property
    def settings(self) -> Path:
        """The settings file, written by ``init`` and edited by people."""
        return self.root / SETTINGS

    @property
    def wiki(self) -> Path:
        """The git repository of Markdown pages."""
        return self.root / "wiki"

    @property
    def drafts(self) -> Path:
        """Articles that no person has approved yet; never built into a site."""
        return self.root / "content" / "drafts"

    @property
    def published(self) -> Path:
        """Articles covered by a person's decision."""
        return self.root / "content" / "published"

    @property
    def state(self) -> Path:
        """Everything that is ours alone and never in git."""
        return self.root / ".stillhouse"

    @property
    def ledger(self) -> Path:
        """The ledger's SQLite file."""
        return self.state / "ledger.db"

    @property
    def archive(self) -> Path:
        """The folder of Parquet shards that hold the record."""
        return self.state / "archive"

    @property
    def fetched(self) -> Path:
        """Tickets from sources that are no files, one file for each: read like any other source."""
        return self.state / "fetched"

    @property
    def inbox(self) -> Path:
        """What agents handed in for the distiller, a folder for each domain: read like any other source."""
        return self.state / "inbox"

    @property
    def socket(self) -> Path:
        """Where the retrieval server answers the command line of whoever runs it."""
        return self.state / "search.sock"

    @property
    def index(self) -> Path:
        """The search index; derived, may be deleted."""
        return self.state / "index"

    @property
    def code(self) -> Path:
        """Keyed hashes of names in the domains' code; derived, may be deleted."""
        return self.state / "code"

    @property
    def prefect(self) -> Path:
        """The home of the workspace's own Prefect server."""
        return self.state / "prefect"

    @property
    def server(self) -> Path:
        """Names the pid, port and address of the workspace's Prefect server."""
        return self.state / "server.json"

    @property
    def run_lock(self) -> Path:
        """Held by the one nightly or daily that is running."""
        return self.state / "run.lock"

    @property
    def secret(self) -> Path:
        """The workspace's random key: masks of the same secret are recognisable by a hash keyed with it."""
        return self.state / "key"
