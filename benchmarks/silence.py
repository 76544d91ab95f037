"""How well the retrieval call knows that it does not know: AUROC of its score, and what it calls confident.

    python benchmarks/silence.py WORKSPACE QUESTIONS [--fit]

QUESTIONS is a folder with one `<domain>.jsonl` for each domain; a line has `question` and `kind`, and those of kind
`unanswerable` are not answered in their domain. The answerable questions of each domain are set against two kinds:

    unanswerable    written so: they speak of the domain's own things, and nobody said the answer
    of others       answerable ones of two other domains, asked here; some of them have an answer here too

AUROC is the chance that an answerable question scores above one of the other kind (.5 is chance). `--fit` chooses the
constants of `wiki/confidence.py` and `wiki/wants.py` anew, by logistic regression in which the three kinds weigh 5 : 3
: 2, and prints them for all domains, and the AUROC where each domain is judged with constants of the others alone.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy

from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from wiki import wants
from wiki.confidence import NOTHING
from wiki.search import SURE, Searcher

np = cast("Any", numpy)  # types of sums of arrays are not known to end anywhere
Numbers = Any
OTHERS = 2
NAMES = ("STRENGTH", "SHARE", "VALUE", "PERSON", "REASON", "AFFAIR", "CLAUSE")
KINDS = ("answerable", "unanswerable", "of others")
WEIGHTS = (0.5, 0.3, 0.2)
"""What the three kinds count when constants are chosen."""


@dataclass(frozen=True)
class Asked:
    """One question as asked in one domain."""

    domain: str
    kind: int
    score: float
    signs: tuple[float, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--fit", action="store_true", help="choose the constants anew")
    args = parser.parse_args()
    paths = Workspace(args.workspace.resolve())
    asked = list(answered(Searcher(paths.index, Ledger(paths.ledger)), questions(args.questions)))
    told("as it stands", asked, np.array([one.score for one in asked]))
    for kind, name in enumerate(KINDS):
        sure = [one.score >= SURE for one in asked if one.kind == kind]
        print(f"  confident of {name}: {sum(sure) / max(1, len(sure)):.3f} of {len(sure)}")
    if args.fit:
        fitted(asked)


def questions(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Domain → its questions."""
    files = sorted(path for path in folder.glob("*.jsonl") if path.suffixes == [".jsonl"])
    return {path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines() if line] for path in files}


def answered(searcher: Searcher, gold: dict[str, list[dict[str, str]]]) -> Iterator[Asked]:
    """Each question in its own domain, and each answerable one in two others."""
    chance = random.Random(5)
    for domain, some in gold.items():
        for one in some:
            answerable = one["kind"] != "unanswerable"
            yield ask(searcher, domain, one["question"], 0 if answerable else 1)
            for other in chance.sample(sorted(gold.keys() - {domain}), OTHERS) if answerable else ():
                yield ask(searcher, other, one["question"], 2)


def ask(searcher: Searcher, domain: str, question: str, kind: int) -> Asked:
    """One question with the signs that its score is made of."""
    ranked = searcher.ranked(question, domain)
    floor, found = ranked.manifest.floors[domain], ranked.evidence
    strength = math.log(max(found.strength / floor.strength, math.exp(NOTHING / 10)))
    signs = (strength, found.share - floor.share, *wants.signs(question))
    return Asked(domain, kind, found.score(floor, wants.leaning(question)), signs)


def fitted(asked: Sequence[Asked]) -> None:
    """Prints the constants chosen on all domains, and how those of the others do on each."""
    signs = np.array([one.signs for one in asked])
    kinds, domains = columns(asked)
    scores = np.zeros(len(asked))
    for domain in sorted(set(domains)):
        here = np.array([one == domain for one in domains])
        scores[here] = signs[here] @ regressed(signs[~here], kinds[~here])[:-1]
    told("each domain by the others' constants", asked, scores)
    chosen = regressed(signs, kinds)
    print("  " + ", ".join(f"{name} {value:.2f}" for name, value in zip((*NAMES, "all"), chosen, strict=True)))


def regressed(signs: Numbers, kinds: Numbers, ridge: float = 0.001) -> Numbers:
    """The weights of ``signs``, then the constant, by Newton's method."""
    rows = np.column_stack([signs, np.ones(len(signs))])
    worth = np.array([WEIGHTS[int(kind)] / float((kinds == kind).sum()) for kind in kinds])
    found = np.zeros(rows.shape[1])
    held = np.append(np.full(signs.shape[1], ridge), 1e-9)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (worth * (chance - (kinds == 0))) + held * found
        bend = (rows * (worth * chance * (1 - chance))[:, None]).T @ rows + np.diag(held)
        found -= np.linalg.solve(bend, slope)
    return found


def columns(asked: Sequence[Asked]) -> tuple[Numbers, list[str]]:
    """The kinds and the domains of what was asked."""
    return np.array([float(one.kind) for one in asked]), [one.domain for one in asked]


def told(name: str, asked: Sequence[Asked], scores: Numbers) -> None:
    """Prints the AUROC of ``scores`` against both kinds, over all and as the mean of the domains."""
    kinds, domains = columns(asked)
    print(name)
    for kind in (1, 2):
        places = [np.array([one == domain for one in domains]) for domain in sorted(set(domains))]
        within = [auroc(scores[here & (kinds == 0)], scores[here & (kinds == kind)]) for here in places]
        whole = auroc(scores[kinds == 0], scores[kinds == kind])
        print(f"  AUROC against {KINDS[kind]}: {whole:.3f}, mean of the domains {np.nanmean(within):.3f}")


def auroc(above: Numbers, below: Numbers) -> float:
    """The chance that one of ``above`` is larger than one of ``below``; equal ones count half."""
    if not len(above) or not len(below):
        return math.nan
    return float((above[:, None] > below).mean() + 0.5 * (above[:, None] == below).mean())


if __name__ == "__main__":
    main()
