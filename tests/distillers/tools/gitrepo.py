"""A real git repository that a test writes its history into."""

import hashlib
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ENV = {
    "PATH": "/usr/bin:/bin:/usr/local/bin",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{role}_NAME": "Mara" for role in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{role}_EMAIL": "mara@shop.example" for role in ("AUTHOR", "COMMITTER")},
}


@dataclass
class GitRepo:
    root: Path
    clock: int = field(default=1_772_000_000)

    @classmethod
    def make(cls, root: Path) -> "GitRepo":
        root.mkdir(parents=True)
        made = cls(root)
        made.git("init", "-q", "--template=", "--initial-branch=main")
        return made

    def git(self, *argv: str, stdin: str = "") -> str:
        self.clock += 60
        dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{self.clock} +0200")
        done = subprocess.run(
            ["git", *argv], cwd=self.root, env=ENV | dates, input=stdin.encode(), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(self, message: str, **files: str) -> str:
        for name, text in (files or {"file": message}).items():
            (self.root / name).write_text(text, "utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", "-", stdin=message)
        return self.git("rev-parse", "HEAD")

    def bytes(self) -> str:
        """A hash of every file below the repository, its git directory included."""
        told = hashlib.sha256()
        for path in sorted(self.root.rglob("*")):
            told.update(str(path).encode())
            told.update(path.read_bytes() if path.is_file() else b"")
        return told.hexdigest()
