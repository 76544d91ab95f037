"""What a reader raises when nothing of a file can be read."""

from __future__ import annotations

from scheduling.base.errors import StillhouseError


class Unreadable(StillhouseError):  # noqa: N818  read as a state of a file, beside Skip and BadLine
    """A file was recognised but is broken as a whole; it goes to quarantine, the rest of the night goes on."""


class NotYet(Unreadable):
    """Another file, which may still grow, has not told yet what this one is: it is looked at again when that did."""
