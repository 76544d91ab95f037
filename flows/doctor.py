"""The health of a workspace: an ordered list of small checks, each with its mend, summed up as a count and a grade."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from distillers.findings_store import load as load_findings
from distillers.survey import glance
from flows import retention
from flows import settings as config
from flows.checkup import CHECKS, MENDS, Check, lost_shards
from flows.redaction import patterns
from flows.report import out_of
from flows.searching import embedder
from flows.seating import unready
from flows.settings import Settings
from scheduling import tasks
from scheduling.base.clock import now
from scheduling.base.errors import StillhouseError, UsageError
from scheduling.base.process import run as start
from scheduling.editors import editors
from scheduling.ledger.store import Ledger
from wiki import manifest
from wiki.embed import unfit
from wiki.lint import lint
from wiki.tree import Tree, head

SHOWN = 5
"""Folders that are named one by one."""


@dataclass(frozen=True, slots=True)
class Health:
    """All checks of one examination."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> int:
        """How many checks are well."""
        return sum(check.ok for check in self.checks)

    @property
    def grade(self) -> str:
        """A (all well), B (one is not), C (two), D (three or four), F."""
        return {0: "A", 1: "B", 2: "C", 3: "D", 4: "D"}.get(len(self.checks) - self.passed, "F")

    def to_json(self) -> dict[str, Any]:
        """The object that ``doctor --json`` prints."""
        return {
            "grade": self.grade,
            "passed": self.passed,
            "of": len(self.checks),
            "checks": [asdict(check) for check in self.checks],
        }


def examine(root: Path | None) -> Health:
    """Examines the installation, and the workspace ``root`` if there is one."""
    checks = [_guarded(_name(check), check) for check in INSTALLATION]
    if root is None:
        return Health(tuple(checks))
    try:
        chosen = config.load(root)
    except StillhouseError as error:
        return Health((*checks, Check("settings", False, error.message, error.hint or "edit stillhouse.toml")))
    sources = len(chosen.sources) + len(chosen.targets)
    checks.append(Check("settings", True, f"{len(chosen.domains)} domains, {sources} sources"))
    checks += [_guarded(_name(check), lambda check=check: check(chosen)) for check in WORKSPACE]
    return Health(tuple(checks))


def mend(root: Path, health: Health) -> list[str]:
    """Mends what can be mended without losing anything; returns what it did, or why it could not, line by line."""
    chosen = config.load(root)
    done: list[str] = []
    for check in health.checks:
        if not check.ok and check.name in MENDS:
            try:
                done.append(f"{check.name}: {MENDS[check.name](chosen)}")
            except StillhouseError as error:
                done.append(f"{check.name}: could not be mended: {error}")
    return done


def _name(check: Callable[..., Check]) -> str:
    return getattr(check, "__name__", "check").strip("_").replace("_", " ")


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    """What a check says; one that cannot even look has failed."""
    try:
        return check()
    except StillhouseError as error:
        return Check(name, False, error.message, error.hint)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer and make .venv anew")


def _git() -> Check:
    said = start(["git", "--version"], cwd=Path("/")).text.strip()
    return Check("git", True, said)


def _shadows() -> Check:
    """Our packages have plain names; another package of the same name on the path would be imported in their place."""
    here = Path(__file__).resolve().parents[1]
    strangers = [name for name in ("flows", "content", "wiki", "distillers", "scheduling") if not _is_below(name, here)]
    return Check(
        "packages",
        not strangers,
        ", ".join(strangers) or "all our own",
        "use an environment that holds Stillhouse alone",
    )


def _is_below(name: str, here: Path) -> bool:
    spec = find_spec(name)
    return spec is not None and spec.origin is not None and here in Path(spec.origin).resolve().parents


def _sources(chosen: Settings) -> Check:
    """Whether all sources are there, and every folder of theirs can be listed."""
    closed = [shut for one in glance(chosen.sources) for shut in one.walked.closed]
    gone = [target.place for target in chosen.targets if target.kind == "git" and not os.path.exists(target.place)]  # noqa: PTH110 (False where one may not look)
    said = [f"{path} cannot be listed: {why}" for path, why in closed] + [f"{path} is not there" for path in gone]
    more = f" (and {len(said) - SHOWN} more)" if len(said) > SHOWN else ""
    return Check(
        "sources",
        not said,
        "; ".join(said[:SHOWN]) + more or "all there",
        "mend these folders, or remove them from the sources in stillhouse.toml; then run: stillhouse nightly",
    )


def _retention(chosen: Settings) -> Check:
    """Agents delete their own logs after a while; what was not collected until then is lost."""
    found = retention.risks(chosen, now())
    said = "; ".join(map(retention.told, found)) or "no agent is about to delete what was not collected"
    keys = sorted({f"{one.keeper.key} in {one.keeper.file}" for one in found})
    return Check("retention", not found, said, f"run: stillhouse nightly; or raise {', '.join(keys)}")


def _redaction(chosen: Settings) -> Check:
    """Whether one's own patterns can be used; without them no night begins."""
    table = chosen.redaction
    try:
        count = len(patterns(chosen))
    except UsageError as error:
        return Check("redaction", False, error.message, error.hint)
    own = f"{count} patterns and {len(table.allow)} values to keep of your own" if count or table.allow else ""
    return Check("redaction", True, own or "the patterns that come along")


def _ledger(chosen: Settings) -> Check:
    with Ledger(chosen.workspace.ledger).read() as rows:
        said = str(rows.exec_driver_sql("PRAGMA quick_check").scalar_one())
    return Check("ledger", said == "ok", said, "run: stillhouse rebuild")


def _archive(chosen: Settings) -> Check:
    lost, known = lost_shards(chosen)
    said = f"{lost} of {known} shards are missing or cut off" if lost else "all shards are there and whole"
    return Check("archive", not lost, said, "restore them from a backup, or make all anew: stillhouse rebuild")


def _tasks(chosen: Settings) -> Check:
    blocked = tasks.listed(Ledger(chosen.workspace.ledger), "blocked")
    said = f"{blocked[0]['kind']} {blocked[0]['subject']}: {blocked[0]['note']}" if blocked else "none is blocked"
    see = "see: stillhouse tasks --state blocked; the next nightly tries them again"
    return Check("tasks", not blocked, said, out_of(said, chosen.workspace.wiki) or see)


def _wiki(chosen: Settings) -> Check:
    repo = chosen.workspace.wiki
    problems = lint(Tree(repo))
    said = f"{problems[0].page}:{problems[0].line} {problems[0].what}" if problems else "every page is well formed"
    return Check("wiki", not problems, said, problems[0].mend if problems else "")


def _filed(chosen: Settings) -> Check:
    waiting = load_findings(Ledger(chosen.workspace.ledger), status="accepted")
    return Check("filing", not waiting, f"{len(waiting)} findings wait to be filed", "run: stillhouse nightly")


def _index(chosen: Settings) -> Check:
    space = chosen.workspace
    kept, wanted = manifest.load(space.index), head(space.wiki)
    built = kept.commit if kept else ""
    said = f"built from {built[:8]}" if built else "there is no index yet"
    return Check("index", built == wanted, said, "run: stillhouse nightly")


def _embedder(chosen: Settings) -> Check:
    """Whether the embedder that the settings name can be asked, and is the one that the index was made with."""
    kept = manifest.load(chosen.workspace.index)
    try:
        made = embedder(chosen, hurried=True)
        why = unfit(made, kept.embedder, kept.dim) if made and kept else ""
    except StillhouseError as error:
        return Check("embedder", False, f"{error}; answers are by full text", error.hint)
    said = f"the index was {why}" if why else f"{chosen.retrieval.embedder or 'none'}; answers say how they were found"
    return Check("embedder", not why, said, "stillhouse doctor --fix makes the index anew")


def _people(chosen: Settings) -> Check:
    names = editors(Ledger(chosen.workspace.ledger))
    return Check(
        "editors",
        bool(names),
        ", ".join(names) or "nobody can approve a draft",
        "enrol somebody: stillhouse editors add NAME",
    )


def _agents(chosen: Settings) -> Check:
    """Agents are asked nothing here: only whether they are there, and can be used without tools."""
    problems = unready(chosen)
    seated = sorted({seat.agent for seat in chosen.seats.values() if seat.agent})
    said = "; ".join(problems) or (f"{', '.join(seated)} can be asked" if seated else "none is set up, none is needed")
    return Check("agents", not problems, said, "mend [agents] in stillhouse.toml; until then the rules work alone")


INSTALLATION: tuple[Callable[[], Check], ...] = (_python, _git, _shadows)
WORKSPACE: tuple[Callable[[Settings], Check], ...] = (
    _sources,
    _retention,
    _redaction,
    _ledger,
    _archive,
    _tasks,
    _wiki,
    _filed,
    _index,
    _embedder,
    _people,
    _agents,
    *CHECKS,
)
