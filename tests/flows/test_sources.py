"""Sources that are no plain logs: declared in the settings, fetched before collect, and never in the way of a night."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from distillers.fetch.base import Target
from distillers.walk import SourceSpec
from flows import founding, stages
from flows.commands import cli
from flows.reaching import access
from flows.report import Report
from flows.settings import Settings, load
from scheduling.base.errors import UsageError

MESSAGE = """\
Cap the cart at 99 lines

## Root cause
The page timed out above 99 lines, because `total()` in `shop/cart.py` was quadratic.
"""
DEAD = "http://127.0.0.1:9"


def settings_of(root: Path, sources: str) -> Settings:
    root.mkdir(exist_ok=True)
    (root / "stillhouse.toml").write_text(f"[domains.shop]\nsources = [{sources}]\n", "utf-8")
    return load(root)


def committed(root: Path, message: str) -> None:
    root.mkdir(exist_ok=True)
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null"}
    who = ["-c", "user.name=Mara", "-c", "user.email=mara@shop.example"]
    subprocess.run(["git", "init", "-q", "--initial-branch=main", "."], cwd=root, env=env, check=True)
    subprocess.run(
        ["git", *who, "commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message],
        cwd=root,
        env=env,
        check=True,
    )


def night(settings: Settings) -> Report:
    with stages.opened(settings, "nightly") as opened:
        return stages.nightly(opened)


def test_each_kind_of_source_has_keys_of_its_own(tmp_path: Path) -> None:
    chosen = settings_of(
        tmp_path,
        '{ path = "/logs" }, { kind = "notes", path = "/notes" }, { kind = "github", repo = "me/shop" },'
        ' { kind = "git", path = "/code/shop", branches = ["main", "release/2"] }',
    )
    assert chosen.sources == (
        SourceSpec("shop", "auto", Path("/logs")),
        SourceSpec("shop", "notes", Path("/notes")),
    )
    assert chosen.targets == (
        Target("shop", "github", "me/shop", api="https://api.github.com"),
        Target("shop", "git", "/code/shop", branches=("main", "release/2")),
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            '{ kind = "gitlab", path = "/x" }',
            "the kind of domains.shop.sources.0 is not known; it is one of auto, github",
        ),
        (
            '{ kind = "github", repo = "shop" }',
            "domains.shop.sources.0.repo: 'shop' is no repository: write owner/name",
        ),
        ('{ kind = "github", repo = "me/.." }', "domains.shop.sources.0.repo: 'me/..' is no repository"),
        ('{ kind = "github", path = "/x" }', "the key domains.shop.sources.0.repo is missing"),
        ('{ kind = "github", repo = "a/b", api = "http://x.example" }', "'http://x.example' is no https address"),
        ('{ kind = "git", path = "/x", branches = ["--upload-pack=x"] }', "'--upload-pack=x' is no branch name"),
        ('{ kind = "git", path = "/x", branch = "main" }', "did you mean branches?"),
        ("{ }", "the key domains.shop.sources.0.path is missing"),
    ],
)
def test_a_mistake_in_a_source_is_named(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        settings_of(tmp_path, source)
    assert said in str(caught.value)


def test_init_writes_what_it_was_told(tmp_path: Path) -> None:
    for name in ("logs", "notes", "code"):
        (tmp_path / name).mkdir()
    with pytest.raises(UsageError, match="is no git repository"):
        founding.from_words([f"shop=git:{tmp_path}/code"])
    subprocess.run(["git", "init", "-q", str(tmp_path / "code")], check=True)
    words = [
        f"shop={tmp_path}/logs",
        "shop=github:me/shop",
        f"shop=git:{tmp_path}/code",
        f"bakery=notes:{tmp_path}/notes",
    ]
    founding.found(tmp_path / "w", founding.from_words(words))
    chosen = load(tmp_path / "w")
    assert [(one.domain, one.kind) for one in chosen.sources] == [("bakery", "notes"), ("shop", "auto")]
    assert [target.name for target in chosen.targets] == ["github:me/shop", f"git:{tmp_path}/code"]
    with pytest.raises(UsageError, match="write owner/name"):
        founding.from_words(["shop=github:shop"])
    with pytest.raises(UsageError, match="does not exist"):
        founding.from_words([f"shop=git:{tmp_path}/gone"])


def test_the_token_is_taken_from_the_environment_and_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_TOKEN", "second")
    assert access("https://api.github.com").token == "second"
    monkeypatch.setenv("GITHUB_TOKEN", "first")
    assert access("https://api.github.com").token == "first"
    assert "first" not in repr(access("https://api.github.com"))
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "forge.example")
    assert access("https://api.github.com").proxy == "http://proxy.example:3128"
    assert access("https://forge.example/api/v3").proxy == ""


def test_a_night_learns_from_a_history_while_a_forge_is_offline(tmp_path: Path) -> None:
    committed(tmp_path / "code", MESSAGE)
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "empty.jsonl").touch()
    (logs / "torn.jsonl.zst").write_bytes(b"\x28\xb5\x2f\xfd torn")
    sources = (
        f'{{ kind = "git", path = "{tmp_path}/code" }}, {{ kind = "github", repo = "me/shop", api = "{DEAD}" }}, '
        f'"{logs}", "{tmp_path}/unmounted"'
    )
    chosen = settings_of(tmp_path / "w", sources)
    first = night(chosen)
    assert (first.tickets, first.files) == (1, {"read": 1, "skipped": 1, "quarantined": 1})
    told = first.to_json()
    assert told["missing"] == {f"{tmp_path}/unmounted": "cannot be listed: No such file or directory"}
    assert list(told["quarantined"]) == [f"{logs}/torn.jsonl.zst"]
    assert told["skipped"] == {"empty": 1}
    assert first.to_json()["fetched"] == 1
    assert [line for line in first.lines() if line.startswith("fetch")] == [
        "fetch     shop github:me/shop: cannot reach 127.0.0.1: [Errno 111] Connection refused (offline?)"
    ]
    assert first.findings["high"] + first.findings["medium"] >= 1
    assert first.pages > 0
    again = night(chosen)
    assert (again.tickets, again.to_json()["fetched"], dict(again.commits)) == (0, 0, {})


def test_links_are_told_with_what_says_so(tmp_path: Path) -> None:
    session = "5a71c0de-0000-4000-8000-000000000001"
    turn = {"type": "user", "uuid": "u", "sessionId": session, "timestamp": "2026-03-01T09:00:00.000Z"}
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.jsonl").write_text(
        json.dumps(turn | {"message": {"role": "user", "content": "cap the cart"}}) + "\n"
    )
    committed(tmp_path / "code", f"{MESSAGE}\nClaude-Session: {session}\n")
    sources = f'{{ path = "{tmp_path}/logs" }}, {{ kind = "git", path = "{tmp_path}/code" }}'
    night(settings_of(tmp_path / "w", sources))
    told = CliRunner().invoke(cli, ["links", "--json", "--workspace", str(tmp_path / "w")])
    [link] = [json.loads(line) for line in told.output.splitlines()]
    assert (link["other"], link["how"], link["ref"]) == (session, "session", f"session:{session}")
    shown = CliRunner().invoke(cli, ["links", "--of", session, "--workspace", str(tmp_path / "w")])
    assert shown.output == f"{link['unit']} → {session}  (session: session:{session})\n"
    for more, said in (([], "is known to belong to else."), (["--json"], "")):
        none = CliRunner().invoke(cli, ["links", "--of", "else", *more, "--workspace", str(tmp_path / "w")])
        assert (none.exit_code, none.stdout, said in none.stderr) == (0, "", True)


def test_the_command_exits_0_and_says_which_source_failed(tmp_path: Path) -> None:
    settings_of(tmp_path, f'{{ kind = "github", repo = "me/shop", api = "{DEAD}" }}')
    done = CliRunner().invoke(cli, ["nightly", "--plain", "--workspace", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert done.output.count("cannot reach 127.0.0.1") == 1
    told = CliRunner().invoke(cli, ["doctor", "--workspace", str(tmp_path)])
    assert "fetch shop github:me/shop: cannot reach" in told.output
    night(settings_of(tmp_path, ""))
    assert "none is blocked" in CliRunner().invoke(cli, ["doctor", "--workspace", str(tmp_path)]).output


def test_a_path_alone_is_a_source_and_a_number_is_none(tmp_path: Path) -> None:
    assert [source.kind for source in settings_of(tmp_path, f'"{tmp_path}"').sources] == ["auto"]
    with pytest.raises(UsageError, match=r"a source is a path, or a table"):
        settings_of(tmp_path, "7")
