"""One-time codes (TOTP, RFC 6238): which 30-second step a code belongs to, and when too many wrong ones lock an editor.

Pure functions; :mod:`scheduling.approvals` stores what they decide.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from pyotp import random_base32
from pyotp.totp import TOTP

STEP = 30
WINDOW = 1
TRIES = 5
SPAN = timedelta(minutes=10)
LOCK = timedelta(minutes=10)


def new_secret() -> str:
    """A fresh shared secret: 32 characters of base32 (160 bits)."""
    return random_base32()


def address(secret: str, name: str) -> str:
    """The ``otpauth://`` address that an authenticator app takes, as text or as a QR code."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name="Stillhouse")


def step_of(secret: str, code: str, moment: datetime) -> int | None:
    """The time step, at most :data:`WINDOW` away from ``moment``, for which ``code`` is right; None if it is wrong.

    Every step of the window is compared in constant time, and all of them are, whichever fits.
    """
    given = "".join(code.split()).encode("utf-8", "replace")
    current = int(moment.timestamp()) // STEP
    otp = TOTP(secret, interval=STEP)
    fits = [
        step
        for step in range(current - WINDOW, current + WINDOW + 1)
        if hmac.compare_digest(otp.generate_otp(step).encode(), given)
    ]
    return max(fits, default=None)


def locked_until(wrong: Sequence[datetime], moment: datetime) -> datetime | None:
    """When the lock ends that wrong codes at the times ``wrong`` brought, or None if there is none at ``moment``.

    :data:`TRIES` wrong codes within :data:`SPAN` lock for :data:`LOCK` from the last of them.
    """
    times = sorted(wrong)
    ends = [last + LOCK for first, last in zip(times, times[TRIES - 1 :], strict=False) if last - first <= SPAN]
    return max((end for end in ends if end > moment), default=None)
