"""Whether a sentence is about the work or about the thing that was worked on.

The work is over once a ticket is closed: who ran what, what was planned, reviewed or checked, how far it got, how well
it turned out. It is told by its build: a step opens with what was done to the work and names no subject, a report of
its state has the work itself for a subject, praise says of it only that it is good.
"""

from __future__ import annotations

import re

from distillers.claims import identifiers, tokens
from distillers.cues import CAUSE, WHY, cue

SHORT = 12
"""Words of weight of a sentence that praise can fill."""
HEAD = 60
"""Characters of a sentence in which it says what it is about."""
LIT = 2
_OPENS = r"^\W*(?:\d{4}-\d\d-\d\d[:\s]+)?(?:[A-Z][\w /-]{2,30}:\s+)?(?:(?:also|then|first|re)[\s-]+)?"
_STEP = (
    r"(?:re-?)?(?:ran|run|running|verif\w+|validat\w+|check(?:ed|ing)?|confirm\w*|test(?:ed|ing)?|review\w*)"
    r"|investigat\w+|research\w*|evaluat\w+|explor\w+|stud(?:y|ied)|identif\w+|understand|analy[sz]\w+|assess\w*"
    r"|audit\w*|inspect\w*|examin\w+|reproduc\w+|determin\w+|consider\w*|decide (?:if|whether)|plan(?:ned)?"
    r"|start(?:ed)?|beg[ai]n|finish\w*|complet\w+|mark(?:ed|ing)|address\w*|respond\w*"
    r"|open(?:ed)? (?:a |the )?(?:pr|pull|issue|branch)|clos(?:ed?|ing) |merg(?:ed?|ing)|rebas\w+|push\w*"
    r"|commit(?:ted|ting)?|publish\w*|(?:review )?follow-?ups?|attempt\w*|tried|discuss\w*|report(?:ed|s)?|request\w*"
    r"|ask(?:ed|s)|scope|rationale|citation|noted|next steps?"
)
_STEPS = re.compile(rf"{_OPENS}(?:{_STEP})\b(?![(/]|(?: \w+)?:)", re.IGNORECASE)
"""What was done to the work."""
_WORK = (
    r"(?:(?:the|this|that|all|our|overall|existing|current|new|final|full|initial|remaining|main|core|stale|minimal"
    r"|simple|dependency)\s+){0,3}"
    r"(?:implementations?|approach(?:es)?|solutions?|work|task|ticket|issue|pr|pull request|branch|patch|change set"
    r"|review(?:er)?|test suite|tests?|test run|builds?|ci|refactor(?:ing)?|scope|plan|progress|status|feature"
    r"|code(?: ?base)?|documentation|docs|functionality|changes?|refresh|diff|edits?|rebase|merge|fix(?:es)?"
    r"|behaviou?r|user experience|ux|system|integration|migration|workflow)"
)
_SUBJECT = re.compile(rf"^\W*{_WORK}\s+(?:\w+ly\s+)?\w+", re.IGNORECASE)
"""A sentence that has the work for its subject."""
_TOOLING = re.compile(
    r"\b(?:lint\w*|(?-i:TS)|type(?:script)? (?:errors?|checks?|assignment)|(?:variable )?shadowing|compil\w+ errors?"
    r"|already implemented|production-ready)\b",
    re.IGNORECASE,
)
_GOOD = cue(
    r"success\w*, complete(?:ly|d)?, fully, correct(?:ly)?, clean(?:ly|er)?, proper(?:ly)?, seamless(?:ly)?,",
    r"robust\w*,",
    r"comprehensive\w*, reliabl[ey], excellent, perfect\w*, significant\w*, substantial\w*, consisten(?:t|cy|tly),",
    r"maintainab\w+, scalab\w+, readab\w+, professional\w*, smooth(?:ly)?, intuitive\w*,",
    r"improv(?:ed|es|ing)?, enhanc\w+,",
    r"better, preserv(?:ed|ing|es), backward compatib\w+, as (?:expected|intended|before|required), best practices?,",
    r"unchanged, equivalent, no regressions?, works?, straightforward, ready, foundation, quality, clarity, in place,",
    r"up to date, without (?:any )?(?:issues?|errors?|problems?)",
)
"""Praise, and that nothing else changed."""
_TESTS = re.compile(
    r"(?<![\w/-])(?<!, )(?<!\()(?:tests?|assertions?|fixtures?|mocks?)(?![\w-])"
    r"|\btest_\w+|\b\w+_test\b|[\w/-]+[._](?:test|spec)\.\w+|\btests?/\w|\bTest[A-Z]\w+",
)
_LIMITS = cue(
    r"cannot, can't, must(?: not|n't)?, never, always, only, because, process-global, doesn't, does not, don't, do not"
)
"""What makes a sentence on tests a rule for who writes the next one."""
_FIELD = re.compile(r"(?:^|[\s*|,;])\**[A-Z][A-Za-z]+(?: [A-Za-z]+)?\**:\**\s*[^\s:]+(?: [^\s:]+){0,3}?(?=$|[\s.;,|])")
"""A field of a form with its value: two in a row are a form, not a sentence."""
_PROGRESS = re.compile(
    r"[✅✔☑✓❌🚧⏳]|\b(?:COMPLETED?|DONE|FIXED|PENDING|IN PROGRESS)\b|\(\d+(?:[.-]\d+)* ?(?:days?|hours?|h|d)\)"
    r"|\b(?:estimated|actual) (?:effort|time)\b|\b\d+p(?:/\d+\w)+\b"
)
"""How far the work got."""
_HERE = cue(
    r"this (?:pr|pull request|branch|commit|patch|task|ticket|session|run|conversation|review|change),",
    r"(?:pr|review) (?:feedback|comments?|threads?|nits?),",
    r"the (?:user|reviewer) (?:\w+ly )?(?:asked|requested|wanted|said),",
    r"so far, next steps?, for now, not yet, (?-i:in progress), out of scope, merge conflicts?, evidence:, exited 0,",
    r"(?:took|taken|taking) over, (?:dedicated|task|feature|new) (?:branch|worktree), in (?:a )?new worktree,",
    r"as of commit, current main, exists on main, final (?:branch|diff|patch),",
    r"(?:as|done|made|added|changed|removed|renamed|updated),? per (?:\w+ )?(?:request|requirements?|instructions?)",
)
"""What only the ticket's own surroundings show."""
_KEPT_BOOKS = re.compile(
    r"^\W*(?:updat|mark|clos|mov|add|check)\w* (?:the |all )?(?:task|ticket|issue|todo|changelog|readme|roadmap)s?\b"
    r"(?! (?:id|list))"
    r"|^\W*(?:this |the )?(?:pr|pull request|commit|change) (?:implements|closes|fixes|resolves|completes)\b"
    r"|^\W*(?:task|ticket|issue) #?\d+ (?:\w+/)*(?:description|acs?|criteria|notes|status|plan)\b"
    r"|^\W*closed\b"
    r"|\bmerged (?:to|into) main via\b|\bclosing (?:issue )?#\d|^\W*gates\b",
    re.IGNORECASE,
)
"""The ticket's own papers brought up to date."""
_PAPERS = (
    r"(?:docs?|documentation|readme(?:\.md)?|changelog(?:\.md)?|instruction guides"
    r"|(?-i:[A-Z-]{4,})\.md(?=\W*$|,? (?:with|for|to|and)\b)|(?:doc )?comments?"
    r"|(?:cli|agent|mcp|public|user|workflow)[ -](?:guid(?:es?|ance)|instructions)|golden files?|lock ?files?"
    r"|tooling artifacts)\b"
)
_SPOTS = (
    r"(?:handlers|files|call ?sites|callers|usages|references|places|occurrences|functions|components|modules|commands)"
)
_TOLD = r"(?!.{0,60}\b(?:to (?:\w+ly )?(?:state|say|clarify|require|mandate|explain)|that)\b)"
_UPKEEP = re.compile(
    rf"^\W*(?:also )?(?:updat|refresh|regenerat|revis|bump)\w* (?:[^\s;:]+ ){{0,6}}?{_PAPERS}{_TOLD}"
    rf"|^\W*documented\b.*\bin (?:the )?{_PAPERS}\W*$"
    r"|\b(?:dropped|removed|updated|renamed) (?:across|in|from) (?:the )?(?:docs|tests|documentation)(?:/\w+)?\W*$"
    r"|^\W*(?:\w+ )?comments? (?:updated|reworded|added)\b|^\W*the (?:doc )?comment (?:in|on|above|for|of)\b"
    rf"|^\W*(?:updat|migrat|convert|chang|refactor)\w* (?:all )?\d+ (?:\w+ ){{0,2}}{_SPOTS}\b"
    r"|^\W*manual (?:\w+ ){0,2}(?:call|run|check|test)s? (?:verif|confirm|show)\w*"
    r"|^\W*tests? (?:cover|verify|validate|included|not run|(?:are|were) (?:not )?(?:run|included|added))\b"
    r"|(?:^|, )\W*the test (?:\w+ )?(?:verifies|checks|asserts|covers)\b"
    r"|\b(?:current|latest|newer) main (?:already )?(?:contains|has|includes)\b"
    r"|^\W*(?-i:[A-Z-]{4,})\.md (?:now (?:keeps?|links?|points?)|links?|points?) "
    r"|^\W*the dependency (?:refresh|bump|update)\b|^\W*noted: ",
    re.IGNORECASE,
)
"""What came along with the change: papers, comments, counts of places touched, what a rebase left out."""
_ENTRY = re.compile(r"^\W*(?:[0-9a-f]{7,40}\b|https?://\S+\s*$)|\bpushed (?:branch|to)\b|\bcreated PR\b")
"""A line of a log of commits, or what was done with the branch."""


def about_work(text: str) -> bool:
    """Whether a sentence tells of a step, of the state of the work, or praises it, and gives no reason besides."""
    if any(pattern.search(text) for pattern in (_KEPT_BOOKS, _UPKEEP, _ENTRY, _PROGRESS)) or form(text):
        return True
    if _HERE.search(text):
        return not WHY.search(text) or len(identifiers(text)) < 2
    if CAUSE.search(text) or (WHY.search(text) and identifiers(text)):
        return False
    step = _STEPS.match(text) is not None
    return step or praises(text)


def form(text: str) -> bool:
    """Whether a text is a run of fields with their values, as tickets open with: ``Parent: T-7 Status: Done``."""
    return len(_FIELD.findall(text)) > LIT


def of_work(text: str) -> bool:
    """Whether a sentence has the work for its subject, or is about what only the tools that check it see."""
    return bool(_SUBJECT.match(text) or _TOOLING.search(text))


def praises(text: str) -> bool:
    """Whether a sentence says of the work, or of nothing with a name, only that it is good or as it was."""
    if not _GOOD.search(text) or len(identifiers(text)) >= 2:
        return False
    return bool(_SUBJECT.match(text)) or (not identifiers(text) and len(tokens(text)) < SHORT)


def on_tests(text: str) -> bool:
    """Whether a sentence is about tests, and sets no rule for them."""
    found = _TESTS.search(text)
    if found is None or (found.start() > HEAD and len(text) > 2 * HEAD):
        return False
    return not (_LIMITS.search(text) and len(_TESTS.findall(text)) <= LIT)
