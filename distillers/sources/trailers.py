"""The trailers of a commit's message: the last paragraph, if it holds nothing else, and what they point to."""

from __future__ import annotations

import re

from distillers.sources.tickets import mentions

_TRAILER = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9-]*): *(?P<value>\S.*)$")
_PICKED = re.compile(r"\(cherry picked from commit (?P<commit>[0-9a-f]{7,64})\)$")
_PLAIN = frozenset(
    {"fixes", "closes", "resolves", "refs", "references", "related", "link", "bug", "issue", "see", "cc"}
)
"""Trailer keys of one word; any other one-word key may be a sentence that is meant to be read."""
_SESSION = re.compile(r"(?:^|-)session(?:-id|-url)?$")
_URL = re.compile(r"https?://[^\s<>]+")


def split(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A message's text without its last paragraph if that holds trailers alone, and those trailers."""
    body, _, last = text.rpartition("\n\n") if "\n\n" in text else ("", "", text)
    trailers: list[tuple[str, str]] = []
    for line in last.strip().split("\n"):
        match, picked = _TRAILER.match(line), _PICKED.match(line)
        if picked:
            trailers.append(("cherry-picked-from", picked["commit"]))
        elif match and ("-" in match["key"] or match["key"].lower() in _PLAIN):
            trailers.append((match["key"].lower(), match["value"].strip()))
        elif not (trailers and line[:1].isspace()):
            return text, []
    return body.rstrip("\n"), trailers


def pointed(key: str, value: str) -> tuple[str, ...]:
    """What a trailer points to: a session, a checkpoint, a commit, tickets, addresses. People are left out."""
    if key == "cherry-picked-from":
        return (value,)
    if key.endswith("checkpoint"):
        return (f"checkpoint:{value}",)
    if _SESSION.search(key):
        return (f"session:{value.rstrip('/').rpartition('/')[2]}",)
    return (*mentions(value), *_URL.findall(value))
