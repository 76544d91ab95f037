"""A whole night over folders of logs and tickets: time, MB/s and peak memory, and the night after it.

    python benchmarks/night.py FOLDER [FOLDER …]     one domain a folder, from its sessions/ and tickets/ if it has them

Prints a row for a fresh night and one for a night with nothing new, both with `--plain` in a process of their own. The
plain way to do the same job is a grep over the same bytes: its time stands beside.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

STILLHOUSE = Path(sys.executable).with_name("stillhouse")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    folders: list[Path] = [folder.resolve() for folder in parser.parse_args().folders]
    sources = [(folder.name, part) for folder in folders for part in parts(folder)]
    size = sum(file.stat().st_size for _, part in sources for file in part.rglob("*") if file.is_file())
    with tempfile.TemporaryDirectory() as home:
        space = Path(home) / "workspace"
        words = [word for name, part in sources for word in ("--source", f"{name}={part}")]
        measure(["init", str(space), *words], home)
        rows = [
            ("fresh night", *measure(["nightly", "--plain", "--workspace", str(space)], home)),
            ("nothing new", *measure(["nightly", "--plain", "--workspace", str(space)], home)),
            ("grep -rc error", *measure_command(["grep", "-rc", "error", *(str(part) for _, part in sources)], home)),
        ]
    print(f"{size / 1e6:.1f} MB in {len(sources)} sources")
    print(f"{'':16} {'wall s':>8} {'MB/s':>8} {'peak MB':>8}")
    for name, seconds, peak in rows:
        print(f"{name:16} {seconds:8.2f} {size / 1e6 / seconds:8.1f} {peak / 1e6:8.0f}")


def parts(folder: Path) -> list[Path]:
    """A project's own sessions and tickets, or the folder itself."""
    return [folder / name for name in ("sessions", "tickets") if (folder / name).is_dir()] or [folder]


def measure(words: list[str], home: str) -> tuple[float, int]:
    """Wall seconds and peak bytes of one command of ours."""
    return measure_command([str(STILLHOUSE), *words], home)


def measure_command(argv: list[str], home: str) -> tuple[float, int]:
    """Wall seconds, and the peak resident bytes of the process and its children together, sampled every 20 ms."""
    started = time.monotonic()
    child = subprocess.Popen(
        argv, env={**os.environ, "HOME": home}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = [0]

    def watch() -> None:
        while child.poll() is None:
            peak[0] = max(peak[0], resident(child.pid))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    child.wait()
    watcher.join()
    if child.returncode and argv[0] == str(STILLHOUSE):
        raise SystemExit(f"{' '.join(argv)} exits with {child.returncode}: what it took says nothing")
    return time.monotonic() - started, peak[0]


def resident(pid: int) -> int:
    """Resident bytes of a process and all its descendants (Linux; 0 elsewhere)."""
    total, waiting = 0, [pid]
    while waiting:
        here = Path("/proc") / str(waiting.pop())
        try:
            total += int((here / "statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
            waiting += [
                int(one) for task in (here / "task").iterdir() for one in (task / "children").read_text().split()
            ]
        except (OSError, ValueError):
            continue
    return total


if __name__ == "__main__":
    main()
