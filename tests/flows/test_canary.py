"""Secrets made up on the spot and planted in logs stand in no byte of any store after a night, a day and a review."""

import base64
import json
import secrets
import string
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flows import founding, launch
from flows.purge_search import search
from flows.settings import Settings, load
from scheduling.base.forms import forms

LETTERS = string.ascii_letters + string.digits
SESSION = "0b5f1c1e-5d1f-4c55-9d52-3c1f6f0a7d11"


def some(count: int, letters: str = LETTERS) -> str:
    return "".join(secrets.choice(letters) for _ in range(count))


def made() -> dict[str, str]:
    """A secret of each kind, and how people and programs write it."""
    return {
        "ghp_" + some(36): "export GITHUB_TOKEN={}",
        "AKIA" + some(16, string.ascii_uppercase + "234567"): "aws_access_key_id = {}",
        "sk-ant-api03-" + some(80) + "-" + some(8) + "AA": "ANTHROPIC_API_KEY={}",
        "glpat-" + some(20): "git clone https://oauth2:{}@gitlab.example/tide/watch.git",
        some(14) + "7q": "postgres://tide:{}@db.example:5432/tide",
        "xoxb-" + some(12, string.digits) + "-" + some(12, string.digits) + "-" + some(24): "slack token {}",
    }


def lines(planted: dict[str, str]) -> Iterator[dict[str, Any]]:
    """What a person types, an agent runs and a tool returns, with the secrets in it as they come."""
    yield from typed("from now on always run make tides before the tests, the schema is not in the repository")
    for secret, way in planted.items():
        text = way.format(secret)
        yield from typed(f"remember this: {text}")
        yield from ran(f"echo '{text}'", f"{text}\n")
        yield from ran("cat config.json", json.dumps({"body": json.dumps({"line": text, "note": "ü"})}))
        yield from ran("cat blob", f"payload: {base64.b64encode(text.encode()).decode()}\n")
        yield from ran("xxd -p line", f"{text.encode().hex()}\n")
        yield from ran("powershell line", f"-EncodedCommand {wide(text)}\n")
        yield from ran("ls --color", f"\x1b[32m{text[:-6]}\x1b[0m\x1b[1m{text[-6:]}\x1b[0m\n")
        yield from ran("cat url", f"GET /cb?config={quote(text, safe='')}&token={quote(secret, safe='')} HTTP/1.1\n")
    yield from typed("no, that is wrong: the tides have to be loaded first, else the tests fail with no such table")


def wide(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-le")).decode()


def told(secret: str, way: str) -> tuple[str, ...]:
    """All that would give the secret away: its forms, hex, UTF-16 in base64, and both ends of it."""
    block = wide(way.format(secret))
    return (*forms(secret), secret.encode().hex(), block[len(block) // 2 :][:24], secret[:-6], secret[6:])


def typed(text: str) -> Iterator[dict[str, Any]]:
    yield {"type": "user", "message": {"role": "user", "content": text}}


def ran(command: str, result: str) -> Iterator[dict[str, Any]]:
    call = f"toolu_{some(20)}"
    use = {"type": "tool_use", "id": call, "name": "Bash", "input": {"command": command}}
    yield {"type": "assistant", "message": {"role": "assistant", "content": [use]}}
    answer = {"type": "tool_result", "tool_use_id": call, "content": result}
    yield {"type": "user", "message": {"role": "user", "content": [answer]}}


def plant(folder: Path, planted: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    rows: list[str] = []
    for number, line in enumerate(lines(planted)):
        head = {
            "sessionId": SESSION,
            "uuid": f"{number:08x}-0000-4000-8000-000000000000",
            "timestamp": f"2026-11-02T09:{number // 60:02}:{number % 60:02}.000Z",
            "cwd": "/home/mara/code/tidewatch",
            "version": "2.0.1",
            "userType": "external",
            "isSidechain": False,
            "parentUuid": None,
        }
        rows.append(json.dumps({**head, **line}))
    (folder / f"{SESSION}.jsonl").write_text("\n".join(rows) + "\n", "utf-8")


def test_no_planted_secret_is_in_any_byte_of_any_store(
    tmp_path: Path, serving: Callable[[Settings], AbstractContextManager[Any]], api: Any
) -> None:
    planted = made()
    plant(tmp_path / "logs", planted)
    typed_in = "ghp_" + some(36)
    root = tmp_path / "workspace"
    sample = founding.sample()
    sources = {name: (*paths, tmp_path / "logs") for name, paths in sample.sources.items()}
    founding.found(root, founding.Plan(sources))
    settings = load(root)
    with serving(settings):
        report = launch.launch_nightly(settings, only=None, since=None, say=lambda _text: None)
        assert report.files["quarantined"] == 0
        drafted = launch.launch_daily(settings, pillar=None, say=lambda _text: None)
        here = api.of(settings)
        run = here.question(drafted.request_id, 1)
        here.answer(run, decision="reject", notes=f"Not yet: {typed_in}", name="Ann", code="123456")
        here.question(drafted.request_id, 2)
    masked = search(settings.workspace, ["[REDACTED:"])
    assert any(place.endswith(".parquet (rows)") for place in masked), "they were collected, and masked"
    planted[typed_in] = "{}"
    found = {secret: search(settings.workspace, told(secret, way)) for secret, way in planted.items()}
    assert {secret: places for secret, places in found.items() if places} == {}
