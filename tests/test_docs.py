"""The README and the command line say the same."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from flows.commands import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def shown_commands() -> set[str]:
    fences = re.findall(r"^```\n(.*?)^```", README, re.M | re.S)
    return {word for fence in fences for word in re.findall(r"stillhouse ([a-z]+)", fence)}


def test_every_command_in_the_readme_exists() -> None:
    assert shown_commands() - set(COMMANDS) == set()


def test_every_make_target_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.M)) <= targets


def test_every_file_and_folder_that_the_readme_names_exists() -> None:
    names = re.findall(r"`((?:docs|benchmarks|examples|flows|content|wiki|distillers|scheduling)/[\w./-]*)`", README)
    places = [name for name in names if not name.startswith("content/")]
    assert [name for name in places if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_each_command_fits_one_screen(name: str) -> None:
    shown = CliRunner().invoke(cli, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert len(shown.output.splitlines()) <= 30
    assert max(map(len, shown.output.splitlines())) <= 100


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_takes_a_workspace(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    if isinstance(command, click.Group):
        commands = [command.commands[inner] for inner in command.commands]
    else:
        commands = [command]
    for one in commands:
        options = {option for parameter in one.params for option in parameter.opts}
        assert "--workspace" in options or name == "init"
