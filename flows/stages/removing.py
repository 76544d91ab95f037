"""What people take back or purge leaves the pages, and the wiki's past if they say so."""

from __future__ import annotations

from flows.stages.distilling import distil
from flows.stages.filing import file
from flows.stages.night import Night
from flows.stages.serving import index
from wiki import history, purging, remote, reverts
from wiki.erase import Erasure
from wiki.git import open_repo


def pages_to_purge(night: Night, what: Erasure) -> purging.Purged:
    """What :func:`purge_pages` would take off; changes nothing."""
    return purging.look(night.ledger, night.settings.workspace.wiki, what)


def purge_pages(night: Night, what: Erasure) -> purging.Purged:
    """Lets the librarian take what a person purged off all pages, and then file what is left."""
    space = night.settings.workspace
    file(night)
    with night.stage("purge pages", "librarian") as run:
        done = purging.purge(run, space.wiki, what)
    if done.commit:
        file(night)
    return done


def revert(night: Night, commit: str, reason: str, by: str, *, at_once: bool) -> reverts.Taken:
    """Takes back what a commit of the librarian added; ``at_once``, or else the next night carries it out."""
    taken = reverts.look(open_repo(night.settings.workspace.wiki), commit)
    reverts.revert(night.run, taken, reason, by)
    if at_once and taken.count:
        distil(night, ask=False)
        file(night)
        index(night)
    return taken


def rewrite_history(night: Night, what: Erasure) -> history.Rewritten:
    """Lets the librarian write the wiki's past anew without what was purged."""
    root = night.settings.workspace.wiki
    with night.stage("rewrite history", "librarian") as run:
        done = history.rewrite(run, root, what)
    if done.commits and night.settings.remote:
        remote.rewritten(open_repo(root))
    return done
