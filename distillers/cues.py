"""Cues: the words and phrases that rules and grading look for.

Words alone predict little, so no rule rests on a cue without structure: who said it, in what kind of event, after what.
"""

from __future__ import annotations

import re


def words(*lines: str) -> frozenset[str]:
    """A set of words from lines of words."""
    return frozenset(word for line in lines for word in line.split())


def cue(*lines: str) -> re.Pattern[str]:
    """A pattern that finds any of the phrases (small patterns, separated by commas) as whole words, in any case."""
    phrases = [phrase for line in lines for phrase in re.split(r",\s+|,$", line) if phrase]
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


COMMON = words(
    "the and for that this with from are was were has have had not but its into when then than they them their there",
    "which will would should can could may one two all any also only now new use used using our you your what how why",
    "who where while been being does did done each other some such more most over under out via per",
)

HEDGE = cue(
    r"might, may, maybe, perhaps, probabl\w+, possibl[ey], likely, presumabl\w+, seems?, seemed, appears? to,",
    r"appeared to, suspect\w*, could be, could have, i (?:think|believe|guess), not (?:sure|certain),",
    r"unclear, (?:is|cause|reason) unknown,",
    r"guess\w*, assum(?:e|ed|ing), hypothes\w+, looks like, apparently, potential(?:ly)?, in theory, theor(?:y|ies),",
    r"tentativ\w+, must have, must be \w+ing, supposed to,",
    r"(?:interim|stop-?gap|temporary) (?:fix|measure|solution|workaround), will be superseded",
)

REASON = cue(
    r"because, due to, caused by, cause[ds]?, root cause, the reason, since, so that, in order to, instead of,",
    r"to (?:avoid|prevent|ensure|keep|allow|make sure), rather than, otherwise, led to, leads to, results? in,",
    r"which (?:meant|means|made|led|broke|caused), resulted in, as a result, therefore, unless,",
    r"even when, even though,",
    r"no longer, never, must, only, cannot, can't, do(?:es)? not, did not, doesn't, don't, didn't, without, not",
)

CAUSE = cue(
    r"root[ -]cause, caused by, cause[ds]?, because, due to, was (?:broken|missing|wrong|failing), turned out, led to,",
    r"the (?:issue|problem|bug|culprit|regression) (?:was|is|came), resulted in, so that,",
    r"which (?:meant|made|broke|caused)",
)

CHOICE = cue(
    r"decided, decision, chose, chosen, opted, instead of, rather than, in favou?r of, no longer, by default,",
    r"defaults? to, always, never, must, only when, only if, deliberately, intentionally, on purpose, prefer\w*,",
    r"keep(?:s|ing)?, stays?, remains?, obsolete, deprecated, replaced",
)

BROKE = cue(
    r"root[ -]cause, caused by, cause[ds]?, due to, was (?:broken|missing|wrong|failing), turned out, led to,",
    r"resulted in,",
    r"the (?:real |actual |main )?(?:issue|problem|bug|culprit|regression|error)(?: was| is| came|:), fail(?:s"
    r"|ed) because,",
    r"which (?:meant|made|broke|caused)",
)
"""Why something broke, as opposed to why something was chosen."""

WHY = cue(
    r"because, due to, caused by, root[ -]cause, so that, instead(?: of)?, rather than, no longer, in favou?r of,",
    r"to (?:avoid|prevent|keep|ensure|stop), deliberately, intentionally, on purpose, by design,",
    r"the (?:bug|issue) was,",
    r"which (?:meant|made|broke|caused|leads|led), decided, chose, otherwise, even (?:when|though),",
    r"never,",
    r"without, only (?:when|if), unless, regardless of, defaults? to, by default",
)
"""A reason, a contrast or a condition: what turns a report of work into knowledge."""

FIX = cue(r"fix(?:e[sd])?, resolv(?:e[sd]?|ing), prevents?, avoids?, restor\w+, correct(?:s|ed), handles?, now")

NOISE = cue(
    r"pass(?:es|ed|ing)?, all tests, test suite, coverage, type[- ]?check, lint(?:ing|er)?, verified, validated,",
    r"verification, ran, re-?ran, smoke, screenshots?, changelog, readme updated,",
    r"updated (?:the )?(?:tests?|docs|readme),",
    r"added (?:\w+ )?tests?, (?:new|comprehensive|integration|e2e) tests?, lines? \d+, unit tests?,",
    r"regression (?:tests?|coverage), \d+ tests?, approved, reviewed,",
    r"rebased?, code review, acceptance criteria, pre-?existing, unrelated, transient, flaky, co-authored,",
    r"sign(?:ed)?-off, todo, wip, gh pr create,",
    r"(?:pr|pull request) (?:creation|body|title|description|opened|created),",
    r"blocked, mergeable, conflict-free, cherry-pick(?:ed)?",
)

FUTURE = cue(
    r"will (?:be|need|have), should, plan(?:s|ned)? to, going to, next step, later, current task, phase \d,",
    r"suggest\w*, precondition\w*, postcondition\w*, workaround, follow[- ]up, could, would, want,",
    r"need(?:s|ed)? to, next:",
)

CORRECTED = cue(
    r"correction, earlier (?:claim|statement|note|assumption|version|model), not true, contrary to, superseded,",
    r"(?:was|is|were) (?:wrong|outdated|incorrect|mistaken), turned out (?:not|to be wrong)",
)

ANAPHORA = re.compile(
    r"^(?:This|That|It|Its|These|Those|They|Which|So|Thus|Therefore|However|But|Also|Instead|Then|Both|Such"
    r"|The (?:fix|change|result))\b"
)

AUTHORITY = cue(
    r"(?:ceo|cto|cfo|founder|owner|boss|management|board(?: of directors)?|president|vp|chief \w+ officer"
    r"|executives?|legal(?: team)?"
    r"|security team|leadership|project lead|head of \w+|maintainers?) (?:has |have )?(?:\w+ly )?"
    r"(?:decided|approved|said|says|ordered|wants|mandated|authori[sz]ed|confirmed|signed off|requires|instructed"
    r"|told)",
)

IMPERATIVE = re.compile(
    r"^\W*(?:add|implement|create|initiali[sz]e|ensure|update|track|support|make|allow|provide|introduce|refactor"
    r"|investigate|define"
    r"|develop|build|write|set up|enhance|improve|extend|migrate|move|remove|replace|rename|use|verify|identify|fix"
    r"|test|document|determine|reproduce|examine|explore|research"
    r"|study|reuse|leverage|lock in|stabili[sz]e|consider|evaluate|simplify|convert|make)\b",
    re.IGNORECASE,
)
"""A wanted piece of work."""
