"""Text of a ticket that speaks to whoever reads it instead of about the work: orders to agents, to the one who files.

Anybody may write into a ticket, and what stands in one is handed on to agents as knowledge. So a text that addresses
its reader, bids it forget what it was told, names how sure it is to be filed, or poses as a harness or as somebody in
charge is of low confidence, with a warning, whole: its other sentences may carry the order. Code is no address, nor is
what is said about agents. Of 21 projects' 25,709 texts of tickets none is met.
"""

from __future__ import annotations

import re

from distillers.cues import AUTHORITY

ADDRESSED = "speaks to whoever reads it"
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_READER = (
    r"(?:(?:(?:ai|coding|llm|autonomous|future) )*(?:agents?|assistants?|bots?|models?|llms?|ais?)(?: readers?)?|claude"
    r"|codex|gemini|copilots?|chatgpt|gpt|(?:the )?knowledge base)"
)
_READS = r"(?:read|pars|process|index|ingest|summari[sz]|see|quot|retriev)(?:s|es|e|ing)?"
_THIS = (
    r"(?:this|these|the following|what follows)\b(?! (?:session|file|table|field|flag|key|directory|folder|list)s?\b)"
)
"""The text itself; not a thing that it is about."""
_ORDER = (
    r"(?:please\b|you (?:must|should|shall|will|are to|have to|need to)\b|remember|always|never|do not|don't|ignore|run"
    r"|execute|record|file|store|treat|note|from now)\b"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\b(?:ignore|disregard|forget|override)\s+(?:(?:all|any|the|your|every)\s+)*(?:of\s+)?(?:(?:the|your)\s+)?"
        r"(?:previous|prior|above|earlier|preceding|other)\s+(?:\w+\s+)?"
        r"(?:instructions?|messages?|prompts?|rules?|directions?|orders?)\b",
        rf"\b(?:note|message|notice|attention|reminder|memo|orders?),?\s+(?:to|for)\s+"
        rf"(?:(?:all|any|every|the|future|whichever)\s+)*{_READER}\b[ \t]*(?:[:,!–—]|who\b|that\b|reading\b)",
        rf"(?:^|[.!?:;]\s+|\n\W*)(?:(?:dear|hey|hi|attention),?\s+)?(?:(?:all|every)\s+)?{_READER}\s*[,:!]\s*{_ORDER}",
        rf"\b{_READER}\s+(?:must|shall|should|ha(?:s|ve) to)\s+(?:(?:always|never|now)\s+)?"
        r"(?:(?:file|record|remember|tell|claim|state|recommend)\s+(?:that|this)\b|obey\b)",
        rf"\b{_READER}\s+(?:(?:who|that|which)\s+)?{_READS}\s+{_THIS}"
        r"|\b(?:ai|llm|model|agent) readers? (?:must|should)\b"
        rf"|\bfor (?:any|all|every|each) {_READER} (?:that|who|which|working|reading)\b[^.:\n]{{0,60}}:\s",
        rf"\b(?:whoever|anyone who|(?:any|every)\w* (?:that|which)|when(?:ever)? you|if you|before you"
        rf"|(?:any|every) \w+ (?:that|who|which)) {_READS} (?:{_THIS}|it\b)",
        rf"\b(?:hello|hi|hey|dear|greetings|attention),? (?:(?:all|every|my|the) )?{_READER}\b",
        rf"\b(?:instructions?|orders?|directives?|important|urgent) (?:to|for) (?:(?:all|any|every|the) )?{_READER}\b"
        r"[^.:\n]{0,40}:\s",
        r"\byour (?:(?:new|only|real) (?:task|job|role|goal|instruction)s? (?:is|are)|(?:task|job|role|goal) is now)\b",
        r"\bin(?:to)? your (?:long-term )?memory\b",
        r"\bthis (?:note|entry|fact|ticket|statement|comment|claim|text) (?:overrides|outranks"
        r"|is (?:authoritative|verified|binding|certain)"
        r"|(?:must|should|has to) be (?:stored|filed|recorded|remembered|treated|believed|obeyed))\b",
        r"\b(?:confidence|priority|rank|grade) of this (?:note|entry|fact|statement|claim)\b",
        r"(?:^|\n)\W*(?:human|user)\s*:\s[^\n]{1,400}\bassistant\s*:\s",
        rf"\bif you(?:'re| are) (?:(?:an?|the|any) )?(?:(?:large|ai|coding) )*(?:language model|{_READER})\b",
        r"\[/?INST\]|<\|\w+\|>|\b(?:begin|end)(?: of)? system prompt\b|\bknowledge base entry\b",
        r"\b(?:per|according to|by order of|on behalf of) (?:our|the) (?:c[a-z]{1,2}o|board(?! of the\b)|founders?"
        r"|management|legal|head of \w+)\b",
        r"</?\s*(?:system-reminder|system|important|instructions?|system[_-]prompt|assistant|admin)\s*>",
        r"(?:^|\n)\W*(?:system|developer)\s*:\s+(?:you|the assistant|the agent|assistants?|agents?)\b",
        r"\b(?:remember|record|file|store|save|treat|mark|memori[sz]e|keep|note)\s+(?:this|that|it|the following)\s+"
        r"(?:down\s+)?as\s+(?:(?:an?|the)\s+)?(?:\w+[\s-]+)?(?:high[\s-]confidence|verified|facts?|certain|truth)\b",
        r"\bas (?:(?:the|your|an?) )?(?:c[a-z]o|founder|owner|boss|manager|president|vp|lead|maintainer"
        r"|administrator|admin|head of \w+)\b,?\s+(?:of [\w ]{1,30}?,?\s+)?(?:i|we)\b",
    )
)


def addressed(text: str) -> bool:
    """Whether a text speaks to its reader, or in the name of somebody in charge whom nobody cited."""
    said = _CODE.sub("`…`", text)
    return any(form.search(said) for form in _FORMS) or AUTHORITY.search(said) is not None
