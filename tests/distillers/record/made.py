"""Makes secrets and the places they stand in, at run time, so that no file holds anything that looks like one."""

from __future__ import annotations

import base64
import html
import json
import random
import re
import string
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

_HERE = Path(__file__).parent
_AN = string.ascii_letters + string.digits
_ALPHABETS = {
    "an": _AN,
    "letter": string.ascii_letters,
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "url": _AN + "-_",
    "b64": _AN + "+/",
    "up": string.ascii_uppercase + string.digits,
    "num": "123456789",
    "b32": string.ascii_uppercase + "234567",
    "lowan": string.ascii_lowercase + string.digits,
}


@dataclass(frozen=True)
class Case:
    title: str
    name: str
    text: str
    target: str
    """What must not be in the masked text."""


def value(form: str, rng: random.Random) -> str:
    """A secret of the format ``form``, as written in formats.txt; never one with a ``-`` at its end."""
    form = form.replace("<uuid>", "<hex*8>-<hex*4>-<hex*4>-<hex*4>-<hex*12>")

    def stretch(match: re.Match[str]) -> str:
        made = "".join(rng.choice(_ALPHABETS[match[1]]) for _ in range(int(match[2])))
        return made[:-1] + "7" if made[-1] in "-_+/" else made

    return re.sub(r"<(\w+)\*(\d+)>", stretch, form)


def key_block(label: str, rng: random.Random) -> str:
    body = base64.b64encode(rng.randbytes(300)).decode()
    lines = [body[i : i + 64] for i in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"])


def rows(name: str) -> list[list[str]]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [re.split(r" \| ", line) for line in lines if line.strip() and not line.startswith("#")]


def formats() -> list[tuple[str, str]]:
    return [(name, form) for name, form in rows("formats.txt")]


def _colour_inside(text: str, secret: str) -> tuple[str, str]:
    half = len(secret) // 2
    broken = f"{secret[:half]}\x1b[0m\x1b[33m{secret[half:]}"
    return text.replace(secret, broken), secret[half:]


def _zero_width(text: str, secret: str) -> tuple[str, str]:
    half = len(secret) // 3
    return text.replace(secret, f"{secret[:half]}\u200b{secret[half:]}"), secret[half:]


def _wrap(text: str, secret: str) -> tuple[str, str]:
    pieces = [text[i : i + 80] for i in range(0, len(text), 80)]
    return "\n".join(pieces), pieces[-1] if len(pieces) > 1 and len(pieces[-1]) > 7 else secret


def _json(text: str, secret: str) -> tuple[str, str]:
    return json.dumps({"stdout": text}), json.dumps(secret)[1:-1]


def _twice(text: str, secret: str) -> tuple[str, str]:
    return _json(*_json(text, secret))


def _thrice(text: str, secret: str) -> tuple[str, str]:
    return _json(*_twice(text, secret))


def _block(text: str, secret: str) -> tuple[str, str]:
    block = base64.b64encode(text.encode()).decode()
    return f"payload: {block} end", block


def _hex(text: str, secret: str) -> tuple[str, str]:
    return f"payload {text.encode().hex()}", secret.encode().hex()


def _dump(text: str, secret: str) -> tuple[str, str]:
    """As ``xxd`` shows it; what must go is the row in the middle of the secret."""
    data = text.encode()
    rows = [data[at : at + 16] for at in range(0, len(data), 16)]
    shown = [" ".join(row[at : at + 2].hex() for at in range(0, len(row), 2)) for row in rows]
    told = "\n".join(f"{16 * n:08x}: {row.ljust(39)}  {rows[n].decode()!r}" for n, row in enumerate(shown))
    return told, shown[(text.index(secret) + len(secret) // 2) // 16]


def _utf16(text: str, secret: str) -> tuple[str, str]:
    block = base64.b64encode(text.encode("utf-16-le")).decode()
    return f"powershell -EncodedCommand {block}", block


def _numbers(text: str, secret: str) -> tuple[str, str]:
    return json.dumps({"type": "Buffer", "data": list(text.encode())}), ", ".join(map(str, secret.encode()))


def _block_in_json(text: str, secret: str) -> tuple[str, str]:
    block = base64.b64encode(text.encode()).decode()
    lines = [block[at : at + 60] for at in range(0, len(block), 60)]
    return json.dumps({"content": "\n".join(lines)}), lines[1]


def _octal(text: str, secret: str) -> tuple[str, str]:
    told = "".join(f"\\{ord(sign):03o}" for sign in secret)
    return text.replace(secret, f"$'{told}'"), told


_TRANSFORMS: dict[str, Callable[[str, str], tuple[str, str]]] = {
    "ansi-in": _colour_inside,
    "zero-width": _zero_width,
    "wrap80": _wrap,
    "json": _json,
    "json2": _twice,
    "json3": _thrice,
    "url": lambda text, secret: (urllib.parse.quote(text, safe=""), urllib.parse.quote(secret, safe="")),
    "html": lambda text, secret: (html.escape(text), html.escape(secret)),
    "base64": _block,
    "hex": _hex,
    "dump": _dump,
    "utf16": _utf16,
    "numbers": _numbers,
    "base64-json": _block_in_json,
    "octal": _octal,
    "crlf": lambda text, secret: (text.replace("\n", "\r\n"), secret),
}


def cases(seed: int) -> Iterator[Case]:
    """One case for each format in each context."""
    rng = random.Random(seed)
    for form, context in product(formats(), contexts()):
        yield _case(rng, form, context)


def some(rng: random.Random, count: int) -> list[Case]:
    """So many of them, drawn by lot: all take longer to make than to mask."""
    drawn = rng.sample(list(product(formats(), contexts())), count)
    return [_case(rng, form, context) for form, context in drawn]


def _case(rng: random.Random, named: Sequence[str], context: Sequence[str]) -> Case:
    (name, form), (title, template, *transforms) = named, context
    secret = value(form, rng)
    text, target = fill(template, name, secret), secret
    for transform in transforms:
        text, target = _TRANSFORMS[transform](text, target)
    return Case(title, name, text, target)


def contexts() -> list[list[str]]:
    out: list[list[str]] = []
    for title, *rest in rows("contexts.txt"):
        known = rest[-1].strip() in _TRANSFORMS
        template = " | ".join(rest[:-1] if known else rest)
        out.append([title, template, *([rest[-1].strip()] if known else [])])
    return out


def fill(template: str, name: str, secret: str) -> str:
    words = name.lower().split("_")
    text = (
        template.replace("\\n", "\n")
        .replace("\\r", "\r")
        .replace("\\t", "\t")
        .replace("\\x1b", "\x1b")
        .replace("\\\\", "\\")
    )
    for mark, new in (
        ("{N}", name),
        ("{n}", name.lower()),
        ("{k}", "-".join(words)),
        ("{c}", words[0] + "".join(map(str.title, words[1:]))),
        ("{s}", secret),
    ):
        text = text.replace(mark, new)
    return text


def places(seed: int) -> Iterator[Case]:
    """Secrets known by where they stand: each place a few times, with several passwords."""
    rng = random.Random(seed)
    for title, *rest in rows("places.txt"):
        for form in ("<an*16>", "<an*24>"):
            secret = value(form, rng)
            password, token = secret, value(form, rng) + "Q7x9"
            marks = {
                "{p}": password,
                "{r}": token,
                "{b}": base64.b64encode(f"ops:{password}".encode()).decode(),
                "{e}": base64.b64encode(password.encode()).decode(),
            }
            text = fill(" | ".join(rest), "", "")
            target = next(marks[mark] for mark in marks if mark in text)
            for mark, new in marks.items():
                text = text.replace(mark, new)
            yield Case(title, form, text, target)


def key_blocks(seed: int) -> Iterator[Case]:
    """Private keys as they come in files, in JSON, in a diff and cut off."""
    rng = random.Random(seed)
    for label in (
        "RSA PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "PRIVATE KEY",
        "EC PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ):
        block = key_block(label, rng)
        lines = block.split("\n")
        yield Case("raw", label, f"$ cat key\n{block}\n$ ls", lines[2])
        yield Case("json", label, json.dumps({"key": block, "n": 1}), lines[2])
        yield Case("json three times", label, _thrice(json.dumps({"key": block}), "")[0], lines[3])
        yield Case("env with escapes", label, "KEY=" + block.replace("\n", "\\n"), lines[2])
        yield Case("diff", label, "\n".join("+" + line for line in lines), lines[2])
        yield Case("numbered", label, "\n".join(f"{n:6}\t{line}" for n, line in enumerate(lines, 1)), lines[2])
        yield Case("cut off", label, "\n".join(lines[:5]), lines[4])
        yield Case(
            "base64",
            label,
            "tls.key: " + base64.b64encode(block.encode()).decode(),
            base64.b64encode(block.encode()).decode(),
        )
