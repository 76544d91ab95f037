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
    r"might, may be, maybe, perhaps, probabl\w+, possibl[ey], likely, presumabl\w+, seems?, seemed, appears? to,",
    r"appeared to, suspect\w*, could be, could have, i (?:think|believe|guess), not (?:sure|certain),",
    r"unclear, (?:is|cause|reason) unknown,",
    r"guess\w*, assum(?:e|ed|ing), hypothes\w+, looks like, apparently, potential(?:ly)?, in theory, theor(?:y|ies),",
    r"tentativ\w+, must have, must be \w+ing, supposed to",
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
    r"without, only (?:when|if), unless, regardless of, defaults? to, by default, must",
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
    r"will (?:be|need|have), should, plan(?:s|ned)? to, going to, next step, later, follow[- ]up, could, would, want,",
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
    r"(?:ceo|cto|cfo|founder|owner|boss|management|board|president|vp|chief \w+ officer|executives?|legal(?: team)?"
    r"|security team|leadership|project lead|maintainers?) (?:has |have )?(?:\w+ly )?(?:decided|approved|said|says"
    r"|ordered|wants|mandated|authori[sz]ed|confirmed|signed off|requires|instructed|told)",
)

STANDING = cue(
    r"from now on, going forward, as a (?:general )?rule, never again, (?:make|take) a note,",
    r"remember (?:that|to|this),",
    r"for all future, in (?:the )?future always, (?:in|for) (?:the )?future (?:please|don't|do not|use|make),",
    r"(?:add|note|put|write|document|record) (?:this|that|it) (?:in|to|into|down in|as) (?:\w+ )?(?:\w+ )?"
    r"(?:memory|claude\.md|agents\.md|rules?|conventions|guidelines|preferences?)",
)
"""How a person makes a rule of something."""

CONCEDES = re.compile(
    r"^\W*(?:ah|oh|yes|ok(?:ay)?|hm+)?\W*(?:you(?:'re| are) (?:absolutely |completely |totally |quite "
    r"|entirely )?(?:right|correct)"
    r"|good (?:point|catch|call)|great (?:point|catch)|my (?:mistake|apologies|bad)|i apologi[sz]e|apologies|sorry"
    r"|thank(?:s| you) for (?:the correction|pointing|catching|clarifying)|i (?:misunderstood|was wrong|made a mistake)"
    r"|fair (?:point|enough)|that's a (?:good|fair|great|valid) (?:point|catch))",
    re.IGNORECASE,
)
"""How an agent opens its answer to a person who set it right."""

PUSHBACK = re.compile(
    r"^\W*(?:no\b(?! problem)|nope|wait|stop|hold on|hmm+|actually|wrong|not (?:quite|right|what|like|the)|that(?:'s"
    r"| is| was)? ?(?:not|wrong|isn)"
    r"|this (?:is not|isn'?t|is wrong|doesn)|don'?t\b|do not|why (?:did|do|are|is|would|were|not)|you (?:missed"
    r"|forgot|did ?n[o']?t|shouldn|are not|were)"
    r"|i (?:did ?n[o']?t|asked|said|meant|don'?t (?:want|think|like)|specifically|told)|but\b|instead\b|we (?:don'?t"
    r"|shouldn|do not|already)"
    r"|there(?:'s| is| are) (?:no|still)|still\b|revert|undo)",
    re.IGNORECASE,
)
"""How a person opens a turn that sets the agent right."""

ACCEPTS = re.compile(
    r"^\W*(?:(?:please |now |ok(?:ay)?,? |yes,? |great,? |and )*(?:commit|push|merge)\b.{0,60}|(?:ok(?:ay)?|yes|yep"
    r"|yeah|sure|great|perfect|nice"
    r"|awesome|excellent|cool|thanks?|thank you|lgtm|works?|it works|looks? good|sounds? good|good|go ahead|proceed"
    r"|continue|do it)\b.{0,60})$",
    re.IGNORECASE,
)
"""A short turn that takes what the agent did or said as it is."""

NORMATIVE = cue(
    r"should(?:n'?t)?, must(?:n'?t)?, need(?:s|ed)? to, don'?t, do not, never, always, only, make sure, ensure,",
    r"prefer,",
    r"instead of, rather than, use, let'?s, i want, we want, i'?d like, we (?:can|don'?t|do not|just|use|have),",
    r"has to, have to,",
    r"not (?:the|a|in|through|via|supposed), no need, without, avoid, keep, stick to, better to, supposed to,",
    r"i (?:like|don'?t like), (?:could|can) we (?:also |just )*(?:remove|use|drop|add|move|keep|rename|make)",
)

CONTRAST = cue(
    r"instead(?: of)?, rather than, not, don'?t, doesn'?t, isn'?t, shouldn'?t, won'?t, can'?t, only, never, no longer,",
    r"without, unless, because, since, so that, otherwise, must, always, prefer\w*, by default, no need, in favou?r of",
)

MUSING = cue(
    r"i hope, i feel, i'?m wondering, i wonder, idk, i guess, or something, not sure, maybe,",
    r"i think we (?:could|might),",
    r"i(?:'m| am) (?:thinking|afraid), what if, just an? (?:example|idea), brainstorm\w*, hmm+, total bs, the f",
)
"""A person thinking aloud."""

BLAME = re.compile(
    r"\byou(?:'re| are|'ve| have| were| did(?:n'?t| not)?| just| also| still| should(?:n'?t)? have| could have"
    r"| silently"
    r"| missed| forgot| keep| seem| always)\b",
    re.IGNORECASE,
)
"""A person talking about what the agent did: over with the session, unless it says what to do next time."""

NEXT_TIME = cue(
    r"next time, always, never, in (?:the )?future, from now on, every time, going forward, make sure, ensure"
)

TASK = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|now|then|and|also|yes|please|great|good|let'?s|lets|we should|can you|could you"
    r"|i want you to"
    r"|i'd like you to|you should|go ahead and|just)[\s,]+)*(?:add|review|check|analy[sz]e|look|run|read|write"
    r"|create|update"
    r"|fix|commit|push|show|give|tell|explain|find|search|try|test|continue|start|implement|rename|move|delete|make"
    r"|note"
    r"|reflect|list|verify|see|think|finish|do|take|open|put|document|record|proceed|rebase|merge|install)\b",
    re.IGNORECASE,
)
"""A turn that orders a piece of work: spent once it is done, unless it says how things are to be."""

BAD_WORKAROUND = re.compile(
    r"--no-verify|\bSKIP=|--force\b|\bpush\s+(?:\S+\s+)*-f\b|bypassPermissions|dangerously|\brm\s+-\w*[rf]|\bsudo\b"
    r"|chmod\s+(?:-R\s+)?777"
    r"|\|\|\s*(?:true|:)|\bgit\s+stash\b|reset\s+--hard|checkout\s+--\s|--allow-unrelated|--no-gpg-sign"
    r"|--legacy-peer-deps"
    r"|eslint-disable|type:\s*ignore|noqa|skip-?checks?|--skip|--no-check|--insecure|-k\s+https|--ignore-\w+"
    r"|\bkill(?:all)?\b|\bpkill\b"
    r"|HUSKY=0|CI=true|NODE_TLS|git\s+add\s+(?:\.|-A)",
)
"""Commands that get past an obstacle instead of solving it; that they succeed is no reason to repeat them."""

STATED = cue(
    r"root cause, the (?:real |actual |underlying |main )?(?:issue|problem|bug|cause|culprit|reason|error)(?: is"
    r"| was|:),",
    r"the (?:correct|right|proper) (?:way|flow|fix|form|order|approach),",
    r"caused by, because, due to, turns out, the fix (?:is|was), (?:fixed|solved|resolved) (?:it |this |that )?by,",
    r"confirmed,",
    r"(?:this|it|that) (?:is|was|happens|happened|fails|failed) (?:because|when|since|due), only works, no longer,",
    r"which (?:means|meant|caused|broke), does(?:n't| not) (?:respect|support|read|work|remove|set|include|handle"
    r"|exist), (?:not|n't) (?:supported"
    r"|respected),",
    r"(?:not|n't) available, phased out, deprecated",
)
"""How somebody says why something is as it is."""

CHOSEN = cue(
    r"(?:i|we) (?:chose|decided|opted|went with|picked|used), instead of, rather than, in favou?r of, to avoid,",
    r"so that,",
    r"on purpose, by design, intentionally, deliberately, prefer(?:red)?",
)
"""How somebody says what was preferred to what."""

NARRATION = cue(
    r"let me, i'll, i will, i'm, now i, let's, i need to, i should, we need to, you can, you could, would you, i'd,",
    r"if you, i can, shall i, do you want, i see, looking at, first, your query, my previous, i defaulted, i left,",
    r"before editing, one small, my (?:read|take|favorite)",
)
"""How an agent talks about what it is doing or offers to do."""

SPENT = cue(
    r"commit(?:ted|ting)?:?, pushed, staged, untracked, working tree, worktree is, branch is, is up to date,",
    r"uncommitted,",
    r"merged, running (?:at|on), server is, localhost, 127\.0\.0\.1, ready (?:to|for), done, complete[d]?, all set,",
    r"in this session, so far, next steps?, \d+ files? changed, pr #\d+",
)
"""States that are over as soon as they are told."""

EDITED = re.compile(
    r"^\W*(?:`[^`]+`\W*)?(?:i(?:'ve| have)? )?(?:also )?(?:updated?|add(?:ed)?|chang(?:ed|e)|made|moved?|removed?"
    r"|created?"
    r"|renamed?|implement(?:ed)?|enhanced?|adjust(?:ed)?|refactored|modified|adding|clearer|here's|the remaining"
    r"|we can)\b",
    re.IGNORECASE,
)
"""Narration of an edit: the change itself is in the repository."""

ENTRY = re.compile(r"^\W*(?:#\d+|\[[ x]?\]|[A-Z]+-\d+)(?:\W|$)")
"""An entry of a list of tickets."""

FOUND = re.compile(
    r"^\W*(?:(?:ah|ok(?:ay)?|great|perfect|yes|now)\W+)*(?:found (?:it|the)|there it is|i (?:see|found) the (?:issue"
    r"|problem|bug|cause)"
    r"|here(?:'s| is) (?:the|what) (?:root cause|issue|problem|happened|bug)|that(?:'s| is) the (?:issue|problem|bug"
    r"|cause)|confirmed)\b",
    re.IGNORECASE,
)
"""How an agent opens a message that says what it found out."""

LIMITS = cue(
    r"only, both, does(?:n't| not), do(?:n't| not), cannot, can't, never, not, always, while, whereas, unlike,",
    r"still, already",
)
"""How somebody says where something ends."""

APOLOGY = re.compile(
    r"^\W*(?:i(?:'ll| will|'m| am| was| have|'ve| should| apologi[sz]e| misunderstood| made| see)?\b|you(?:'re"
    r"| are)?\b|sorry|let me|let's"
    r"|thank|good (?:point|catch)|great (?:point|catch)|absolutely|exactly|my (?:mistake|bad)|ah\b|oh\b)",
    re.IGNORECASE,
)
"""The part of an agent's admission that is about itself."""

_EVADES = re.compile(
    r"--no-verify|\bSKIP=\w|bypassPermissions|--dangerously|HUSKY=0|--no-gpg-sign|chmod\s+(?:-R\s+)?777"
)
_WARNS = cue(
    r"never, don't, dont, do not, must not, mustn't, instead of, rather than, avoid, without, against, bypass(?:es)?"
)


def evades(text: str) -> bool:
    """Whether a statement names a way past a check without warning of it."""
    return bool(_EVADES.search(text)) and not _WARNS.search(text)
