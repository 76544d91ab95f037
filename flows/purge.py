"""Purge: something a person wants gone, taken out of every store that derives from it.

    look (flows.purge_look) ──→ asked ──→ carry out, store by store ──→ prove (flows.purge_proof)

The order lets a killed purge be run again: what points to the text goes last. Sources are the user's and are not
touched; a tombstone, a keyed hash, keeps what they still hold from being collected again.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from content import withdraw
from content.withdraw import Purge
from distillers import forget, tombstones
from distillers.record import erase
from distillers.record.erase import Erased
from distillers.record.redact import load_key
from flows import purge_files, server, stages
from flows.purge_look import Found, Wanted
from flows.stages import Night, removing
from scheduling import forget as office
from scheduling import runs
from scheduling.approvals import open_requests, void
from scheduling.base.forms import spelled
from scheduling.base.locks import hold
from wiki import inbox, spoken
from wiki.erase import erasure
from wiki.git import ensure_repo
from wiki.objects import Rewritten

TURNS, PAUSE = 3, 1.5
PASSAGES = 2000
"""Texts of a purged session that are kept in memory for the proof."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done. ``passages`` are texts of the session, for the proof."""

    found: Found
    passages: tuple[str, ...] = ()
    reviews: Mapping[str, str] = field(default_factory=dict[str, str])
    """Slug → what became of its review."""
    behind: tuple[str, ...] = ()
    """Pages whose work tree a person's uncommitted edits keep as it was."""
    rewritten: Rewritten | None = None


def carry_out(night: Night, what: Wanted, found: Found, *, rewrite: bool = False) -> Done:
    """Takes it out of every store. Run again after a kill, it does the rest."""
    space = night.settings.workspace
    ensure_repo(space.wiki)
    elsewhere = (*(what.forms or spelled(found.said)), *found.short)
    reviews = _articles(night, Purge(found.derived.ids, elsewhere))
    _prefect(night, elsewhere)
    gone = _record(night, what)
    purge_files.fetched_lines(space, what.forms, what.units, blank=True)
    shutil.rmtree(space.state / "rulings", ignore_errors=True)  # written anew from the labels that are left
    stages.distil(night, ask=False)
    with night.run.change("purge", "findings") as rows:
        forget.forget(rows, Erased(), units=what.units, forms=what.forms)
    done = removing.purge_pages(night, what.pages)
    rewritten = _history(night, what, found) if rewrite else None
    stages.index(night, rebuild=True)
    _ledger(night, what, elsewhere)
    _prefect(night, elsewhere)
    return Done(found, tuple(gone.texts), reviews, done.behind, rewritten)


def _articles(night: Night, what: Purge) -> dict[str, str]:
    space = night.settings.workspace
    told: dict[str, str] = {}
    with runs.running(night.ledger, "writer", "purge", parent=night.run) as run:
        for one in withdraw.affected(night.ledger, space, what):
            made = withdraw.withdraw(run, space, one, what)
            why = withdraw.ask_anew(run, space, made, night.redactor.mask) if made else ""
            told[one.record.slug] = why or ("an editor is asked anew" if made else "nothing is left of it: retired")
    return told


def _prefect(night: Night, elsewhere: Sequence[str]) -> None:
    """Cleans what Prefect keeps. A running server writes some of it a little later, so that is waited for."""
    space = night.settings.workspace
    for _ in range(TURNS if server.find(space) else 1):
        purge_files.prefect_rows(space, elsewhere, clean=True)
        purge_files.results(space, elsewhere, remove=True)
        purge_files.logs(space, elsewhere, blank=True)
        if not server.find(space):
            break
        time.sleep(PAUSE)


def _record(night: Night, what: Wanted) -> Erased:
    space, key = night.settings.workspace, _key(night)

    def also(rows: Connection, gone: Erased) -> None:
        texts = [what.text] if what.text else []
        tombstones.bar(rows, night.run.id, key, sessions=what.units, texts=texts)
        forget.forget(rows, gone, units=what.units, forms=what.forms)

    with hold(space.archive / ".lock", f"a purge by run {night.run.id}"):
        keep = PASSAGES if what.session else 0
        done = erase.erase(space.archive, night.run, what.pick, also, texts=keep)
    night.archive.close()
    return done


def _history(night: Night, what: Wanted, found: Found) -> Rewritten:
    done = removing.rewrite_history(night, erasure((*what.forms, *found.short), what.units))
    if done.commits:
        with night.run.change("rename commits", "wiki", commits=len(done.commits)) as rows:
            office.renamed(rows, done.commits)
            withdraw.renamed_in(rows, done.commits)
        withdraw.renamed(night.settings.workspace, done.commits)
    return done


def _ledger(night: Night, what: Wanted, elsewhere: Sequence[str]) -> None:
    """What is left in words, and then the file itself, written anew."""
    needles = (*what.units, *elsewhere)
    for request in open_requests(night.ledger):
        if any(form in text for text in _told(request.detail) for form in needles):
            void(night.run, request.id, withdraw.WHY)
    inbox.forget(night.settings.workspace.inbox, needles)
    with night.run.change("scrub", "ledger") as rows:
        office.scrubbed(rows, needles)
        spoken.scrubbed(rows, needles)
        if what.forms:
            forget.scrubbed(rows, needles)
            withdraw.scrubbed(rows, needles)
    night.ledger.rewrite()


def _told(detail: Mapping[str, Any]) -> list[str]:
    return [json.dumps(detail), json.dumps(detail, ensure_ascii=False)]


def _key(night: Night) -> bytes:
    return load_key(night.settings.workspace.secret)
