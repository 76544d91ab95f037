from dataclasses import dataclass, replace

import pytest

from content.brief import Brief
from content.drafting import written
from content.gate import hold, objections
from content.skeleton import Skeleton
from content.writer import Answered, Article, Block, Sentence


def lead(brief: Brief, words: str) -> str:
    return next(f.id for f in brief.findings.values() if words in f.claim)


@pytest.mark.parametrize(
    "text",
    [
        "The probe of the watchdog read half of the buffered frames, since the reader opened the port with "
        "`exclusive=False`.",
        "The reader opened the serial port with `exclusive=False`.",
    ],
)
def test_a_sentence_in_other_words_passes_if_its_finding_says_it(brief: Brief, text: str) -> None:
    assert objections(Sentence(text, "finding", (lead(brief, "exclusive=False"),)), brief.findings) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "The reader opened the serial port 3 times with `exclusive=False`.",
            "number that is not in its findings: 3",
        ),
        (
            "The reader opened the serial port with `exclusive=None`.",
            "not in its findings: exclusive=None",
        ),
        (
            "The reader opened the serial port in Ebbport with `exclusive=False`.",
            "not in its findings: Ebb",
        ),
        ("The reader opened the serial port in drivers/tty.py.", "names what is not in its findings: drivers/tty.py"),
        ("Our customers love how quickly mistakes are mended by everyone.", "shares only"),
    ],
)
def test_a_sentence_that_says_more_than_its_finding_is_refused(brief: Brief, text: str, why: str) -> None:
    found = objections(Sentence(text, "finding", (lead(brief, "exclusive=False"),)), brief.findings)
    assert any(why in each for each in found), found


def test_a_sentence_without_a_finding_or_with_one_from_elsewhere_is_refused(brief: Brief) -> None:
    assert objections(Sentence("Anything.", "finding"), brief.findings) == ["names no finding"]
    found = objections(Sentence("Anything.", "finding", ("f-00000000",)), brief.findings)
    assert found == ["names f-00000000, which is not in the brief"]


def test_every_sentence_of_the_skeleton_passes(brief: Brief) -> None:
    article = Skeleton().write(brief)
    held = hold(article, brief, article)
    assert held.objections == ()
    assert held.article == article
    stated = [sentence for sentence in article.sentences() if sentence.made == "finding"]
    assert stated
    assert [each for sentence in stated for each in objections(sentence, brief.findings)] == []


@dataclass(frozen=True)
class Liar:
    """A writer that obeys whoever spoke last."""

    name: str = "liar"

    def write(self, brief: Brief) -> Article:
        honest = Skeleton().write(brief)
        known = lead(brief, "41 MB")
        blocks = (
            Block("paragraph", (Sentence("We have 9000 happy customers."),)),
            Block("paragraph", (Sentence("A year of one station takes 12 MB.", "finding", (known,)),)),
            Block("paragraph", (Sentence("The CEO decided this.", "finding", ("f-00000000",)),)),
        )
        return replace(
            honest,
            title="How Initech saves $12,000",
            description="Bought by 9000 happy customers already, as the CEO of Initech says.",
            blocks=(*blocks, *honest.blocks),
            faq=(Answered("Is it safe?", "Always."),),
        )


def test_the_worst_that_a_writer_can_produce_is_the_skeleton(brief: Brief) -> None:
    draft, rows, said = written(brief, Liar(), "liar")
    for lie in ("9000", " 12 MB", "CEO", "Initech", "Always"):
        assert lie not in draft.data.decode()
    assert "A year of one station at one reading a minute takes 41 MB." in draft.body
    assert len(said) >= 5
    assert {row.made for row in rows} <= {"finding", "template", "source"}
