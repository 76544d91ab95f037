"""The wiki as a site: what MkDocs needs beside the wiki, as text. Core MkDocs alone: no plugin, no remote file.

Block ids (``^f-…``) end lines on a page because Obsidian finds them there; MkDocs would print them, so a hook of a few
lines makes each the place that a link can point at, and lets ``[[wikilinks]]`` lead where they lead in Obsidian. The
configuration is the person's from the start; the hook is ours, and brought up to date with us.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

CONFIG = "mkdocs.yml"
HOOK = "mkdocs_hook.py"
BUILT = "site"

_CONFIG = """\
# The wiki as a site: mkdocs serve (or mkdocs build --strict) in this folder. It is yours; nothing writes it again.
site_name: {name}
docs_dir: wiki
site_dir: {built}
use_directory_urls: false
theme:
  name: readthedocs
  highlightjs: false
  navigation_depth: 2
markdown_extensions:
  - footnotes
  - tables
  - sane_lists
plugins:
  - search
hooks:
  - {hook}
exclude_docs: |
  !/templates/
validation:
  links:
    anchors: warn
    absolute_links: warn
    unrecognized_links: warn
"""

_HOOK = '''\
"""Lets MkDocs show the wiki as Obsidian does: block ids are places to link to, wikilinks links, folds fold.

It is part of Stillhouse: doctor --fix writes it anew.
"""

import posixpath
import re

BLOCK = re.compile(r"(^|\\s)\\^([a-z]-[0-9a-f]{8})\\s*$")
TO_BLOCK = re.compile(r"(\\]\\([^)\\s]*#)\\^([a-z]-[0-9a-f]{8}\\))")
WIKILINK = re.compile(r"(?<!!)\\[\\[([^\\[\\]|#]+)(?:#\\^?([^\\[\\]|]*))?(?:\\|([^\\[\\]]+))?\\]\\]")
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\\1(?!`)")
FENCE = re.compile(r"\\s*(?:>\\s*)?(`{3,}|~{3,})")


def on_config(config):
    if "md_in_html" not in config.markdown_extensions:
        config.markdown_extensions.append("md_in_html")  # what stands in a fold is Markdown
    return config


def on_page_markdown(markdown, page, files, **_):
    pages = {name.removesuffix(".md"): name for name in files.src_uris if name.endswith(".md")}
    fence, lines = "", []
    for line in markdown.split("\\n"):
        mark = FENCE.match(line)
        if fence or mark:
            fence = (mark[1] if not fence else "" if mark and mark[1].startswith(fence) else fence)
            lines.append(line)
        else:
            lines.append(_shown(line, page.file.src_uri, pages))
    return "\\n".join(lines)


def _shown(line, here, pages):
    line = BLOCK.sub(r\'<a id="\\2"></a>\', line)
    parts, at = [], 0
    for code in CODE.finditer(line):
        parts += [_linked(line[at : code.start()], here, pages), code[0]]
        at = code.end()
    return "".join([*parts, _linked(line[at:], here, pages)])


def _linked(text, here, pages):
    return WIKILINK.sub(lambda link: _link(link, here, pages), TO_BLOCK.sub(r"\\1\\2", text))


def _link(link, here, pages):
    name, block, words = link[1].strip(), link[2], link[3]
    folder = posixpath.dirname(here)
    beside = posixpath.join(folder, name)
    named = [one for one in pages if posixpath.basename(one) == name]
    found = beside if beside in pages else name if name in pages else min(named, default="")
    if not found:
        return link[0]
    target = posixpath.relpath(pages[found], folder or ".")
    return f"[{words or name}]({target}{f\'#{block}\' if block and re.fullmatch(BLOCK_ID, block) else \'\'})"


BLOCK_ID = r"[a-z]-[0-9a-f]{8}"
'''


def site_files(name: str) -> Mapping[str, str]:
    """The files that make a site of the wiki of the workspace called ``name``, by their names in the workspace."""
    quoted = json.dumps(name, ensure_ascii=False)
    return {CONFIG: _CONFIG.format(name=quoted, built=BUILT, hook=HOOK), HOOK: _HOOK}


def unwritten(root: Path) -> Mapping[str, str]:
    """Those of :func:`site_files` that the workspace at ``root`` lacks; the hook too if it is of another version."""
    wanted = site_files(root.name)
    there = {name: (root / name).read_text("utf-8", "replace") for name in wanted if (root / name).is_file()}
    return {
        name: text
        for name, text in wanted.items()
        if there.get(name, "") != text and (name == HOOK or name not in there)
    }
