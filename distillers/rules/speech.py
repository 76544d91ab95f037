"""How people and agents talk to each other: openings, orders, admissions, narration.

Each says something only where it stands: the opening of a turn, the answer to it, a message that closes an exchange.
"""

from __future__ import annotations

import re

from distillers.cues import cue

STANDING = cue(
    r"from now on, henceforth, going forward(?! with\b), as a (?:general )?rule(?! of\b), never again,",
    r"(?:make|take) a note,",
    r"remember (?:that|to|this(?! is\b)), from here on, keep in mind that, whenever you, (?:every|each) time you,",
    r"(?:please|do) recall that (?:you|we) (?:should|must|need|are|never|always|don't|do not),",
    r"for all future, in (?:the )?future always, (?:in|for) (?:the )?future (?:please|don't|do not|use|make|run),",
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
    r"i(?:'m| am) (?:thinking|afraid|getting|leaning|starting), looks like, what if, just an? (?:example|idea),",
    r"brainstorm\w*, hmm+, total bs, the f",
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
    r"(?:i|we) (?:chose|decided|opted|went with|picked|used|use), instead of, rather than, in favou?r of, to avoid,",
    r"so that,",
    r"on purpose, by design, intentionally, deliberately, prefer(?:red)?",
)
"""How somebody says what was preferred to what."""

NARRATION = cue(
    r"let me, i'll, i will, i'm, now i, let's, i need to, i should, we need to, you can, you could, would you, i'd,",
    r"if you, i can, shall i, do you want, i see, looking at, your query, my previous, i defaulted, i left,",
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

FIRST_PERSON = re.compile(r"\bi(?:'m|'ve|'d|'ll)?\b(?!\.)|\bmy\b(?! machine| system)", re.IGNORECASE)
"""Somebody telling about themselves."""

WANTS = cue(
    r"i (?:only |just |still |really |do |also )?(?:want|wanted|need|prefer|expect|mean|meant|insist"
    r"|like), i'?d (?:like|prefer|rather),",
    r"i (?:do not|don'?t) (?:want|like|need|care), i asked, i said, i (?:specifically )?meant,",
    r"my (?:rule|preference|point|style)",
)
"""A person saying what they want."""

EDITED = re.compile(
    r"^\W*(?:`[^`]+`\W*)?(?:i(?:'ve| have)? )?(?:also )?(?:updated?|add(?:ed)?|chang(?:ed|e)|made|moved?|removed?"
    r"|created?"
    r"|renamed?|implement(?:ed)?|enhanced?|adjust(?:ed)?|refactored|modified|adding|clearer|fixed|handled?|extended"
    r"|introduced|integrated|improved|ensured?|updating|now uses?|here's|the remaining"
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
