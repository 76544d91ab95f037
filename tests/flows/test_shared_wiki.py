"""A night with a remote: what people pushed comes in first, what is filed goes out, and a conflict is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import founding, stages
from flows.settings import Settings, load
from scheduling.base.errors import RefusedError, UsageError
from scheduling.base.process import run as start

ANA = ["-c", "user.name=Ana", "-c", "user.email=ana@example.invalid"]


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    start(["git", "init", "-q", "--bare", "--initial-branch=main", str(tmp_path / "wiki.git")], cwd=tmp_path)
    return tmp_path / "wiki.git"


@pytest.fixture
def settings(tmp_path: Path, bare: Path) -> Settings:
    founding.found(tmp_path / "space", founding.sample())
    with (tmp_path / "space" / "stillhouse.toml").open("a") as file:
        file.write(f'\n[wiki]\nremote = "{bare}"\n')
    return load(tmp_path / "space")


def night(settings: Settings) -> list[str]:
    said: list[str] = []
    with stages.opened(settings, "nightly", say=said.append) as opened:
        stages.nightly(opened)
    return said


def test_a_night_pulls_files_and_pushes(settings: Settings, bare: Path, tmp_path: Path) -> None:
    night(settings)
    start(["git", "clone", "-q", str(bare), "ana"], cwd=tmp_path)
    ana, wiki = tmp_path / "ana", settings.workspace.wiki
    page = next((ana / "tidewatch").glob("[!i]*.md"))
    page.write_text(page.read_text() + "\nSaid Ana.\n")
    start(["git", *ANA, "commit", "-q", "-a", "-m", "By hand"], cwd=ana)
    start(["git", "push", "-q", "origin", "main"], cwd=ana)
    night(settings)
    assert "Said Ana." in (wiki / "tidewatch" / page.name).read_text()
    tips = {start(["git", "rev-parse", "main"], cwd=place).text for place in (bare, wiki)}
    assert len(tips) == 1

    page.write_text(page.read_text().replace("Said Ana.", "Said Ana twice."))
    start(["git", *ANA, "commit", "-q", "-a", "-m", "By hand"], cwd=ana)
    start(["git", "push", "-q", "origin", "main"], cwd=ana)
    here = wiki / "tidewatch" / page.name
    here.write_text(here.read_text().replace("Said Ana.", "Said Bo."))
    start(["git", *ANA, "commit", "-q", "-a", "-m", "Bo"], cwd=wiki)
    with pytest.raises(RefusedError, match="same lines changed"):
        night(settings)
    assert "Said Bo." in here.read_text()


def test_a_remote_that_is_away_stops_no_night(settings: Settings, bare: Path) -> None:
    bare.rename(bare.with_name("away"))
    said = night(settings)
    assert any("could not be asked" in line for line in said)
    assert list((settings.workspace.wiki / "tidewatch").glob("*.md"))
    bare.with_name("away").rename(bare)
    night(settings)
    assert start(["git", "log", "--oneline", "main"], cwd=bare).text


def test_an_address_that_could_start_a_program_is_refused(settings: Settings) -> None:
    text = settings.workspace.settings.read_text()
    settings.workspace.settings.write_text(text.rpartition("remote")[0] + 'remote = "ext::sh -c x"\n')
    with pytest.raises(UsageError, match=r"wiki\.remote: .* is no remote"):
        load(settings.root)
