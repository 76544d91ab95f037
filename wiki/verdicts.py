"""What a verifier looks at in a change set: an ordered list of checks, each of which tells the faults that it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from distillers.across import ENOUGH, names_of, plain
from distillers.findings import GLOBAL, Finding
from wiki.blocks import digest
from wiki.cited import backs
from wiki.edit import Text, notes_of, standing
from wiki.erase import GONE, UNNAMED
from wiki.filing import is_filed
from wiki.fold import is_fold
from wiki.git import FILE_MODES
from wiki.groups import INDENT, first_lines
from wiki.headings import DOMAINS, PAGES, SECTIONS
from wiki.lint import PAGE_BYTES, Look, Problem, dead_links, flaw, leaks, live_markup, problems, same_anchor
from wiki.matter import matter
from wiki.names import domain_id, is_name, page_id, page_path, split_path
from wiki.page import Block, Page, bare
from wiki.reading import Check, Fault, Reading
from wiki.stand import ROOT
from wiki.text import as_read

COUNTS = ("updated:", "findings:")
SCAFFOLD = (*COUNTS, "---", "id:", "title:", "domain:", "authority:")
FILES = 5_000
"""A change set that touches more files than that is none of one night."""


def own_domain(look: Reading) -> Iterator[Fault]:
    """It changes plain files of its domain and the index over all, and leaves their modes as they are."""
    for path, (old, new) in look.modes.items():
        name = split_path(path)
        if path != ROOT and (name is None or name[0] != look.change.domain):
            yield Fault(f"{path[:120]!r} is no page of {look.change.domain}")
        elif {old, new} - {"", *FILE_MODES} or (old and new and old != new):
            yield Fault(f"{path} would change from mode {old or 'none'} to {new or 'none'}")
    for _page, block in look.written:
        if block.id.startswith("d-") and block.id != domain_id(look.change.domain):
            yield Fault("is the entry of another domain", block.id)


def size(look: Reading) -> Iterator[Fault]:
    """No page is larger than viewers show well, and no night touches that many files."""
    if len(look.modes) > FILES:
        yield Fault(f"it touches {len(look.modes)} files")
    for path, data in look.new.items():
        if len(data) > PAGE_BYTES and len(data) > len(look.old.get(path, b"")):
            yield Fault(f"{path} would be {len(data)} bytes long")


def readable(look: Reading) -> Iterator[Fault]:
    """Every page that it writes can be read again."""
    yield from (Fault(f"{path} was not readable and would be changed") for path in look.old.keys() - look.before.keys())
    yield from (Fault(f"{path} would not be readable") for path in look.new.keys() - look.after.keys())


def peoples_lines(look: Reading) -> Iterator[Fault]:
    """Every line that is not the librarian's own stands afterwards too, in the same order."""
    for path, page in look.before.items():
        after = look.after.get(path)
        left = iter(after.lines if after else ())
        for line in _theirs(page, look, is_gone=after is None):
            if not any(_same(line, other) for other in left):
                yield Fault(f"{path} would lose a line of a person")
                break


def once(look: Reading) -> Iterator[Fault]:
    """No block that it writes stands anywhere else in the domain too."""
    there = Counter(block.id for pages in (look.after, look.rest) for page in pages.values() for block in page.blocks)
    yield from (Fault("would stand twice", block.id) for _, block in look.written if there[block.id] > 1)


def not_taken_away(look: Reading) -> Iterator[Fault]:
    """No block returns that a person took away."""
    for _page, block in look.claims:
        row = look.rows.get(block.id)
        if row and row.state == "tombstone":
            yield Fault("a person took it away", block.id)


def backed(look: Reading) -> Iterator[Fault]:
    """Each block says what a finding of this domain claims, and each footnote quotes that finding's evidence."""
    for page, block in look.claims:
        finding = look.findings.get(block.id)
        if finding is None or not is_filed(finding):
            yield Fault("no finding to be shown stands behind it", block.id)
            continue
        notes = [note.text for note in notes_of(page, block.id)]
        cites = finding.domain != GLOBAL
        ruled = look.decided.get(block.id)
        if not _says(block, finding, (ruled and ruled.claim) or "", first_lines(page)[block.id]):
            yield Fault("says something else than its finding", block.id)
        elif bool(notes) != cites or not all(backs(note, finding) for note in notes):
            yield Fault("a footnote quotes something that is not its evidence", block.id)


def _says(block: Block, finding: Finding, ruled: str, first: str) -> bool:
    """Whether a block says the words that a person chose, or the claim: all of it, or what is left below ``first``."""
    if ruled:
        return ruled in block.text
    claim = matter(finding)
    return claim.whole in block.text or (first.startswith(f"- {claim.head}") and f"- {claim.rest}" in block.text)


def of_no_domain(look: Reading) -> Iterator[Fault]:
    """What holds across domains rests on evidence of two at least, and names none of them."""
    if look.change.domain != GLOBAL:
        return
    names = {plain(name) for domains in look.origins.values() for name in domains}
    for _page, block in look.claims:
        finding = look.findings.get(block.id)
        events = {quote.event for quote in finding.evidence} if finding else set[str]()
        if len({name for event in events for name in look.origins.get(event, ())}) < ENOUGH:
            yield Fault("rests on evidence of one domain alone", block.id)
        if names_of(block.text, names):
            yield Fault("names a domain", block.id)


def evidence(look: Reading) -> Iterator[Fault]:
    """The quotes behind each block stand where they say, read again in the archive."""
    shown = [look.findings[block.id] for _, block in look.claims if block.id in look.findings]
    yield from (Fault(why, key) for key, why in sorted(look.senses.evidence(shown).items()))


def markup(look: Reading) -> Iterator[Fault]:
    """No block brings a tag, a script, an image, a link of its own, or hidden characters."""
    for page, block in look.claims:
        notes = tuple((note.label, note.text) for note in notes_of(page, block.id))
        if why := flaw(Text(block.text.removeprefix(INDENT), notes)):
            yield Fault(why, block.id)


def secret(look: Reading) -> Iterator[Fault]:
    """No line that it writes holds a secret, read as people read it."""
    for path, page in look.after.items():
        known = set(look.before[path].lines) if path in look.before else set[str]()
        fresh = [(i, line) for i, line in enumerate(page.lines) if line not in known]
        if not fresh or not look.senses.secrets("\n".join(as_read(line) for _, line in fresh)):
            continue
        for i, line in fresh:
            if kinds := look.senses.secrets(as_read(line)):
                yield Fault(f"holds what looks like a secret ({', '.join(kinds[:3])})", _block_at(page, i))


def only_less(look: Reading) -> Iterator[Fault]:
    """A purge takes away and adds nothing: every line stood there before, or says that something is gone.

    A file may go if all that is left of it stands under another name, a page's under its id: it was called by what must
    be gone.
    """
    moved = {new: path for path in sorted(look.gone) for new in (_under_its_id(look, path) or _unnamed(look, path),)}
    for path, data in look.new.items():
        known = set(look.old.get(path, look.old.get(moved.get(path, ""), b"")).split(b"\n"))
        if any(line not in known and GONE.encode() not in line for line in data.split(b"\n")):
            yield Fault(f"{path} would hold a line that was not there")
    yield from (
        Fault(f"{path} would go") for path in sorted(look.gone - {moved[path] for path in look.new if path in moved})
    )


def _unnamed(look: Reading, path: str) -> str:
    """Where the file ``path``, which is no page, stands when what must be gone is out of its name."""
    lines = set(look.old.get(path, b"").split(b"\n"))
    fresh = (new for new in sorted(look.new.keys() - look.old.keys()) if UNNAMED in new and not split_path(new))
    within = (new for new in fresh if new.partition("/")[0] == path.partition("/")[0] or "/" not in path)
    return next((new for new in within if lines.issuperset(look.new[new].split(b"\n"))), "")


def _under_its_id(look: Reading, path: str) -> str:
    """Where the page ``path`` stands when it is called by its id."""
    name, page = split_path(path), look.before.get(path)
    key = page.field("id") if page else ""
    return page_path(name[0], key if is_name(key) else page_id(*name)) if name else ""


def brought(look: Reading) -> Iterator[Fault]:
    """Problems that lint finds in the resulting tree and that were not there before, people's own text aside."""
    for path, page in look.after.items():
        old = look.before.get(path)
        had = Counter(p.what for p in _problems(look, old, look.files | look.gone)) if old else Counter[str]()
        for problem in _problems(look, page, look.files):
            had[problem.what] -= 1
            if had[problem.what] < 0:
                yield _linted(problem, _block_at(page, problem.line - 1))
    if look.gone:
        for page in look.rest.values():
            # A link that a person put there is theirs to mend; lint and doctor tell them.
            ours = [p for p in dead_links(Look(page, look.files)) if _is_entry(page, p.line)]
            yield from map(_linted, ours)


def _linted(problem: Problem, block: str = "") -> Fault:
    return Fault(f"{problem.page}:{problem.line} {problem.what}", block)


def _problems(look: Reading, page: Page, files: frozenset[str]) -> list[Problem]:
    if look.change.kind == "purge":  # what cited a line that went is told by lint, and keeps no secret on its page
        return [problem for check in (same_anchor, live_markup, leaks) for problem in check(Look(page, files))]
    return problems(page, files)


def _is_entry(page: Page, line: int) -> bool:
    return any(block.start < line <= block.stop and not block.id.startswith("f-") for block in page.blocks)


def _theirs(page: Page, look: Reading, *, is_gone: bool) -> Iterator[str]:
    """The lines of ``page`` that are a person's: not the librarian's blocks, their footnotes, headings and counts."""
    fields = SCAFFOLD if is_gone else COUNTS
    ours = {i for i in range(page.head) if page.lines[i].startswith(fields)}
    for block in page.blocks:
        row, ruled, there = look.rows.get(block.id), look.decided.get(block.id), digest(standing(page, block))
        is_ours = row is not None and row.state == "live" and row.sha == there
        if is_ours or (ruled and ruled.word != "theirs" and ruled.conflict.saw == there):
            for part in (block, *notes_of(page, block.id)):
                ours |= set(range(part.start, part.stop))
    headings = {section.start for section in page.sections if section.title in {*SECTIONS, PAGES, DOMAINS}}
    headings |= {section.start for section in page.sections if section.level == 1} if is_gone else set()
    for i, line in enumerate(page.lines):
        if i not in ours and i not in headings and line.strip() and not is_fold(line):
            yield line


def _same(line: str, other: str) -> bool:
    return line == other or bare(line) == bare(other)


def _block_at(page: Page, i: int) -> str:
    parts = ((block.id, part) for block in page.blocks for part in (block, *notes_of(page, block.id)))
    return next((key for key, part in parts if part.start <= i < part.stop and key[:2] in {"f-", "s-", "p-"}), "")


FILING: tuple[Check, ...] = (
    own_domain,
    size,
    readable,
    peoples_lines,
    once,
    not_taken_away,
    backed,
    of_no_domain,
    evidence,
    markup,
    secret,
)

CHECKS: Mapping[str, tuple[Check, ...]] = {"file": FILING, "purge": (only_less, secret)}
"""What is looked at, by the kind of a change set."""
