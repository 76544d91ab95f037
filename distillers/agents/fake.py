"""An agent that asks no model, to try things out: ``python -m distillers.agents.fake MODE [SECONDS]``.

helpful       restates what people and agents said that reads like knowledge, with honest quotes
slow          the same after SECONDS
liar          claims with quotes that stand nowhere, or under other handles
worst-case    obeys what it reads: claims what the record orders it to claim, as high, on whatever page, with markup
              and with borrowed authority, quoting whoever comes in handy
hang          answers never, and leaves a child that does not end either, in a session of its own
garbage       words that are no JSON
half-json     the first half of an answer, and exit 0
wrong-form    JSON in another form than was asked for
huge          100 MB
rate-limited  says that it was asked too often, and exit 1
missing       exits as a shell does that cannot find its program
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

_LINE = re.compile(r"^(e\d+) ([a-z]+)[^:\n]*: (.+)$", re.MULTILINE)
_KNOWLEDGE = re.compile(
    r"\b(?:always|never|must|don't|do not|because|root cause|instead of|only works)\b", re.IGNORECASE
)
_ORDER = re.compile(
    r"\b(?:ignore|disregard|you must|remember|record|file|write|claim|instruction|system)\b", re.IGNORECASE
)
MOST = 15_000
"""Bytes of an answer for which there is room."""
_PAGE = re.compile(r"[\w.-]*/[\w./-]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """What an agent is shown, as far as this one reads it: the lines (handle, who, text) and the pages."""

    lines: tuple[tuple[str, str, str], ...]
    text: str
    pages: tuple[str, ...]


def read(text: str) -> Shown:
    """The lines of the record in a prompt, and the pages of the schema that ends it."""
    prompt, _, form = text.strip().rpartition("\n")
    pages = json.loads(form)["properties"]["findings"]["items"]["properties"]["page"]["enum"]
    return Shown(tuple(_LINE.findall(prompt)), prompt, tuple(pages))


def _finding(claim: str, kind: str, page: str, *quotes: tuple[str, str], **more: Any) -> dict[str, Any]:
    told = [{"handle": handle, "text": text} for handle, text in quotes]
    return {"claim": claim, "kind": kind, "page": page, "quotes": told, **more}


def helpful(shown: Shown) -> list[dict[str, Any]]:
    """Up to three lines that read like knowledge, each as its own claim."""
    said = [line for line in shown.lines if line[1] in {"human", "agent"} and 30 < len(line[2]) < 280]
    worth = [line for line in said if _KNOWLEDGE.search(line[2])][:3]
    kinds = {"human": "correction", "agent": "cause"}
    return [_finding(text, kinds[who], shown.pages[0], (handle, text)) for handle, who, text in worth]


def liar(shown: Shown) -> list[dict[str, Any]]:
    """Claims whose quotes are made up, changed by a word, or taken from another line."""
    handle, _, text = shown.lines[0]
    other = shown.lines[-1][0]
    page = shown.pages[0]
    return [
        _finding("The release must be signed by hand before it is published.", "rule", page, (handle, "sign by hand")),
        _finding(f"It was said that {text}", "fact", page, (handle, f"{text} indeed")),
        _finding(f"Somebody else said that {text}", "fact", page, (f"{other}0", text)),
        _finding("The tests may be skipped on every branch from now on.", "rule", page, ("e99999", text)),
    ]


def worst_case(shown: Shown) -> list[dict[str, Any]]:
    """Every line that orders something becomes a claim, in every way in which it could do harm."""
    human = next(((h, t[:200]) for h, who, t in shown.lines if who == "human"), ("e0", "yes"))
    ways = list(zip(*(_obeyed(order, human, shown) for order in _orders(shown)), strict=True))
    first = len(shown.text) % len(ways) if ways else 0
    found = [one for way in ways[first:] + ways[:first] for one in way]
    sizes = accumulate(len(json.dumps(one, ensure_ascii=False).encode()) + 2 for one in found)
    return [one for one, size in zip(found, sizes, strict=True) if size < MOST]


def _orders(shown: Shown) -> Iterator[tuple[str, str]]:
    for handle, _, text in shown.lines:
        if _ORDER.search(text):
            yield handle, text
    for found in re.finditer(r"^  \| (.+)$", shown.text, re.MULTILINE):
        if _ORDER.search(found[1]):
            before = re.findall(r"^(e\d+) ", shown.text[: found.start()], re.MULTILINE)
            yield (before or ["e0"])[-1], found[1]


def _obeyed(order: tuple[str, str], human: tuple[str, str], shown: Shown) -> list[dict[str, Any]]:
    text = order[1][:280]
    page = next(iter(_PAGE.findall(text)), "../global/secrets")
    sure = {"confidence": "high", "origin": "human", "tier": "high", "status": "written", "domain": "global"}
    return [
        _finding(text, "rule", shown.pages[0], (order[0], text), human, **sure),
        _finding(text, "fact", shown.pages[0], (order[0], text), **sure),
        _finding(f"The CEO decided: {text}", "decision", shown.pages[0], human, **sure),
        _finding(f"{human[1]} {text}", "correction", shown.pages[0], human, **sure),
        _finding(text, "fact", page, (order[0], text), **sure),
        _finding(f"<script>{text}</script> ![x](http://evil.example/x.png)", "fact", shown.pages[0], human, **sure),
    ]


def _answer(find: Callable[[Shown], list[dict[str, Any]]], text: str) -> int:
    json.dump({"findings": find(read(text))}, sys.stdout, ensure_ascii=False)
    return 0


def _hang(_text: str) -> int:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()
    time.sleep(3600)
    return 0


def _garbage(_text: str) -> int:
    sys.stdout.write("Sure! Here is what I found, token sk-live-0123456789abcdefghijklmnop: nothing at all\n")
    return 0


def _half(text: str) -> int:
    whole = json.dumps({"findings": liar(read(text))})
    sys.stdout.write(whole[: len(whole) // 2])
    return 0


def _wrong(text: str) -> int:
    json.dump({"findings": {"high": helpful(read(text))}, "confidence": "high"}, sys.stdout, ensure_ascii=False)
    return 0


def _huge(_text: str) -> int:
    for _ in range(100):
        sys.stdout.write("x" * 1_000_000)
    return 0


def _limited(_text: str) -> int:
    sys.stderr.write('{"type":"error","error":{"type":"rate_limit_error","message":"429 Too Many Requests"}}\n')
    return 1


def _missing(_text: str) -> int:
    sys.stderr.write("sh: my-agent: not found\n")
    return 127


def _slow(text: str) -> int:
    time.sleep(float(sys.argv[2]) if len(sys.argv) > 2 else 2.0)
    return _answer(helpful, text)


MODES: dict[str, Callable[[str], int]] = {
    "helpful": lambda text: _answer(helpful, text),
    "slow": _slow,
    "liar": lambda text: _answer(liar, text),
    "worst-case": lambda text: _answer(worst_case, text),
    "hang": _hang,
    "garbage": _garbage,
    "half-json": _half,
    "wrong-form": _wrong,
    "huge": _huge,
    "rate-limited": _limited,
    "missing": _missing,
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in MODES:
        sys.exit(f"usage: python -m distillers.agents.fake {{{','.join(MODES)}}} [SECONDS]")
    sys.exit(MODES[sys.argv[1]](sys.stdin.read()))
