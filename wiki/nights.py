"""One domain's night: what it is done with, and what it starts from, as git and the ledger tell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from distillers.findings import Finding
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from wiki import blocks
from wiki.blocks import Row
from wiki.checkout import edited
from wiki.filing import is_filed
from wiki.git import FILE_MODES, Repo
from wiki.held import decided
from wiki.names import INDEX, page_path, split_path
from wiki.recall import recall
from wiki.staging import at_rest
from wiki.stand import ROOT, Stand
from wiki.titles import titles_of
from wiki.verifier import Senses


@dataclass(frozen=True)
class Night:
    """One domain's night: who files what, where, and what the verifier looks with."""

    run: Run
    ledger: Ledger
    repo: Repo
    domain: str
    findings: Sequence[Finding]
    senses: Senses
    unfit: Mapping[str, str]
    """Findings that must not be written tonight, with the reason."""


def known_blocks(night: Night) -> dict[str, Row]:
    """What the ledger knows of the domain's blocks. If it was lost, what the wiki's past tells is put back first."""
    with night.ledger.read() as rows:
        known = blocks.load(rows, night.domain)
    lost = {} if known else recall(night.repo, night.domain)
    if lost:
        with night.run.change("recall", night.domain, blocks=len(lost)) as rows:
            blocks.store(rows, night.domain, night.run.id, lost.values())
    return known or lost


def unverified(night: Night) -> Mapping[str, str]:
    """New findings whose evidence does not stand: the verifier would refuse them, so they are not proposed to it."""
    with night.ledger.read() as rows:
        known = blocks.load(rows, night.domain)
    return night.senses.evidence(
        [finding for finding in night.findings if is_filed(finding) and finding.id not in known]
    )


def stand_of(night: Night, known: Mapping[str, Row]) -> tuple[str, Stand]:
    """The commit that the night starts from, and how the domain stands there; ``known`` are its blocks."""
    filed = [finding for finding in night.findings if is_filed(finding)]
    coming = {page_path(night.domain, f.page) for f in filed if f.page and _nameable(f.page)}
    with at_rest(night.repo):  # another domain's commit may be on its way into the work tree
        head = night.repo.head()
        files = night.repo.files(head)
        mine = {path: entry for path, entry in files.items() if path == ROOT or _domain_of(path) == night.domain}
        barred = edited(night.repo, files, sorted({*mine, *coming, ROOT, page_path(night.domain, INDEX)}))
    plain = {path: entry for path, entry in mine.items() if entry.mode in FILE_MODES}
    contents = night.repo.contents(entry.blob for entry in plain.values())
    domains = {name for path in files if (name := _domain_of(path))} | {night.domain}
    return head, Stand(
        night.domain,
        {path: contents[entry.blob] for path, entry in plain.items()},
        tuple(sorted(domains)),
        known,
        barred,
        decided(night.ledger, night.domain),
        titles_of((f.page for f in filed if f.page), filed),
    )


def _nameable(slug: str) -> bool:
    return split_path(f"x/{slug}.md") is not None


def _domain_of(path: str) -> str:
    name = split_path(path)
    return name[0] if name else ""


def rests_on(night: Night) -> str:
    """Hash of everything that the filing of the domain depends on."""
    files = night.repo.files(night.repo.head())
    seen = hashlib.blake2b(digest_size=12)
    for path, entry in sorted(files.items()):
        if path == ROOT or _domain_of(path) == night.domain:
            seen.update(f"{path}\0{entry.mode}\0{entry.blob}\n".encode("utf-8", "surrogateescape"))
    seen.update(f"{sorted(one.ruling for one in decided(night.ledger, night.domain).values())}\n".encode())
    for finding in sorted(night.findings, key=lambda one: one.id):
        seen.update(f"{finding}\n".encode("utf-8", "surrogatepass"))
    return seen.hexdigest()
