"""Faults of our own, told to whoever keeps the server and to nobody who asks: the kind and the place, never a text."""

from __future__ import annotations

import logging
import traceback

FAILED = "that could not be answered; the server's log says where it failed"
_log = logging.getLogger("stillhouse")


def quiet_logging() -> None:
    """Makes logging plain lines on standard error: libraries that ask for more print what was asked, and answers."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    plain = logging.StreamHandler()
    plain.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    plain.addFilter(_without_trace)
    root.addHandler(plain)
    root.setLevel(logging.ERROR)


def note(error: BaseException) -> None:
    """Logs the kind of ``error`` and where it was raised; its message, which may hold what was asked, is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    _log.error("%s at %s", type(error).__name__, place)


def _without_trace(record: logging.LogRecord) -> bool:
    """Takes the traceback off a record, and any text but that of our own log."""
    if record.exc_info and record.exc_info[1] is not None:
        record.msg, record.args = f"{type(record.exc_info[1]).__name__} in {record.module}", ()
        record.exc_info = record.exc_text = None
    return True
