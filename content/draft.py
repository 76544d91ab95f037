"""A draft as a file: front matter that Hugo, Jekyll, Astro and Decap read, and the body that a person approves.

The front matter is read by the guarded reader of pages (no second ``status:``, no anchors, no tags, no bombs), and
changed line by line, so order and comments survive.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from content.text import slugged
from content.writer import Answered
from scheduling.base.errors import CorruptError
from wiki import page as pages

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

State = Literal["brief", "draft", "in_review", "changes_requested", "approved", "published", "retired"]


@dataclass(frozen=True, slots=True)
class Front:
    """The front matter of an article."""

    title: str
    slug: str
    description: str
    date: str
    pillar: str
    hub: str
    writer: str
    findings: tuple[str, ...]
    faq: tuple[Answered, ...] = ()
    lastmod: str = ""
    status: State = "draft"
    draft: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands on disk: ``data`` are its bytes, ``body`` the text below the front matter."""

    front: Front
    body: str
    data: bytes

    @property
    def body_sha256(self) -> str:
        """SHA-256 over the exact bytes of the body: what a person is shown and decides about."""
        return body_sha256(self.body)

    @property
    def front_sha256(self) -> str:
        """SHA-256 over what the front matter says to readers; status and dates are no part of it."""
        front = self.front
        said = [front.title, front.slug, front.description, [[a.question, a.answer] for a in front.faq]]
        return hashlib.sha256(json.dumps(said).encode("utf-8", "surrogatepass")).hexdigest()


def body_sha256(body: str) -> str:
    """SHA-256 of a body as hexadecimal digits."""
    return hashlib.sha256(body.encode("utf-8")).hexdigest()


def compose(front: Front, body: str) -> Draft:
    """The draft with this front matter and body."""
    return Draft(front, body, f"---\n{''.join(_lines(front))}---\n{body}".encode())


def parse(name: str, data: bytes) -> Draft:
    """The draft that the file ``name`` holds.

    Raises :class:`CorruptError` naming the file if it is no UTF-8, or its front matter is missing, cannot be trusted,
    or says something that is not possible.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _wrong(name, "is not UTF-8") from error
    page = pages.parse(name, data)
    if not page.head:
        raise _wrong(name, "has no front matter")
    body = "".join(page.lines[page.head :])
    return Draft(_front(name, page.meta), body, data)


def changed(name: str, draft: Draft, fields: Mapping[str, str]) -> Draft:
    """``draft`` with front-matter ``fields`` set; all other bytes stay."""
    return parse(name, pages.with_fields(pages.parse(name, draft.data), fields).data)


def new_slug(pillar: str, date: str, taken: Iterable[str]) -> str:
    """A slug for the next article of a pillar that no other article has."""
    base = f"{slugged(pillar) or 'article'}-{slugged(date) or 'undated'}"
    used = set(taken)
    return base if base not in used else next(s for n in range(2, 10_000) if (s := f"{base}-{n}") not in used)


def _lines(front: Front) -> Iterable[str]:
    yield f"title: {_text(front.title)}\n"
    yield f"slug: {front.slug}\n"
    yield f"description: {_text(front.description)}\n"
    yield f"date: {front.date}\n"
    yield f"lastmod: {front.lastmod or front.date}\n"
    yield f"draft: {str(front.draft).lower()}\n"
    yield f"status: {front.status}\n"
    yield f"pillar: {_text(front.pillar)}\n"
    yield f"hub: {_text(front.hub)}\n"
    yield f"writer: {front.writer}\n"
    yield "findings:\n" if front.findings else "findings: []\n"
    yield from (f"  - {name}\n" for name in front.findings)
    yield "faq:\n" if front.faq else "faq: []\n"
    for each in front.faq:
        yield f"  - question: {_text(each.question)}\n    answer: {_text(each.answer)}\n"


def _text(value: str) -> str:
    """A YAML scalar that no reader takes for anything but text."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _front(name: str, meta: Mapping[str, Any]) -> Front:
    status, flag = _one(name, meta, "status"), _one(name, meta, "draft")
    if status not in get_args(State):
        raise _wrong(name, f"has the status {status[:40]!r}, which is none of {', '.join(get_args(State))}")
    if flag not in {"true", "false"}:
        raise _wrong(name, f"says draft: {flag[:40]!r}, which is neither true nor false")
    return Front(
        title=_one(name, meta, "title"),
        slug=_one(name, meta, "slug"),
        description=_one(name, meta, "description"),
        date=_one(name, meta, "date"),
        pillar=_one(name, meta, "pillar"),
        hub=_one(name, meta, "hub"),
        writer=_one(name, meta, "writer"),
        findings=tuple(each for each in _list(name, meta, "findings") if isinstance(each, str)),
        faq=tuple(_answered(name, each) for each in _list(name, meta, "faq")),
        lastmod=_one(name, meta, "lastmod"),
        status=status,  # pyright: ignore[reportArgumentType] (checked against the enum above)
        draft=flag == "true",
    )


def _one(name: str, meta: Mapping[str, Any], key: str) -> str:
    value = meta.get(key)
    if not isinstance(value, str):
        raise _wrong(name, f"has no {key}" if value is None else f"has a {key} that is no text")
    return value


def _list(name: str, meta: Mapping[str, Any], key: str) -> list[object]:
    value: object = meta.get(key) or []
    if not isinstance(value, list):
        raise _wrong(name, f"has {key} that are no list")
    return cast("list[object]", value)


def _answered(name: str, entry: object) -> Answered:
    if not isinstance(entry, dict):
        raise _wrong(name, "has a faq entry that is no question with an answer")
    pair = cast("dict[str, Any]", entry)
    return Answered(_one(name, pair, "question"), _one(name, pair, "answer"))


def _wrong(name: str, what: str) -> CorruptError:
    return CorruptError(f"the draft {name} {what}", hint="mend the lines between the two --- by hand")
