"""The error tree.

    StillhouseError                  exit 1
    ├── UsageError                   exit 2   wrong use or configuration; an unknown domain too
    ├── BusyError                    exit 75  another run holds what this one needs
    │   └── ConflictError            a task is checked out by somebody else
    ├── LostLeaseError               a lease ran out and another run owns the task now
    ├── RefusedError                 an invariant refused it: a ruling, a right, a silo, a version
    ├── UnwritableError              no room on a disk, or no right to write there; what is stored is well
    └── CorruptError                 a store cannot be read; the message names the file and the way out

Every message says what happened, to which file or id, and what to do next; ``str(error)`` is the line a person sees.
"""

from __future__ import annotations


class StillhouseError(Exception):
    """Root of all errors that a person may see.

    ``message`` says what happened and to what; ``hint`` says what to do next.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} ({hint})" if hint else message)
        self.message = message
        self.hint = hint


class UsageError(StillhouseError):
    """The command or the configuration is wrong; nothing was done."""

    exit_code = 2


class BusyError(StillhouseError):
    """Another run holds what this one needs; the message names the holder."""

    exit_code = 75


class ConflictError(BusyError):
    """A task is checked out by another run."""


class LostLeaseError(StillhouseError):
    """The lease of a checkout ran out and another run took the task over; nothing of this change was stored."""


class RefusedError(StillhouseError):
    """An invariant refused the action; there is no flag around it."""


class UnwritableError(StillhouseError):
    """There is no room for a store, or no right to write it; nothing is wrong with what it holds."""


class CorruptError(StillhouseError):
    """A store or page cannot be read as what it should be."""
