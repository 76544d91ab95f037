"""Who wrote a text of a forge, by what the forge says of the account, never by what the text says of itself."""

from __future__ import annotations

from typing import Literal

from distillers.record.events import Origin
from distillers.sources.narrow import Fields, fields, string

Author = Literal["team", "outside", "bot"]
"""Who wrote a part of a ticket: one who may merge, somebody else, or a program."""

ORIGINS: dict[str, Origin] = {"team": "ticket", "outside": "web", "bot": "program"}
"""What a text weighs by who wrote it: anybody may comment on a public ticket, only a team merges."""

_TEAM = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


def author(item: Fields) -> Author | None:
    """Who wrote ``item``, as GitHub's APIs and its command line tell it; None if it does not say.

    REST: ``user.type`` and ``author_association``; GraphQL and ``gh``: ``author.is_bot``, ``authorAssociation``. An
    account whose name ends with ``[bot]`` is an app's: no person can have brackets in a name.
    """
    if any(map(_is_bot, (item.get("user"), item.get("author")))):
        return "bot"
    told = string(item.get("author_association")) or string(item.get("authorAssociation"))
    if not told:
        return None
    return "team" if told.upper() in _TEAM else "outside"


def _is_bot(account: object) -> bool:
    if isinstance(account, str):
        return account.endswith("[bot]")
    told = fields(account)
    kind = string(told.get("type")) or string(told.get("__typename"))
    return kind == "Bot" or told.get("is_bot") is True or string(told.get("login")).endswith("[bot]")
