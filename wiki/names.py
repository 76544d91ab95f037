"""Names that may become a path in the wiki, and the ids that pages and index entries carry."""

from __future__ import annotations

import hashlib
import re

from scheduling.base.errors import RefusedError

INDEX = "index"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}", re.ASCII)


def is_name(text: str) -> bool:
    """Whether ``text`` can name a domain or a page: ``[a-z0-9-]``, at most 100 characters, no leading dash."""
    return _NAME.fullmatch(text) is not None


def checked(text: str, what: str) -> str:
    """``text`` if it can name a ``what`` (a domain, a page); :class:`RefusedError` otherwise."""
    if not is_name(text):
        raise RefusedError(f"{text[:80]!r} cannot name a {what}", hint="use a-z, 0-9 and dashes")
    return text


def page_path(domain: str, slug: str) -> str:
    """The path of a page inside the wiki's repository."""
    return f"{checked(domain, 'domain')}/{checked(slug, 'page')}.md"


def split_path(path: str) -> tuple[str, str] | None:
    """Domain and slug of a page's path in the repository; None if the path is no page of a domain."""
    domain, _, name = path.partition("/")
    slug = name.removesuffix(".md")
    return (domain, slug) if name.endswith(".md") and is_name(domain) and is_name(slug) else None


def page_id(domain: str, slug: str) -> str:
    """The id that a page keeps when a person renames it."""
    return "p-" + _short(f"{domain}\0{slug}")


def domain_id(domain: str) -> str:
    """The id of a domain's entry in the index over all."""
    return "d-" + _short(domain)


def title_of(slug: str) -> str:
    """A page's first title: ``error-handling`` becomes ``Error handling``."""
    words = slug.replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
