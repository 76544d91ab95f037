"""From what age on something is in doubt. Apart, because reading settings must not load what pages are read with."""

from __future__ import annotations

DAYS = 180
"""A finding that nothing confirmed for longer is in doubt."""
