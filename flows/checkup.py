"""Checks of what stands around the line: the gate of the wiki, its remote and site, seats, tickets, who can look in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from stat import S_IMODE

from content import articles
from distillers.findings import GLOBAL, Finding
from distillers.findings_store import load
from distillers.record.archive import Archive
from distillers.record.shards import registered
from flows import founding, stages
from flows.settings import Settings
from flows.stages import serving
from scheduling import tasks
from scheduling.base.clock import now
from scheduling.ledger.store import Ledger
from scheduling.seats import DEFAULT, appointed
from wiki import changesets, guard, health
from wiki.git import BRANCH, open_repo
from wiki.locks import clear_stale
from wiki.page import Page
from wiki.remote import SEEN
from wiki.site import unwritten
from wiki.stale import doubted, named, newest, touched_in_git, touched_in_record
from wiki.tree import Tree

NEEDED: Mapping[str, str] = {
    "operator": "collect",
    "distiller": "propose",
    "librarian": "write-wiki",
    "verifier": "verify",
    "operator-global": "write-global",
    "writer": "draft",
}
"""The right without which a seat's part of the line stands still."""
PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was looked at, whether it is well, what was seen, and how to mend it."""

    name: str
    ok: bool
    said: str
    mend: str = ""


def gate(chosen: Settings) -> Check:
    """What must be green before anything merges into the wiki, and whether git looks at the hook at all."""
    repo = open_repo(chosen.workspace.wiki)
    ill = health.examine(repo)
    if ill:
        return Check("gate", False, ill[0].what, ill[0].mend)
    elsewhere = guard.overruled(repo)
    said = f"git looks for the wiki's hooks in {elsewhere}" if elsewhere else "main of the wiki is guarded"
    return Check("gate", not elsewhere, said, f"git -C {repo.root} config --unset core.hooksPath")


def change_sets(chosen: Settings) -> Check:
    """Change sets that were refused, or left open by runs that are no more."""
    ledger = Ledger(chosen.workspace.ledger)
    held = [*changesets.orphans(ledger), *_refused_last(ledger)]
    said = (
        f"{held[0].id} of {held[0].domain} is {held[0].state}: {'; '.join(held[0].reasons)}"
        if held
        else "none is stuck"
    )
    return Check("change sets", not held, said.removesuffix(": "), "the next nightly plans it anew: stillhouse nightly")


def _refused_last(ledger: Ledger) -> list[changesets.ChangeSet]:
    """The newest change set of each domain, where it was refused."""
    newest = {one.domain: one for one in sorted(changesets.listed(ledger), key=lambda one: one.at)}
    return [one for one in newest.values() if one.state == "blocked"]


def seats(chosen: Settings) -> Check:
    """Whether every seat of the line still has the right that its work needs."""
    described = appointed(Ledger(chosen.workspace.ledger))
    lacking = [
        f"{name} may not {right}"
        for name, right in NEEDED.items()
        if right not in described.get(name, DEFAULT[name]).may
    ]
    return Check("seats", not lacking, ", ".join(lacking) or "every seat can do its work", "give it back in [seats]")


def tickets(chosen: Settings) -> Check:
    """Whether tickets that must be fetched were fetched, and the last attempt went well."""
    blocked = [row for row in tasks.listed(Ledger(chosen.workspace.ledger), "blocked") if row["kind"] == "fetch"]
    never = [target.place for target in chosen.targets if not (chosen.workspace.fetched / target.file).exists()]
    said = f"{blocked[0]['subject']}: {blocked[0]['note']}" if blocked else ""
    said = said or (f"never fetched: {', '.join(never)}" if never else f"{len(chosen.targets)} sources are fetched")
    return Check("tickets", not blocked and not never, said, "run: stillhouse nightly, with the network up")


def private(chosen: Settings) -> Check:
    """The ledger holds what approves articles: nobody else on this machine may read it."""
    state = chosen.workspace.state
    loose = bool(S_IMODE(state.stat().st_mode) & 0o077)
    said = f"others can look into {state}" if loose else "the state is ours alone"
    return Check("private", not loose, said, f"chmod 700 {state}, or: stillhouse doctor --fix")


def site(chosen: Settings) -> Check:
    """What MkDocs needs to show the wiki."""
    missing = unwritten(chosen.root)
    said = f"{', '.join(missing)} is not there, or of an older version" if missing else "mkdocs serve shows the wiki"
    return Check("site", not missing, said, "stillhouse doctor --fix writes it")


def shared(chosen: Settings) -> Check:
    """Whether the remote has all that is filed here, as far as it was asked last."""
    if not chosen.remote:
        return Check("remote", True, "none is set up, none is needed")
    repo = open_repo(chosen.workspace.wiki)
    beyond = ("--not", SEEN) if repo.ref(SEEN) else ()
    ahead = repo.git("rev-list", BRANCH, *beyond).text.split() if repo.head() else []
    said = f"{len(ahead)} commits of the wiki are not pushed" if ahead else "all is pushed"
    return Check("remote", not ahead, said, "see why: stillhouse nightly --plain")


def lost_shards(chosen: Settings) -> tuple[int, int]:
    """How many shards of the record are missing or cut off, and how many there should be."""
    with Ledger(chosen.workspace.ledger).read() as rows:
        known = [(shard, chosen.workspace.archive / shard.name) for shard in registered(rows)]
    lost = [shard for shard, path in known if not path.is_file() or path.stat().st_size != shard.bytes]
    return len(lost), len(known)


def doubts(chosen: Settings) -> Check:
    """How much of what is filed may no longer hold. It is told, and no fault: knowledge ages."""
    ledger, tree = Ledger(chosen.workspace.ledger), Tree(chosen.workspace.wiki)
    found: Counter[bool] = Counter()
    with closing(Archive(chosen.workspace.archive, ledger)) as archive:
        for domain in sorted(set(tree.domains()) & set(chosen.domains)):
            known = {one.id: one for one in load(ledger, domain=domain)}
            record = [] if lost_shards(chosen)[0] else [touched_in_record(archive, domain)]
            ask = newest(*record, touched_in_git(chosen.folders.get(domain, ())))
            changed = ask(named(known.values()))
            for slug in tree.pages(domain):
                found.update(_doubted(tree.read(domain, slug).page, known, changed, chosen))
    said = f"{found[True]} of {found[False]} findings on pages are old, lost their evidence or speak of changed files"
    return Check("doubts", True, said)


def _doubted(
    page: Page, known: Mapping[str, Finding], changed: Mapping[str, str], chosen: Settings
) -> Mapping[bool, int]:
    seen = doubted(page, known, lambda _names: changed, now().date(), chosen.wiki.stale_days)
    return {False: seen.of, True: len({doubt.finding for doubt in seen.doubts})}


def articles_stand(chosen: Settings) -> Check:
    """Whether what published articles rest on still holds."""
    ledger = Ledger(chosen.workspace.ledger)
    out = articles.published(ledger, chosen.workspace)
    fallen = articles.doubtful(out, load(ledger)) if out else {}
    first = next(iter(fallen.items()), None)
    said = f"{first[0]}: {first[1][0]}" if first else f"what {len(out)} published articles rest on holds"
    return Check("articles", not fallen, said, "read it again; stillhouse daily drafts it anew")


def pillars(chosen: Settings) -> Check:
    """Whether every pillar can draw from some domain."""
    there = [*chosen.domains, GLOBAL]
    idle = [one.name for one in chosen.pillars if not any(one.draws_from(domain) for domain in there)]
    said = f"no domain has pages for {', '.join(idle)}" if idle else "each has a domain to draw from"
    return Check("pillars", not idle, said, f'name some in stillhouse.toml, such as pages = ["{min(there)}/*"]')


def pages(chosen: Settings) -> Check:
    """Whether the settings still name every domain that the wiki has pages of."""
    left = sorted(set(Tree(chosen.workspace.wiki).domains()) - {*chosen.domains, GLOBAL, ""})
    said = f"nobody keeps the pages of {', '.join(left)}" if left else "each belongs to a domain of the settings"
    where = chosen.workspace.wiki
    mend = f"name the domain in stillhouse.toml again, or: git -C {where} rm -r FOLDER, and commit"
    return Check("pages", not left, said, mend)


CHECKS: tuple[Callable[[Settings], Check], ...] = (
    gate,
    change_sets,
    seats,
    tickets,
    private,
    site,
    shared,
    doubts,
    articles_stand,
    pillars,
    pages,
)


def _guard_again(chosen: Settings) -> str:
    repo = guard.ensure(chosen.workspace.wiki)
    removed = clear_stale(repo)
    return "; ".join(["the guard of main stands in its hooks", *removed])


def _private_again(chosen: Settings) -> str:
    chosen.workspace.state.chmod(PRIVATE)
    return f"{chosen.workspace.state} is ours alone"


def _site_again(chosen: Settings) -> str:
    return f"wrote {', '.join(founding.write_site(chosen.workspace))}"


def _index_again(chosen: Settings) -> str:
    with stages.opened(chosen, "mend the index") as night:
        done = serving.index(night, rebuild=True)
    return f"the index was made anew from {done.commit[:8] or 'nothing'}"


MENDS: Mapping[str, Callable[[Settings], str]] = {
    "gate": _guard_again,
    "private": _private_again,
    "site": _site_again,
    "index": _index_again,
    "embedder": _index_again,
}
"""What ``doctor --fix`` does: only what loses nothing and can be done again. Each returns what it did, in words."""
