"""Doctor: every fault is seen by the check that is meant for it, says how to mend it, and the safe ones are mended."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flows import doctor, founding
from flows.settings import Settings, load
from scheduling import editors, runs, seats
from scheduling.base.process import run as start
from scheduling.ledger.store import Ledger
from tests.shut import shut
from wiki.git import ensure_repo


@pytest.fixture(scope="module")
def first(after_a_night: Callable[[Path], Settings], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after its first night, with somebody who may approve."""
    settings = after_a_night(tmp_path_factory.mktemp("doctor") / "space")
    with runs.running(Ledger(settings.workspace.ledger), "operator", "enrol") as run:
        editors.enrol(run, "Ana")
    return settings.root


@pytest.fixture
def space(first: Path, tmp_path: Path) -> Settings:
    """A copy of it, to be broken."""
    shutil.copytree(first, tmp_path / "space", symlinks=True)
    return load(tmp_path / "space")


def failing(settings: Settings) -> dict[str, doctor.Check]:
    return {check.name: check for check in doctor.examine(settings.root).checks if not check.ok}


def test_a_workspace_after_its_first_night_is_well(space: Settings) -> None:
    seen = doctor.examine(space.root)
    assert [f"{check.name}: {check.said}" for check in seen.checks if not check.ok] == []
    assert seen.grade == "A"
    names = [check.name for check in seen.checks]
    wanted = {"ledger", "archive", "index", "wiki", "tickets", "seats", "retention", "packages", "gate"}
    assert wanted <= set(names)
    assert len(names) == len(set(names))


def test_a_workspace_before_its_first_night_lacks_only_what_it_cannot_have(tmp_path: Path) -> None:
    founding.found(tmp_path / "new", founding.sample())
    assert set(failing(load(tmp_path / "new"))) == {"editors"}


def cut_shard(space: Settings) -> None:
    shard = next(space.workspace.archive.rglob("*.parquet"))
    shard.write_bytes(shard.read_bytes()[:-10])


def break_ledger(space: Settings) -> None:
    for path in space.workspace.state.glob("ledger.db*"):
        path.write_bytes(b"no ledger" * 100)


def lose_index(space: Settings) -> None:
    shutil.rmtree(space.workspace.index)


def write_html(space: Settings) -> None:
    page = next((space.workspace.wiki / "tidewatch").glob("[!i]*.md"))
    page.write_text(page.read_text() + "\n<script>x</script>\n")
    me = ["-c", "user.name=Ana", "-c", "user.email=ana@example.invalid"]
    start(["git", *me, "commit", "-q", "-a", "-m", "By hand"], cwd=space.workspace.wiki)


def remove_hook(space: Settings) -> None:
    for path in (space.workspace.wiki / ".git" / "hooks").iterdir():
        path.unlink()


def point_hooks_elsewhere(space: Settings) -> None:
    start(["git", "config", "core.hooksPath", "elsewhere"], cwd=space.workspace.wiki)


def forge_a_seat(space: Settings) -> None:
    me = ["-c", "user.name=L", "-c", "user.email=librarian@stillhouse.invalid", "-c", "core.hooksPath=/dev/null"]
    start(["git", *me, "commit", "-q", "--allow-empty", "-m", "Forged"], cwd=space.workspace.wiki)


def take_a_right(space: Settings) -> None:
    with runs.running(Ledger(space.workspace.ledger), "operator", "test") as run:
        seats.appoint(run, [replace(seats.seat("librarian"), may=frozenset())])


def open_the_state(space: Settings) -> None:
    space.workspace.state.chmod(0o755)


def lose_the_site(space: Settings) -> None:
    (space.root / "mkdocs.yml").unlink()


def name_a_remote(space: Settings) -> None:
    with space.workspace.settings.open("a") as file:
        file.write('\n[wiki]\nremote = "/nowhere/wiki.git"\n')


def name_an_embedder(space: Settings) -> None:
    with space.workspace.settings.open("a") as file:
        file.write('\n[retrieval]\nembedder = "hashed:64"\n')


def name_an_embedder_that_is_away(space: Settings) -> None:
    with space.workspace.settings.open("a") as file:
        file.write('\n[retrieval]\nembedder = "ollama:tiny"\nurl = "http://127.0.0.1:1"\n')


def rename_the_domain(space: Settings) -> None:
    text = space.workspace.settings.read_text("utf-8")
    space.workspace.settings.write_text(text.replace("[domains.tidewatch]", "[domains.tide]"), "utf-8")


def misspell_a_pillar(space: Settings) -> None:
    with space.workspace.settings.open("a") as file:
        file.write('\n[pillars.tides]\npages = ["tidewach/*"]\n')


FAULTS = [
    (cut_shard, "archive", "stillhouse rebuild"),
    (break_ledger, "ledger", "stillhouse rebuild"),
    (lose_index, "index", "stillhouse nightly"),
    (write_html, "wiki", "as Markdown"),
    (remove_hook, "gate", "doctor --fix"),
    (point_hooks_elsewhere, "gate", "--unset core.hooksPath"),
    (forge_a_seat, "gate", "take it off"),
    (take_a_right, "seats", "[seats]"),
    (open_the_state, "private", "chmod 700"),
    (lose_the_site, "site", "doctor --fix"),
    (name_a_remote, "remote", "stillhouse nightly"),
    (name_an_embedder, "embedder", "doctor --fix"),
    (name_an_embedder_that_is_away, "embedder", "[retrieval]"),
    (rename_the_domain, "pages", "name the domain in stillhouse.toml again"),
    (misspell_a_pillar, "pillars", 'such as pages = ["'),
]


@pytest.mark.parametrize(("harm", "name", "mend"), FAULTS, ids=[harm.__name__ for harm, _, _ in FAULTS])
def test_a_fault_is_seen_and_its_mend_is_named(
    space: Settings, harm: Callable[[Settings], None], name: str, mend: str
) -> None:
    harm(space)
    seen = failing(space)
    assert name in seen
    assert mend in seen[name].mend


@pytest.mark.parametrize("harm", [remove_hook, open_the_state, lose_the_site, lose_index, name_an_embedder])
def test_what_is_safe_is_mended(space: Settings, harm: Callable[[Settings], None]) -> None:
    harm(space)
    before = ensure_repo(space.workspace.wiki).head()
    said = doctor.mend(space.root, doctor.examine(space.root))
    assert said
    assert failing(space) == {}
    assert ensure_repo(space.workspace.wiki).head() == before


def test_what_is_not_safe_is_left_to_a_person(space: Settings) -> None:
    cut_shard(space)
    take_a_right(space)
    assert doctor.mend(space.root, doctor.examine(space.root)) == []
    assert {"archive", "seats"} <= set(failing(space))


def test_old_findings_are_told_and_are_no_fault(space: Settings) -> None:
    doubts = next(check for check in doctor.examine(space.root).checks if check.name == "doubts")
    assert doubts.ok
    assert "findings on pages are old" in doubts.said


def test_a_full_disk_is_told_in_a_sentence() -> None:
    words = [sys.executable, "-c", "from flows.commands import run; raise SystemExit(run(['--version']))"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        "stillhouse: no space left on the disk (make room, then run it again: it goes on)\n",
    )


def test_a_folder_that_cannot_be_listed_is_named_with_the_way_out(space: Settings, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    (logs / "inner").mkdir(parents=True)
    with space.workspace.settings.open("a") as file:
        file.write(f'\n[domains.other]\nsources = ["{logs}", "{tmp_path}/nowhere"]\n')
    with shut(logs / "inner"):
        said = failing(load(space.root))["sources"]
    assert f"{logs}/inner cannot be listed: Permission denied; let this user list" in said.said
    assert f"{tmp_path}/nowhere cannot be listed: No such file or directory" in said.said
    assert "stillhouse nightly" in said.mend
    with shut(logs):
        assert f"{logs} cannot be listed" in failing(load(space.root))["sources"].said
