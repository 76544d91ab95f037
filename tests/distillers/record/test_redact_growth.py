"""No text, however made, costs more than its length times a constant: work is counted, not timed.

What patterns do inside cannot be counted, so none of those that are tried at a place may reach beyond a fixed distance.
``python benchmarks/redact.py --growth`` tells the seconds.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from types import FrameType, ModuleType
from typing import Any

import pytest

from distillers.record.redact import Redactor
from distillers.record.redaction import arguments, between, commands, manifests, names, naming, shapes, tokens, wraps
from distillers.record.redaction.look import Window

REDACTOR = Redactor(b"a key for tests")
UNITS = (
    "password=",
    "a_key: ",
    "-----BEGIN PRIVATE KEY-----\n",
    "://a:",
    "\\",
    "%25",
    "\x1b[",
    "docker login ",
    "curl -u a ",
    "echo abcd | -stdin ",
    "kind: Secret\ndata:\n",
    'auth("a", "',
    "cookie: a=b; ",
    "token=a/",
    "a" * 60 + "\n",
    "QUJD",
    "[REDACTED:",
    ".aaaaaa.",
    "&amp;",
    "mnemonic abc def ",
    "41 42 43 44 ",
    "4142434445464748",
    "65, 66, 67, 68, ",
    "00000000: 4142 4344 4546 4748  ABCDEFGH\n",
    "QQBCAEMARABFAEYA",
    "'a' +\n'b'",
    "key\n",
    "echo token | secret ",
    'value="a" name="token" ',
    "token<td>",
    "[token: ",
    "X0tFW ",
    "X0tFWX0tFW",
    "[1, 2, 200, ",
    "\\141",
    "&#97;",
    "%61",
    "// a key " + "a" * 50 + "\n",
    "api_key=ab1\nab1cd2\n",
    "a (password) ",
    "eyJ",
    "eyJhbGciOi.",
    "sk-",
    "htpasswd -b a ",
    "mysql -p",
    "curl -b a=",
    "vault login -a ",
)


PARSER: Any = importlib.import_module("re._parser")
FAR = 40_000


def work(text: str) -> int:
    """Calls made and returned from, and characters of the windows that are looked at, while ``text`` is masked."""
    done = [0]

    def note(frame: FrameType, event: str, _arg: object) -> None:
        done[0] += 1
        if event == "call" and frame.f_code.co_name == "_look":
            window = frame.f_locals["window"]
            assert isinstance(window, Window)
            done[0] += window.end - window.start

    sys.setprofile(note)
    try:
        REDACTOR.mask(text)
    finally:
        sys.setprofile(None)
    return done[0]


@pytest.mark.parametrize("unit", UNITS)
def test_the_work_grows_with_the_text_and_not_with_its_square(unit: str) -> None:
    small = unit * (1_000 // len(unit))
    REDACTOR.mask(small * 4)  # what is remembered of names and values is there
    assert work(small * 4) < 8 * work(small) + 1_000


def reach(parsed: Iterable[tuple[object, Any]]) -> int:
    """Characters that a pattern may look at, at most, those looked ahead for counted too."""
    return sum(_reach(str(op), arg) for op, arg in parsed)


def _reach(op: str, arg: Any) -> int:
    if op == "BRANCH":
        return max(map(reach, arg[1]))
    if op.endswith("_REPEAT"):
        return int(arg[1]) * reach(arg[2])
    if op in ("SUBPATTERN", "ASSERT", "ASSERT_NOT"):
        return reach(arg[-1])
    return reach(arg) if op == "ATOMIC_GROUP" else 1


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    yield from ((one.kind, one.pattern) for one in (*tokens.TOKENS, *shapes.SHAPES, *commands.COMMANDS))
    for module in (arguments, commands, manifests, naming, shapes, tokens):
        rows = getattr(module, "ONLY_BEFORE", {}) | getattr(module, "NEVER_BEFORE", {})
        yield from ((f"behind {anchor}", re.compile(after)) for anchor, after in rows.items())
    tried = ("_AFTER", "_BELOW", "_ITEM", "_TAIL", "_NEXT", "_REST", "_CELL", "_CONTINUED", "_QUOTED", "_CRUMB")
    for module in (between, names, naming, shapes, wraps):
        yield from ((name, value) for name, value in constants(module) if name in tried)


def constants(module: ModuleType) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in vars(module).items() if hasattr(value, "fullmatch"))


def test_no_pattern_that_is_tried_at_a_place_looks_farther_than_a_fixed_distance() -> None:
    far = [name for name, one in patterns() if reach(PARSER.parse(one.pattern, one.flags)) > FAR]
    assert far == ["private-key"]  # of many lines, none of which can begin another


def test_a_pattern_without_a_bound_is_known_by_its_reach() -> None:
    assert reach(PARSER.parse("a(?=b+)c")) > FAR
