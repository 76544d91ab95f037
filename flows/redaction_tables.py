"""The tables of the settings that add to redaction: patterns of one's own, values to keep, a gitleaks file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

KIND = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SHORTEST = 4


def _kind(name: str) -> str:
    if not KIND.fullmatch(name):
        raise ValueError(
            f"{name!r} is no kind of secret: use lower-case letters, digits and dashes, such as badge-number"
        )
    return name


def _regex(text: str) -> str:
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError) as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    if pattern.search(""):
        raise ValueError(f"{text!r} matches where nothing stands: say what a secret has at least")
    return text


def _allowed(value: str) -> str:
    if len(value) < SHORTEST:
        raise ValueError(f"{value!r} is too short to be a secret: name whole values, letter for letter")
    return value


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class PatternTable(_Table):
    """A pattern of one's own. If it has a group ``secret``, that is masked, else all that it matches."""

    kind: Annotated[str, AfterValidator(_kind)]
    regex: Annotated[str, AfterValidator(_regex)]

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, ready to be used."""
        return re.compile(self.regex)


class RedactionTable(_Table):
    """What is masked beside the patterns that come along, and what is kept (``allow``: values, letter for letter).

    ``gitleaks`` is a gitleaks rule file; a path that is not absolute begins at the workspace.
    """

    patterns: tuple[PatternTable, ...] = ()
    allow: tuple[Annotated[str, AfterValidator(_allowed)], ...] = ()
    gitleaks: Path | None = None
