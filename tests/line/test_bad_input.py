"""Bad input: one clear line each, the exit code that is documented, and the rest of the night done."""

import shutil
from pathlib import Path

import pytest

from flows.founding import SAMPLE
from scheduling.base.locks import hold
from scheduling.base.workspace import Workspace
from tests.line.conftest import Run, rows
from tests.shut import shut


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    shutil.copytree(SAMPLE / "sessions", folder)
    return folder


def night(stillhouse: Run, logs: Path, space: Path) -> dict[str, object]:
    stillhouse("init", space, "--source", f"shop={logs}")
    (report,) = rows(stillhouse("nightly", "--plain", "--json", "--workspace", space))
    return report


def test_an_empty_file_is_skipped_with_the_reason(stillhouse: Run, logs: Path, tmp_path: Path) -> None:
    (logs / "empty.jsonl").touch()
    report = night(stillhouse, logs, tmp_path / "space")
    assert report["files"] == {"read": 4, "skipped": 1, "quarantined": 0}
    assert "empty" in stillhouse("nightly", "--plain", "--workspace", tmp_path / "space").stdout


def test_a_cut_line_and_bad_bytes_cost_only_themselves(stillhouse: Run, logs: Path, tmp_path: Path) -> None:
    session = sorted(logs.rglob("*.jsonl"))[0]
    lines = session.read_bytes().splitlines(keepends=True)
    broken = [
        *lines[:3],
        b'{"type":"user","message":{"role":"us\n',
        b"\xff\xfe{not text}\n",
        *lines[3:],
        lines[-1][:40],
    ]
    session.write_bytes(b"".join(broken))
    report = night(stillhouse, logs, tmp_path / "space")
    assert report["files"] == {"read": 4, "skipped": 0, "quarantined": 0}
    assert report["bad_lines"] == 2
    session.write_bytes(b"".join([*broken[:-1], lines[-1]]))
    (second,) = rows(stillhouse("nightly", "--plain", "--json", "--workspace", tmp_path / "space"))
    assert second["bad_lines"] == 2


def test_a_folder_without_logs_is_a_quiet_night(stillhouse: Run, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "shopping.txt").write_text("milk\n", "utf-8")
    report = night(stillhouse, tmp_path / "notes", tmp_path / "space")
    assert report["files"] == {"read": 0, "skipped": 1, "quarantined": 0}


def test_a_source_that_is_gone_does_not_stop_the_others(stillhouse: Run, logs: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    stillhouse("init", tmp_path / "space", "--source", f"shop={logs}", "--source", f"blog={other}")
    other.rmdir()
    done = stillhouse("nightly", "--plain", "--workspace", tmp_path / "space")
    assert str(other) in done.stdout
    assert "4 sessions" in done.stdout


def test_a_settings_file_with_a_mistake_names_the_key(stillhouse: Run, logs: Path, tmp_path: Path) -> None:
    stillhouse("init", tmp_path / "space", "--source", f"shop={logs}")
    settings = tmp_path / "space" / "stillhouse.toml"
    good = settings.read_text("utf-8")
    for broken, said in (
        (good.replace("path =", "pth ="), "domains.shop.sources.0"),
        (good.replace("[domains.shop]", "[domains.Shop]"), "no domain name"),
        (good.replace("[schedule]", "[schedul]"), "did you mean schedule?"),
        (good.replace("0 2 * * *", "0 99 * * *"), "schedule.nightly: '0 99 * * *' is no cron line: 99 is no hour"),
        (good.replace('"UTC"', '"Europe/Lodnon"'), "schedule.timezone: 'Europe/Lodnon' is no time zone"),
        (good + '\n[pillars.x]\npages = "shop/*"\n', "pillars.x.pages: it must be a list, such as"),
        (good + "\n[wiki]\nstale_days = 'a year'\n", "wiki.stale_days: it must be a valid integer"),
        (good + '[agents.mine]\nkind = "command"\ncommand = ["x"]\nzone = 3\n', "key agents.mine.zone is not known\n"),
        (good + '[agents.mine]\nkind = "command"\ncomand = ["x"]\n', "did you mean command?"),
        (good + "[", "not valid TOML"),
        ("", "domains is missing"),
    ):
        settings.write_text(broken, "utf-8")
        done = stillhouse("nightly", "--plain", "--workspace", tmp_path / "space", code=2)
        assert said in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_busy_workspace_is_left_to_its_holder(program: Run, after_a_night: Path) -> None:
    with hold(Workspace(after_a_night).run_lock, "nightly of another terminal"):
        done = program("nightly", "--plain", "--workspace", after_a_night, code=75)
    assert "nightly of another terminal" in done.stderr


@pytest.mark.parametrize(("words", "said"), [(("--since", "yesterday"), "YYYY-MM-DD"), (("--only", "no"), "known:")])
def test_words_that_a_night_refuses_start_no_server(
    stillhouse: Run, after_a_night: Path, words: tuple[str, ...], said: str
) -> None:
    done = stillhouse("nightly", *words, "--workspace", after_a_night, code=2)
    assert said in done.stderr
    assert "Prefect" not in done.stderr


def test_a_workspace_that_may_not_be_written_is_named_with_the_way_out(
    stillhouse: Run, logs: Path, tmp_path: Path
) -> None:
    stillhouse("init", tmp_path / "space", "--source", f"shop={logs}")
    with shut(Workspace(tmp_path / "space").state):
        done = stillhouse("nightly", "--plain", "--workspace", tmp_path / "space", code=1)
    assert "/.stillhouse/run.lock: Permission denied (see who may read and write there" in done.stderr


@pytest.mark.parametrize("words", [("nightly",), ("daily",), ("serve",)])
def test_a_server_of_your_own_that_does_not_answer_is_named(
    stillhouse: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    stillhouse("init", tmp_path / "space", "--sample")
    with (tmp_path / "space" / "stillhouse.toml").open("a") as file:
        file.write('\n[prefect]\napi_url = "http://127.0.0.1:9/api"\n')
    done = stillhouse(*words, "--workspace", tmp_path / "space", code=1)
    assert "no Prefect server answers at http://127.0.0.1:9/api" in done.stderr
    assert "[prefect] api_url in stillhouse.toml" in done.stderr


def test_a_page_held_for_a_person_says_how_to_go_on(stillhouse: Run, program: Run, logs: Path, tmp_path: Path) -> None:
    space = tmp_path / "space"
    night(stillhouse, logs, space)
    page = space / "wiki" / "shop" / "decisions.md"
    page.write_text(page.read_text("utf-8") + "\nA line of mine.\n", "utf-8")
    shutil.copytree(SAMPLE / "tickets", logs / "tickets")
    done = stillhouse("nightly", "--plain", "--workspace", space)
    assert "shop/decisions.md: it has uncommitted edits (commit or undo them" in done.stdout
    assert f"mend: commit or undo them in {space / 'wiki'}" in program("doctor", "--workspace", space, code=1).stdout


def test_a_workspace_cannot_be_made_below_a_file(stillhouse: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = stillhouse("init", tmp_path / "file" / "space", "--sample", code=2)
    assert "cannot be made: Not a directory (choose another folder)" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--source", "shop"), "write it as DOMAIN=PATH"),
        (("--source", "Shop=."), "no domain name"),
        (("--source", "global=."), "reserved"),
        (("--source", "shop=/no/such/folder"), "does not exist"),
    ],
)
def test_init_says_what_is_wrong_and_makes_nothing(
    stillhouse: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = stillhouse("init", tmp_path / "space", *words, code=2)
    assert said in done.stderr
    assert not (tmp_path / "space").exists()


def test_init_refuses_a_folder_that_holds_something_else(stillhouse: Run, logs: Path) -> None:
    assert "not empty" in stillhouse("init", logs, "--sample", code=2).stderr


def test_outside_a_workspace_the_way_in_is_named(stillhouse: Run, program: Run) -> None:
    assert "stillhouse init" in program("nightly", "--plain", code=2).stderr
    assert "python" in stillhouse("doctor").stdout


def test_redact_masks_a_stream_and_json_lines(stillhouse: Run, program: Run) -> None:
    token = "ghp_" + "aB3" * 12
    assert "[REDACTED:" in program("redact", text=f"export GITHUB_TOKEN={token}\nplain\n").stdout
    (row,) = rows(stillhouse("redact", "--json", text='{"id": "7", "text": "GITHUB_TOKEN=' + token + '"}\n'))
    assert row["id"] == "7"
    assert token not in row["text"]
    assert "line 1" in stillhouse("redact", "--json", text="no json\n", code=2).stderr
