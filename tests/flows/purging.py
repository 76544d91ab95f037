"""What the tests of a purge share: its command, and where a text stands in a workspace."""

import json
from typing import Any

from click.testing import CliRunner, Result

from flows import stages
from flows.commands import cli
from flows.purge_search import search
from flows.settings import Settings
from scheduling.base.forms import forms

TEXT = "make testdb"
"""Stands in four sessions, two findings, a page and the article that is drafted from the sample."""


def night(settings: Settings) -> Any:
    with stages.opened(settings, "nightly") as opened:
        return stages.nightly(opened)


def purge(settings: Settings, *words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, ["purge", *words, "--workspace", str(settings.root)], input=stdin)


def purged(settings: Settings, *words: str) -> dict[str, Any]:
    done = purge(settings, *words, "--yes", "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def places(settings: Settings, text: str = TEXT) -> list[str]:
    return search(settings.workspace, forms(text))
