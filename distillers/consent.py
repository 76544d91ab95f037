"""Consent: which sessions and folders people marked "do not use". Needs no library, so that workers stay small.

A folder is marked in the settings, or by a file ``.stillhouse-ignore`` in it: a folder of logs, or one that sessions
recorded as their working folder. What lies below a marked folder is marked too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

MARKER = ".stillhouse-ignore"
MARKED = 'marked "do not use"'
_REASON = re.compile(re.escape(MARKED) + r" \((.*?)\)(?:: .*)?", re.DOTALL)


@dataclass(frozen=True)
class Consent:
    """What people marked. ``folders`` are absolute."""

    sessions: frozenset[str] = frozenset()
    folders: tuple[str, ...] = ()
    _known: dict[str, str] = field(default_factory=dict[str, str], compare=False, repr=False)

    def mark_of_session(self, unit: str) -> str:
        """What marks a session: itself, or "" if nothing does."""
        return unit if unit in self.sessions else ""

    def mark_of_folder(self, folder: str) -> str:
        """The marked folder, or the marker file, that ``folder`` lies below; "" if there is none."""
        if not folder.startswith("/"):
            return ""
        if folder not in self._known:
            self._known[folder] = self._mark(str(PurePosixPath(folder)))
        return self._known[folder]

    def mark_of_file(self, path: str) -> str:
        """As :meth:`mark_of_folder`, of the folder that the file ``path`` lies in."""
        return path if path in self.folders else self.mark_of_folder(path.rpartition("/")[0] or "/")

    def holds(self, mark: str) -> bool:
        """Whether what once was a mark still is one."""
        there = mark in self.sessions or mark in self.folders
        return there or (mark.endswith(f"/{MARKER}") and (_exists(Path(mark)) or is_hidden(Path(mark))))

    def _mark(self, folder: str) -> str:
        below: list[str] = []
        found = ""
        while folder:
            if folder in self._known:
                found = self._known[folder]
                break
            below.append(folder)
            marker = f"{folder.rstrip('/')}/{MARKER}"
            if folder in self.folders or _exists(Path(marker)):
                found = folder if folder in self.folders else marker
                break
            folder = folder.rpartition("/")[0] or "/" * (folder != "/")
        self._known.update(dict.fromkeys(below, found))
        return found


def reason_of(marks: frozenset[str]) -> str:
    """What is said of a file that ``marks`` keep out."""
    return f"{MARKED} ({'; '.join(sorted(marks))})"


def marks_in(reason: str) -> list[str]:
    """The marks that :func:`reason_of` put into a reason."""
    found = _REASON.fullmatch(reason)
    return found[1].split("; ") if found else []


def is_hidden(path: Path) -> bool:
    """Whether the system does not say if there is something at ``path``."""
    try:
        path.lstat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a folder of another machine may be no path here
        return False
