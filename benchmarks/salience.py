"""Learns what of tickets' claims readers keep, from labels of readers, and says how well that holds for other projects.

    python benchmarks/salience.py learn WORKSPACE [WORKSPACE …] [--write]

The workspaces hold the record of the projects of `labels/salience.jsonl` (a workspace that lacks some learns from the
rest). Prints how candidates of each project are ranked by weights learned from all other projects: the area under the
curve, and the share that readers kept of those that would be filed. With --write the weights go to the package. A label
row holds no text of the logs: project, rule, a hash of the candidate's key, file, line, the grade that a reader gave (2
and 3: keep it), and of the others why not. Readers knew neither rule nor confidence; twenty claims were read five
times.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from distillers.findings import Candidate, Confidence
from distillers.record.archive import Archive
from distillers.rules import tickets
from distillers.salience import WEIGHTS
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger

LABELS = Path(__file__).parent / "labels" / "salience.jsonl"
KEEP = 1.5
"""Mean grade from which a candidate counts as kept."""
SEEN = 6
"""Labelled candidates that must have a feature for it to get a weight."""
DECAY = 0.008
"""How strongly weights are drawn to nought (L2, on the mean loss)."""
STEPS = 500
LEAST = 0.005
"""A weight that is smaller is not kept."""
FILED, SURE = 0.35, 2.6
"""Scores, in log odds, from which a claim of a small domain is filed, and from which one may be high."""


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled candidate."""

    project: str
    features: frozenset[str]
    tier: Confidence
    kept: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("todo", choices=["learn"])
    parser.add_argument("workspaces", nargs="+", type=Path)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    grades = labelled(args.labels)
    found = list(rows(candidates(args.workspaces), grades))
    print(f"{len(found)} labelled claims of tickets, {sum(row.kept for row in found) / len(found):.3f} kept")
    measured(found)
    if args.write:
        WEIGHTS.write_text(json.dumps(learned(found), indent=0, sort_keys=True) + "\n", "utf-8")


def pointer(project: str, key: str) -> str:
    """What names a candidate in the labels."""
    return hashlib.blake2b(f"{project}\0{key}".encode(), digest_size=8).hexdigest()


def labelled(path: Path) -> Mapping[str, float]:
    """The mean grade by pointer."""
    given: dict[str, list[int]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        given[row["candidate"]].append(row["grade"])
    return {candidate: sum(some) / len(some) for candidate, some in given.items()}


def candidates(workspaces: Iterable[Path]) -> Iterator[tuple[Candidate, frozenset[str]]]:
    """All that the tickets in the record of some workspaces state, with what is weighed of it."""
    for root in workspaces:
        place = Workspace(root)
        archive = Archive(place.archive, Ledger(place.ledger))
        for domain in archive.domains():
            for unit in archive.iter_units(domain, sorted(info.unit for info in archive.units(domain))):
                yield from ((one, weighed()) for _, one, weighed in tickets.described(unit) if weighed)


def rows(every: Iterable[tuple[Candidate, frozenset[str]]], grades: Mapping[str, float]) -> Iterator[Row]:
    """The candidates that have a label."""
    for one, features in every:
        grade = grades.get(pointer(one.domain, one.key))
        if grade is not None:
            yield Row(one.domain, features, one.tier, grade >= KEEP)


def learned(found: Sequence[Row]) -> Mapping[str, object]:
    """The model of all rows."""
    names, weights, bias = fitted(found)
    told = {name: round(float(one), 3) for name, one in zip(names, weights, strict=True) if abs(one) >= LEAST}
    return {"bias": round(bias, 3), "weights": told, "filed": FILED, "sure": SURE}


def measured(found: Sequence[Row]) -> None:
    """Prints how each project fares with what the others taught."""
    kept = np.array([row.kept for row in found])
    scores = np.zeros(len(found))
    for project in sorted({row.project for row in found}):
        inside = np.array([row.project == project for row in found])
        names, weights, bias = fitted([row for row, is_in in zip(found, inside, strict=True) if not is_in])
        scores[inside] = (
            matrix([row for row, is_in in zip(found, inside, strict=True) if is_in], names) @ weights + bias
        )
        print(f"  {project}: {int(inside.sum())} labels, area {area(kept[inside], scores[inside]):.3f}")
    may = np.array([row.tier != "low" for row in found])
    print(f"  all: area {area(kept, scores):.3f}, of those that their form lets in {area(kept[may], scores[may]):.3f}")
    edges = [-9, -1, -0.5, FILED, 0.5, 1, 1.5, SURE, 2, 9]
    for low, high in pairwise(edges):
        among = may & (scores >= low) & (scores < high)
        print(f"  score {low} to {high}: {int(among.sum())}, {kept[among].mean() if among.any() else 0:.3f} kept")


def fitted(found: Sequence[Row]) -> tuple[list[str], np.ndarray, float]:
    """Logistic regression with L2, by accelerated gradient descent: names, weights, bias."""
    counted = Counter(name for row in found for name in row.features)
    names = sorted(name for name, times in counted.items() if times >= SEEN)
    given, kept = matrix(found, names), np.array([row.kept for row in found], np.float32)
    count = len(found)
    step = np.float32(1 / (0.25 * steepest(given) / count + 0.25 + DECAY))
    weights = ahead = np.zeros(len(names) + 1, np.float32)
    decayed = np.append(np.full(len(names), DECAY), 0).astype(np.float32)
    ones = np.hstack([given, np.ones((count, 1), np.float32)])
    pace = 1.0
    for _ in range(STEPS):
        wrong = 1 / (1 + np.exp(-(ones @ ahead))) - kept
        moved = ahead - step * (ones.T @ wrong / count + decayed * ahead)
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead, weights, pace = moved + np.float32((pace - 1) / faster) * (moved - weights), moved, faster
    return names, weights[:-1], float(weights[-1])


def steepest(given: np.ndarray) -> float:
    """The largest eigenvalue of ``given.T @ given``, by power iteration."""
    along = np.ones(given.shape[1], np.float32)
    for _ in range(30):
        along = given.T @ (given @ along)
        along /= np.linalg.norm(along)
    return float(np.linalg.norm(given @ along) ** 2)


def matrix(found: Sequence[Row], names: Sequence[str]) -> np.ndarray:
    """One row a candidate, one column a feature: 1 where it is there."""
    places = {name: at for at, name in enumerate(names)}
    given = np.zeros((len(found), len(names)), np.float32)
    for at, row in enumerate(found):
        given[at, [places[name] for name in row.features if name in places]] = 1
    return given


def area(kept: np.ndarray, scores: np.ndarray) -> float:
    """Area under the ROC curve; nan if all are of one kind."""
    ranks = np.argsort(np.argsort(scores)) + 1
    good, bad = int(kept.sum()), int((~kept).sum())
    return (ranks[kept].sum() - good * (good + 1) / 2) / (good * bad) if good and bad else float("nan")


if __name__ == "__main__":
    main()
