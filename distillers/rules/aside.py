"""What of a ticket is beside the matter: an answer to a review, and how something looks.

Readers of projects that nothing was made on kept such claims less often too, the weak ones of all projects 6 times of
30 (``benchmarks/precision.md``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from distillers.rules.stood import Part, said

_REVIEW = re.compile(r"\b(?:review(?:er|ed|s)?|feedback|nits?|comments?|follow-?ups?|suggestions?)\b", re.IGNORECASE)
_LOOKS = re.compile(
    r"\b\d+(?:\.\d+)? ?(?:px|rem)\b|\b(?:css|colou?r(?:s|ed)?|gradients?|badges?|hover|paddings?|margins?|fonts?"
    r"|icons?|layouts?|animations?|spinners?|sticky|styl(?:e|es|ing)|centered|rounded|shadows?|opacity)\b",
    re.IGNORECASE,
)


def aside(parts: Sequence[Part]) -> bool:
    """Whether the ticket's title says that it answers a review, or a part of the claim tells of looks."""
    answers = _REVIEW.search(parts[0][0].event.title.split(" > ")[0])
    return bool(answers) or any(_LOOKS.search(said(part)) for part in parts)
