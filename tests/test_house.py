"""What must hold of the house itself, beyond the import contracts that `make check` runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("flows", "content", "wiki", "distillers", "scheduling")
COMMITTED = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout.split("\0")[:-1]


def test_no_module_in_flows_hides_a_package_or_the_standard_library() -> None:
    # Prefect puts the folder of a flow first on sys.path, so flows/wiki.py would be imported as `wiki`.
    modules = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert not modules & {*PACKAGES, *sys.stdlib_module_names}


def test_no_lock_or_file_names_a_package_registry() -> None:
    hosts = re.compile(rb"py[p]i\.org|python[h]osted|npm[j]s\.(?:org|com)")
    assert [name for name in COMMITTED if hosts.search((ROOT / name).read_bytes())] == []


def test_every_lock_line_is_pinned_and_hashed() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", (ROOT / name).read_text("utf-8")).strip())
        assert all("==" in entry and "--hash=sha256:" in entry for entry in entries), name


@pytest.mark.parametrize("command", [["--help"], ["search", "--help"], ["show", "--help"]])
def test_help_and_reading_commands_never_load_prefect(command: list[str], tmp_path: Path) -> None:
    program = (
        "import sys; sys.argv = ['stillhouse', *sys.argv[1:]]\n"
        "from flows.commands import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit(sorted(name for name in ('prefect', 'lancedb', 'duckdb') if name in sys.modules) != [])"
    )
    done = subprocess.run([sys.executable, "-c", program, *command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_environment_is_read_in_one_module() -> None:
    reads = re.compile(r"os\.(?:environ\b(?!\.setdefault)|getenv)")
    allowed = {"flows/surroundings.py", "scheduling/base/process.py", "flows/environment.py"}
    found = {
        path.relative_to(ROOT).as_posix()
        for name in PACKAGES
        for path in (ROOT / name).rglob("*.py")
        if reads.search(path.read_text("utf-8"))
    }
    assert found <= allowed
