"""How much of a ticket's change stands in real repositories, however they were read, and what follows from it."""

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from gitrepo import GitRepo
from proposals import candidate, quote

from distillers.code import reading
from distillers.code.cache import Cache
from distillers.code.changes import SAMPLE, telling
from distillers.code.look import look
from distillers.code.naming import Marker
from distillers.code.places import Place
from distillers.code.standing import Judge, Standing
from distillers.code.wear import Lost, Wear
from distillers.findings import Candidate
from distillers.links import Link

KEY = b"k" * 32
CAP, LIMIT, TOTAL = "limit = cap_lines(cart)\n", "limit = longest(cart)\n", "total = sum(prices)\n"
See = Callable[..., Standing]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo.make(tmp_path / "shop")


@pytest.fixture
def see(tmp_path: Path) -> See:
    def look_at(*roots: Path, apart: tuple[str, ...] = ()) -> Standing:
        return look({"shop": [Place(root, apart) for root in roots]}, Cache(tmp_path / "code", KEY), Marker(KEY)).code[
            "shop"
        ]

    return look_at


def of(commit: str, claim: str = "Carts are capped", file: str = "") -> Candidate:
    """What the ticket of a commit states."""
    lead = quote(f"commit-{commit[:12]}" if commit else "T-1", claim, "ticket")
    return candidate(replace(lead, file=file or lead.file), rule="ticket-statement", worth=2.0)


def lost(seen: Standing, one: Candidate, links: Sequence[Link] = ()) -> tuple[int, int] | None:
    found = seen.wear.by_unit([one], links).get(one.evidence[0].unit)
    return (found.gone, found.of) if found else None


def test_a_change_is_worn_as_far_as_its_lines_are_gone(repo: GitRepo, see: See) -> None:
    first = repo.commit("Cap", cart=CAP + TOTAL)
    assert lost(see(repo.root), of(first)) == (0, 2)
    second = repo.commit("Limit", cart=LIMIT + TOTAL)
    seen = see(repo.root)
    assert (lost(seen, of(first)), lost(seen, of(second))) == ((1, 2), (0, 1))
    repo.commit("Back", cart=CAP + TOTAL)
    assert lost(see(repo.root), of(first)) == (0, 2)


def test_lines_that_were_moved_indented_or_formatted_stand(repo: GitRepo, see: See) -> None:
    first = repo.commit("Cap", cart='limit = cap("lines", cart)\n' + TOTAL)
    repo.git("rm", "-q", "cart")
    repo.commit("Move", basket="if True:\n    limit = cap('lines', cart,)\n    total = sum( prices )\n")
    assert lost(see(repo.root), of(first)) == (0, 2)


def test_what_is_no_code_and_brackets_tell_nothing(repo: GitRepo, see: See) -> None:
    first = repo.commit("Tell", **{"README.md": "Carts are capped at a limit.\n", "a.js": "});\n"})
    repo.commit("Tell no more", **{"README.md": "Nothing.\n", "a.js": "\n"})
    seen = see(repo.root)
    assert (lost(seen, of(first)), seen.wear.parts()) == (None, ())
    assert telling([b"  } else {", b"return x", b"  total += price\r"]) == {b"returnx", b"totalprice"}


def test_what_grew_night_by_night_ends_where_one_look_at_all_ends(repo: GitRepo, see: See, tmp_path: Path) -> None:
    for text in (CAP, CAP + TOTAL, LIMIT):
        repo.commit("Step", cart=text)
        repo.git("checkout", "-q", "-B", "side")
        repo.commit("Aside", aside=f"aside = {len(text)}\n" + text)
        repo.git("checkout", "-q", "main")
        repo.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
        grown = see(repo.root)
    shutil.rmtree(tmp_path / "code")
    assert see(repo.root).parts() == grown.parts()


def test_a_rewritten_history_is_read_anew(repo: GitRepo, see: See) -> None:
    first = repo.commit("Cap", cart=CAP)
    other = repo.commit("Total", cart=TOTAL)
    assert lost(see(repo.root), of(first)) == (1, 1)
    repo.git("reset", "-q", "--hard", first)
    seen = see(repo.root)
    assert (lost(seen, of(first)), lost(seen, of(other))) == ((0, 1), None)


def test_while_nothing_moves_the_same_is_told_from_what_is_kept(repo: GitRepo, see: See, tmp_path: Path) -> None:
    repo.commit("Cap", cart=CAP)
    repo.commit("Total", cart=TOTAL)
    before = see(repo.root).parts()
    (repo.root / ".git" / "objects").rename(repo.root / ".git" / "away")  # git would find no repository
    assert see(repo.root).parts() == before
    (kept,) = (tmp_path / "code").iterdir()
    assert b"limitcap" not in kept.read_bytes()
    assert b"limit = cap" not in kept.read_bytes()


def test_a_merge_is_what_it_brought_in(repo: GitRepo, see: See) -> None:
    repo.commit("Start", cart=TOTAL)
    repo.git("checkout", "-q", "-b", "cap")
    repo.commit("Cap", basket=CAP)
    repo.commit("Prices", prices="prices = read(catalogue)\n")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'cap'", "cap")
    merge = repo.git("rev-parse", "HEAD")
    repo.commit("Limit", basket=LIMIT)
    assert lost(see(repo.root), of(merge)) == (1, 2)


def test_a_ticket_is_the_commits_that_changed_its_own_file(repo: GitRepo, see: See) -> None:
    (repo.root / "tickets").mkdir()
    repo.commit("Cap", cart=CAP, **{"tickets/t-1 - cap.md": "Cap it\n"})
    many = {f"tickets/t-{number} - more.md": "More\n" for number in range(2, 14)}
    repo.commit("Total", cart=CAP + TOTAL, **many)
    repo.commit("Limit", cart=LIMIT)
    seen = see(repo.root, apart=("tickets",))
    own, among = (of("", file=f"/shop/tickets/{name}") for name in ("t-1 - cap.md", "t-2 - more.md"))
    assert (lost(seen, own), lost(seen, among)) == ((1, 1), None)
    shared = replace(own, evidence=(replace(own.evidence[0], unit="T-2"),))
    assert seen.wear.by_unit([own, shared], ()) == {}, "a file of two tickets is neither's own"


def test_a_request_is_the_commits_that_name_it(repo: GitRepo, see: See) -> None:
    first = repo.commit("Cap (#12)", cart=CAP)
    repo.commit("Limit", cart=LIMIT)
    named = Link(f"commit-{first[:12]}", "T-1", "pull request", "#12")
    names = Link("T-1", f"commit-{first[:12]}", "commit", first)
    assert (lost(see(repo.root), of(""), [named]), lost(see(repo.root), of(""), [names])) == ((1, 1), None)


def test_what_moved_to_another_repository_of_the_domain_stands(repo: GitRepo, tmp_path: Path, see: See) -> None:
    other = GitRepo.make(tmp_path / "lib")
    first = repo.commit("Cap", cart=CAP)
    repo.commit("Moved out", cart=TOTAL)
    other.commit("Moved in", lines=CAP)
    assert lost(see(repo.root, other.root), of(first)) == (0, 1)


def test_of_a_large_change_a_sample_tells(repo: GitRepo, see: See) -> None:
    words = [f"price of {random.Random(number).randrange(10**9)}\n" for number in range(2000)]
    first = repo.commit("Prices", cart="".join(words))
    repo.commit("Fewer", cart="".join(words[:500]))
    gone, every = lost(see(repo.root), of(first)) or (0, 0)
    assert every == SAMPLE
    assert 0.6 < gone / every < 0.9


def test_of_a_history_with_holes_the_commits_that_were_read_whole_are_known(
    repo: GitRepo, see: See, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = (LIMIT, CAP, LIMIT + CAP, TOTAL)
    some = [repo.commit("Step", cart=text) for text in texts]
    blob = repo.git("rev-parse", f"{some[1]}:cart")
    (repo.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    seen = see(repo.root)
    assert [lost(seen, of(one)) for one in some] == [(1, 1), None, None, (0, 1)]
    monkeypatch.setattr(reading, "LONGEST", 10)
    last = repo.commit("More", cart=TOTAL + CAP)
    assert lost(see(repo.root), of(last)) is None


def test_a_claim_is_worth_less_by_what_is_gone_and_low_if_nearly_all_is() -> None:
    some = [of(commit * 12) for commit in "abcd"]
    judge = Judge(lost={one.evidence[0].unit: Lost(gone, 10) for one, gone in zip(some, (0, 4, 7, 10), strict=True)})
    assert [(one.worth, one.tier) for one in judge.lowered(some)] == [
        (2.0, "medium"),
        (pytest.approx(0.8), "medium"),
        (2.0, "low"),
        (2.0, "low"),
    ]
    typed = replace(some[3], evidence=(*some[3].evidence, quote("s1", "cap them")))
    unweighed = replace(some[1], worth=None)
    assert judge.lowered([typed, unweighed]) == [typed, unweighed]


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (Lost(10, 10), "no line that this change added stands in the code any more"),
        (Lost(63, 64), "about 9 of 10 lines that this change added stand nowhere in the code any more"),
        (Lost(5, 7), "about 7 of 10 lines that this change added stand nowhere in the code any more"),
    ],
)
def test_how_much_is_gone_is_told_in_a_sentence(lost: Lost, told: str) -> None:
    assert lost.told() == told


def test_the_same_wear_is_the_same_text() -> None:
    wear = Wear({1: Lost(1, 2), 2: Lost(0, 3)}, {9: frozenset({1, 2})}, Marker(KEY))
    again = Wear({2: Lost(0, 3), 1: Lost(1, 2)}, {9: frozenset({2, 1})}, Marker(KEY))
    assert wear.parts() == again.parts() != replace(wear, lost={1: Lost(2, 2)}).parts()
