"""Which wording of a rule a label was given on: a rule that was rewritten gets a new chance, and has to earn it anew.

The edition of a rule of ours is a hash of the code that makes its candidates, without comments, docstrings and layout,
and of the weights by which they are judged.
That of an agent is a hash of how it is asked and of its model, as it was asked last.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from sqlalchemy import Column, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from distillers.findings import AGENT
from distillers.salience import WEIGHTS
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run

SHARED = frozenset({"distillers.claims", "distillers.cues", "distillers.salience.features", "distillers.titles"})
"""Modules outside the rules whose code decides what a rule says …"""
WEIGHING = "distillers.salience"
"""… and the one that weighs it, by what is learned besides."""

agent_rows = Table(
    "agent_editions",
    metadata,
    Column("rule", String, primary_key=True),
    Column("edition", String, nullable=False),
    Column("run", String, nullable=False),
)


def current(ledger: Ledger, rules: Iterable[str]) -> dict[str, str]:
    """The edition that each of ``rules`` has now; "" for one that is there no more."""
    with ledger.read() as rows:
        agents = {
            str(rule): str(edition) for rule, edition in rows.execute(select(agent_rows.c.rule, agent_rows.c.edition))
        }
    return {rule: agents.get(rule, "") if rule.startswith(AGENT) else of_code(rule) for rule in set(rules)}


def note(run: Run, rule: str, *parts: str) -> None:
    """Remembers how an agent is asked from now on; changes nothing if it was asked so before."""
    edition = _hash(parts)
    if current(run.ledger, [rule])[rule] == edition:
        return
    with run.change("new edition", rule, edition=edition) as rows:
        fresh = insert(agent_rows).values(rule=rule, edition=edition, run=run.id)
        rows.execute(fresh.on_conflict_do_update(index_elements=["rule"], set_={"edition": edition, "run": run.id}))


@cache
def of_code(rule: str) -> str:
    """The edition of a rule of ours: of the module that names it and of all that this one builds on."""
    found = [
        name for name, path in _files().items() if _quoted(rule) in path.read_bytes() and rule in _named(_tree(name))
    ]
    built = sorted(_closure(found))
    weights = [WEIGHTS.read_text("utf-8")] if WEIGHING in built else []
    return _hash([*(f"{name} {ast.dump(_tree(name))}" for name in built), *weights]) if found else ""


def _quoted(rule: str) -> bytes:
    return f'"{rule}"'.encode()


def _closure(names: Iterable[str]) -> set[str]:
    met: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in _files() and name not in met:
            met.add(name)
            todo += _imports(_tree(name))
    return met


@cache
def _files() -> dict[str, Path]:
    """The code of the rules and of what they share, by module."""
    here = Path(__file__).parent
    rules = {f"distillers.rules.{path.stem}": path for path in (here / "rules").glob("[!_]*.py")}
    shared = {name: here.parent / f"{name.replace('.', '/')}.py" for name in SHARED}
    return rules | shared | {WEIGHING: WEIGHTS.parent / "__init__.py"}


@cache
def _tree(module: str) -> ast.Module:
    return _bare(ast.parse(_files()[module].read_bytes()))


def _bare(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            node.body = [part for part in node.body if not _is_text(part)]
    return tree


def _is_text(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and isinstance(part.value.value, str)


def _named(tree: ast.Module) -> set[object]:
    """The rules in whose name a module makes candidates: ``Candidate(…, rule="…")``, ``Rule("…", …)``."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [one.value for call in calls for one in call.keywords if one.arg == "rule"]
    given += [call.args[0] for call in calls if _is_rule(call) and call.args]
    return {one.value for one in given if isinstance(one, ast.Constant)}


def _is_rule(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in {"Rule", "ArchiveRule"}


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _hash(parts: Iterable[str]) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
