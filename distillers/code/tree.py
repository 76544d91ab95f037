"""Which files of a repository are its code: no prose, no tickets; of history nothing that others or programs wrote."""

from __future__ import annotations

from dataclasses import dataclass

PROSE = frozenset({"md", "mdx", "markdown", "rst", "adoc"})
"""Endings of files that tell of code and hold none."""
APART = frozenset({"docs", "doc", "backlog", ".beads", ".specstory", ".git"})
"""Folders of documents and tickets, at any depth."""
_MEDIA = "avi bmp eot gif ico jpeg jpg mov mp3 mp4 otf pdf png psd tif tiff ttf wav webm webp woff woff2"
_PACKED = "7z bin bz2 class db dll dylib exe gz jar o onnx parquet pyc so sqlite tar tgz wasm xls xlsx xz zip"
BINARY = frozenset([*_MEDIA.split(), *_PACKED.split()])
"""Endings of files that hold no text."""
FOREIGN = ("node_modules", "vendor", "third_party", ".venv", "site-packages")
"""Folders of what others wrote: it stands there, but its history is not the project's."""
MADE = ("package-lock.json", "pnpm-lock.yaml", "go.sum", "*.min.js", "*.min.css")
_DATA = ("csv", "ipynb", "lock", "log", "map", "svg", "tsv")
"""Endings of files that programs write: what stands in them stands, but nobody ever wrote it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which paths of one repository are looked at. ``apart`` are folders or files of it that hold tickets."""

    apart: tuple[str, ...] = ()

    def is_code(self, path: str) -> bool:
        """Whether what a file holds stands in the code."""
        *folders, name = path.lower().split("/")
        ending = name[name.rfind(".") + 1 :] if "." in name else ""
        if ending in PROSE or ending in BINARY or not APART.isdisjoint(folders):
            return False
        return not self._is_apart(path)

    def is_ticket(self, path: str) -> bool:
        """Whether a file may be one ticket's own: prose among the tickets."""
        return self._is_apart(path) and path.lower().rpartition(".")[2] in PROSE

    def _is_apart(self, path: str) -> bool:
        return any(path == one or path.startswith(f"{one}/") for one in self.apart)

    def pathspecs(self) -> list[str]:
        """The same for git, which then does not even read the others; and without what others or programs wrote."""
        folders = [f"**/{name}/**" for name in (*sorted(APART), *FOREIGN)]
        files = [f"**/*.{ending}" for ending in sorted({*PROSE, *BINARY, *_DATA})] + [f"**/{name}" for name in MADE]
        own = [f":(top,exclude,literal){one}" for one in self.apart]
        return [":(top)", *(f":(top,exclude,glob,icase){one}" for one in (*folders, *files)), *own]
