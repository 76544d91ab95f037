"""Which sentence of a ticket tells how something that was wrong in it was ended, and how well.

It was done (an outcome, a list of changes), it holds (a ticked criterion), or it was to be done and the ticket is done.
It has a name or some words with the defect in common and says more; a clean-up beside the fix, or that all is well, is
no end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from distillers.claims import Statement, identifiers, tokens, unmarked
from distillers.cues import ANAPHORA, FUTURE, HEDGE, IMPERATIVE, NOISE, cue
from distillers.record.units import Unit
from distillers.rules import stood
from distillers.rules.doing import about_work, on_tests
from distillers.rules.joined import Joined
from distillers.rules.stated import Stated, section_at

SIZES = 30, 260
"""Characters of a sentence that can tell an end."""
SHARED = 3
"""What the end and what was wrong have in common, a name counted as two words."""
NAME = 2
MUCH = 6
"""More in common tells no more: what says it all again is no better an end."""
NEWS = 2
"""Words of weight of an end that what was wrong and the title have not: otherwise it says the same again."""
_PATH = r"(?:`?[\w./-]*\w\.\w{1,5}`?(?: ?\(lines? [^)]*\))? ?(?:-|–|—|:) ?)?"
"""In front of what was done, the file that it was done to."""
_DID = re.compile(
    rf"^\W*{_PATH}(?:[A-Z]\w+ly )?[A-Za-z][a-z]+(?<!e)ed\b(?! (?:by|to|as|on)\b)"
    rf"|^\W*{_PATH}(?:Built|Cut|Kept|Made|Put|Rewrote|Set|Split)\b"
    r"|\bnow\b|\bno longer\b",
)
"""What was done, or what is so since."""
_DO = re.compile(
    r"^\W*(?:at (?:a )?minimum,? )?(?:make|let|pass|treat|set|emit|skip|return|allow|ensure"
    r"|detect|read|write|keep|prevent|require|handle)\b",
    re.IGNORECASE,
)
"""What is to be done."""
LABELLED = re.compile(
    r"^\W*(?:fix|solution|recommendation|resolution|implementation)(?: applied)?\W*: +", re.IGNORECASE
)
_LEADS_IN = re.compile(
    r"^[ \t]*(?:[-*] +)?\**(?:fix|solution|resolution)(?: \w+)?\**:\** +(?P<said>\S.{28,}?)"
    r"(?: ?\(lines? [^)]*\))?:[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SOLVED = cue(r"fix(?:es|ed)?, solutions?, resolutions?, resolved")
"""A heading under which stands what mended a thing, whatever else it announces …"""
_CHANGED = cue(r"files? (?:modified|changed), (?:modified|changed) files?, changes")
"""… or what was changed."""
_CHECKED = cue(r"tests?, testing, verif\w*, validat\w*, success, files? to \w+")
_LATE = cue(r"summary, implementation (?:notes|summary), outcome, results?, resolution, work log, close[ _]?\w*")
"""A heading of a text that was written after the work."""
_SINCE = re.compile(r"\bnow\b|\bno longer\b", re.IGNORECASE)
_HOLLOW = re.compile(
    r"^\W*(?:successfully )?(?:fix(?:ed|es)|resolve[ds])\b(?!.*\b(?:by|with|using|to|so|instead)\b)"
    r"|\ba fix (?:that|which|for|to)\b"
    r"|^\W*(?:#\d+ )?(?:successfully implemented|investigat|identif|reproduc|research|confirm|verif|analy[sz])"
    r"|\b(?:works?|functions?|behaves?)\b[^.]{0,24}\b(?:correctly|properly|again|as (?:expected|before))\b",
    re.IGNORECASE,
)
"""Says that all is well, and not by what."""
_WELL = cue(r"correctly, properly, successfully, without (?:\S+ ){0,5}errors?")
"""Says so of one thing."""
_TIDIED = re.compile(
    rf"^\W*{_PATH}(?:(?:simplif|refactor|clean|consolidat|extract|export|reformat|tid|document|polish|renam)"
    r"(?:e[ds]?|s|ing|y|ied|ies|ying)?\b"
    r"|(?:removed?|replaced?|deleted?) (?:the )?(?:duplicat|legacy|redundant|unused|dead|obsolete|stale)\w*)"
    r"(?!.*\b(?:by \w+ing|ensuring|so|to (?:avoid|prevent))\b)",
    re.IGNORECASE,
)
"""Makes the code tidier, and does not say to what end."""
_MEANS = re.compile(
    r"\bby \w+ing\b|\binstead of\b|\bso\b|\bfrom \S+ to\b|→|->|\bonly\b|\bto (?:match|avoid|prevent)\b", re.IGNORECASE
)
"""By what it was ended."""
_HANDED = re.compile(r"\bpass(?:es|ed|ing)? (?!all\b)(?=the |an? |raw |its? |`|\w+ (?:to|as|into|on)\b)", re.IGNORECASE)
"""What is handed on, not a test that passes."""
_LINES = re.compile(r" ?\(lines? [\d, –-]+\)")
_WEIGHT = {"done": 3, "held": 1, "planned": 0, "wanted": -1}
"""How much rather a sentence is taken: it was done, its box was ticked, it was planned, or it was to hold."""


def endings(everything: Sequence[Stated], parts: Joined, least: int) -> list[Stated]:
    """The sentences that tell how what these parts tell was ended, at least so well, the best first."""
    own = {(one.event.id, one.statement.spans) for part in parts for one in part}
    told = " ".join(map(stood.said, parts))
    known = _words(f"{told} {parts[0][0].event.title.split(' > ')[0]}")
    fit = [one for one in everything if (one.event.id, one.statement.spans) not in own and _ends(one)]
    fit = [one for one in fit if len(_words(one.text) - known) >= NEWS and common(one.text, told) >= SHARED]
    near = [(tells(one, told), one) for one in fit]
    near = [(worth, one) for worth, one in near if worth >= least]
    return [one for _, one in sorted(near, key=lambda pair: (-pair[0], pair[1].place))]


def led(unit: Unit) -> Iterator[Stated]:
    """What a ticket calls the fix on lines that lead in to code: no sentences for who reads statements."""
    for place, event in enumerate(unit.events):
        for line in _LEADS_IN.finditer(event.text) if event.origin == "ticket" else ():
            text = f"{unmarked(line['said'])}."
            fix = Statement(text, (line.span("said"),), heading="Fix", item=False, open=False, first=True)
            yield Stated(event, fix, None, "outcome", place, 0, planned=False)


def tells(one: Stated, told: str) -> int:
    """How well a sentence tells the end of what is ``told``."""
    means = _MEANS.search(one.text) is not None
    if tidies(one.text) or _HOLLOW.search(one.text) or (_WELL.search(one.text) and not means):
        return 0
    plus = _certain(one) + (NAME if LABELLED.match(one.text) else 0) + means
    return min(common(one.text, told), MUCH) + plus


def tidies(text: str) -> bool:
    """Whether a sentence only says that the code was made tidier."""
    return _TIDIED.match(text) is not None


def common(text: str, told: str) -> int:
    """How many words of weight a text has in common with what is ``told``, a name counted as two."""
    names = {name for name in identifiers(text) & identifiers(told) if not name.startswith("#")}
    return NAME * len(names) + len(_stems(text) & _stems(told))


def _stems(text: str) -> frozenset[str]:
    """The words of weight of a text, without the s of a plural."""
    return frozenset(re.sub(r"(?<!s)s$", "", word) for word in tokens(text))


def _words(text: str) -> frozenset[str]:
    return tokens(text) | identifiers(text)


def _ends(one: Stated) -> bool:
    text = _HANDED.sub("", _LINES.sub("", one.text))
    if not SIZES[0] <= len(text) <= SIZES[1] or one.statement.open or text.endswith(("?", ":")) or one.before:
        return False
    if about_work(text) or on_tests(text) or ANAPHORA.match(text) or _HOLLOW.search(text):
        return False
    if any(cue.search(text) for cue in (NOISE, HEDGE, FUTURE)) or one.section in {"cause", "problem"}:
        return False
    return _tells_end(one)


def _tells_end(one: Stated) -> bool:
    """Whether it stands where an end is told, and tells one."""
    if one.section != "skip":
        return one.section == "criteria" or does(one) or (late(one) and _solves(one))
    if section_at(one.event, one.statement) == "criteria":
        return True
    return _solves(one) or bool(_CHANGED.search(one.statement.heading) and _DID.search(one.text))


def does(one: Stated) -> bool:
    """Whether a sentence says itself what was done."""
    if one.planned and not late(one):
        return orders(one.text) or _SINCE.search(one.text) is not None
    return bool(_DID.search(one.text) or stood.EDIT.match(one.text) or IMPERATIVE.match(one.text))


def orders(text: str) -> bool:
    """Whether a sentence says what is to be done."""
    bare = LABELLED.sub("", text)
    return any(pattern.match(bare) for pattern in (stood.EDIT, IMPERATIVE, _DO))


def late(one: Stated) -> bool:
    """Whether it stands in a text that was written after the work."""
    return any(map(_LATE.search, one.event.title.split(" > ")[1:]))


def _solves(one: Stated) -> bool:
    """Whether it stands under what its heading calls the fix."""
    heading = one.statement.heading or one.event.title.rsplit(" > ", 1)[-1]
    return bool(_SOLVED.search(heading)) and not _CHECKED.search(heading)


def _certain(one: Stated) -> int:
    """How much rather a sentence is taken than one that was planned."""
    if one.section == "criteria":
        return _WEIGHT["held"]
    if section_at(one.event, one.statement) == "criteria":
        return _WEIGHT["wanted"]
    return _WEIGHT["done" if done(one) else "planned"] + (NAME if _solves(one) else 0)


def done(one: Stated) -> bool:
    """Whether a sentence comes from after the work."""
    return one.section not in {"criteria", "skip"} and (not one.planned or late(one))


def unlabelled(text: str) -> str:
    """A text without the label that says what it is: Fix, Solution, Recommendation."""
    bare = LABELLED.sub("", text)
    return bare[:1].upper() + bare[1:] if bare != text else text
