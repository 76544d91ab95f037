"""OpenCode sessions as older versions keep them: a JSON file for each part of a message.

storage/part/<message>/<part>.json       what was said, called and returned: these files are read
storage/message/<session>/<message>.json  who said it: looked up
storage/session/<project>/<session>.json  where, and for which session a subagent worked: looked up
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, Unreadable
from distillers.sources.build import Builder
from distillers.sources.documents import placed
from distillers.sources.lines import BadLine, Json, decoded
from distillers.sources.narrow import Fields, fields, string
from distillers.sources.opencode_parts import Part, events

_OPENING = re.compile(rb'\s*\{\s*"id"\s*:\s*"prt_')
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_NOTHING: Fields = {}
_LARGEST = 16 * 1024 * 1024
_ABOVE = 8
"""At most so many sessions stand between a subagent's and its person's."""


class OpenCodeFiles:
    """Reader of one part's file."""

    name = "opencode-files"

    def claims(self, head: Head) -> bool:
        """It begins with the id of a part."""
        return _OPENING.match(head.data) is not None and b'"messageID"' in head.data

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The events of the part; none if its message is gone, which alone says who spoke."""
        value = decoded(file.data)
        if not isinstance(value, dict):
            raise Unreadable(f"{file.path}: its part is cut or broken", hint="restore it from a copy")
        content = cast("Json", value)
        session, message = string(content.get("sessionID")), string(content.get("messageID"))
        store = file.path.parents[2] if len(file.path.parents) > 2 else file.path.parent
        spoken = _held(store / "message", session, message)
        if not spoken:
            return
        unit, folder = _root(store, session)
        build = Builder(str(file.path), "session", unit, folder=folder, sidechain=unit != session)
        yield from events(build, Part(string(content.get("id")), next(placed(file.data, [content])), spoken))


def _held(folder: Path, *names: str) -> Fields:
    """The object in the file that ``names`` lead to below ``folder``; empty if it is not there or no name is one."""
    if not all(map(_NAME.fullmatch, names)):
        return {}
    path = folder.joinpath(*names[:-1], f"{names[-1]}.json")
    try:
        with path.open("rb") as stream:
            return fields(decoded(stream.read(_LARGEST)))
    except (OSError, ValueError):
        return {}


def _session(store: Path, own: str) -> Fields:
    try:
        projects = sorted(path.name for path in (store / "session").iterdir())
    except (OSError, ValueError):
        return {}
    held = (_held(store / "session", project, own) for project in projects)
    return next((session for session in held if session), _NOTHING)


def _root(store: Path, own: str) -> tuple[str, str]:
    """The session of the person that session ``own`` works for, and the folder that ``own`` works in."""
    found = _session(store, own)
    folder = string(found.get("directory"))
    for _ in range(_ABOVE):
        parent = string(found.get("parentID"))
        if not parent:
            break
        own, found = parent, _session(store, parent)
    return own, folder
