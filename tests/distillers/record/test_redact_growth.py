"""No text, however made, costs more than its length times a constant: growth is measured, not speed."""

from __future__ import annotations

import time

import pytest

from distillers.record.redact import Redactor

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
)


def seconds(text: str) -> float:
    best = 60.0
    for _ in range(3):
        started = time.process_time()
        REDACTOR.mask(text)
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.parametrize("unit", UNITS)
def test_the_work_grows_with_the_text_and_not_with_its_square(unit: str) -> None:
    small = unit * (2_000 // len(unit))
    assert seconds(small * 16) < 80 * seconds(small) + 0.01
