"""The verifier: reads a change set's commit again, from git, the ledger and the archive, and gives the verdict.

It trusts nothing that the writer had in mind: what changed is what the commit holds against its base. Checks are an
ordered list; each fault names the block that it is about, if it is about one alone.
"""

from __future__ import annotations

from scheduling.runs import Run, running
from wiki import changes, health
from wiki.changes import Verdict
from wiki.changesets import ChangeSet
from wiki.git import Repo
from wiki.reading import Senses, read
from wiki.verdicts import CHECKS, brought

__all__ = ["Senses", "verify"]

_SHOWN = 20


def verify(writer: Run, repo: Repo, change: ChangeSet, senses: Senses, passed: ChangeSet | None = None) -> Verdict:
    """The verdict on ``change``, recorded in the ledger by a run of the verifier that ``writer`` calls.

    ``passed`` is ``change`` as it passed before it was put on top of what others merged meanwhile.
    """
    with running(writer.ledger, "verifier", "verify", parent=writer) as run:
        found = read(writer.ledger, repo, change, senses, passed)
        dirty = list(brought(found))
        faults = [*(fault for check in CHECKS[change.kind] for fault in check(found)), *dirty]
        ill = health.examine(repo, change.commit)
        reasons = [*(f.said for f in faults), *(one.what for one in ill)]
        alone = bool(faults) and all(fault.block for fault in faults) and not ill
        verdict = Verdict(
            change.commit,
            f"{len(dirty)} problems" if dirty else changes.CLEAN,
            "; ".join(one.what for one in ill) or changes.GREEN,
            tuple(reasons[:_SHOWN]) + ((f"and {len(reasons) - _SHOWN} more",) if len(reasons) > _SHOWN else ()),
            {fault.block: fault.what for fault in reversed(faults)} if alone else None,
        )
        changes.judge(run, change, verdict)
    return verdict
