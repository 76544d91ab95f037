"""From logs to a published article, through the command line alone."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pyotp
import pytest

from tests.line.conftest import Run, rows


def tree(space: Path) -> str:
    return subprocess.run(
        ["git", "-C", str(space / "wiki"), "rev-parse", "HEAD^{tree}"], capture_output=True, text=True
    ).stdout


def test_a_night_accounts_for_every_file_and_a_second_one_changes_nothing(stillhouse: Run, after_a_night: Path) -> None:
    before, found = tree(after_a_night), stillhouse("findings", "--json", "--workspace", after_a_night).stdout
    (report,) = rows(stillhouse("nightly", "--plain", "--json", "--workspace", after_a_night))
    assert report["files"] == {"read": 9, "skipped": 0, "quarantined": 0}
    assert (report["events"], report["pages"], report["commits"]) == (0, 0, {})
    assert tree(after_a_night) == before != ""
    assert stillhouse("findings", "--json", "--workspace", after_a_night).stdout == found


def test_every_filed_quote_stands_at_its_line(stillhouse: Run, after_a_night: Path) -> None:
    filed = rows(stillhouse("findings", "--json", "--status", "written", "--workspace", after_a_night))
    assert filed
    for finding in filed:
        for item in finding["evidence"]:
            line = Path(item["file"]).read_text("utf-8").split("\n")[item["line"] - 1]
            said = "".join(_strings(json.loads(line))) if item["file"].endswith(".jsonl") else line
            assert all(part.strip() in said for part in item["quote"].split("…"))


def test_a_standing_order_is_a_rule_and_a_refused_shortcut_is_never_advice(
    stillhouse: Run, after_a_night: Path
) -> None:
    filed = rows(stillhouse("findings", "--json", "--status", "written", "--workspace", after_a_night))
    orders = [f for f in filed if f["kind"] == "rule" and "make testdb" in f["claim"]]
    assert [f["confidence"] for f in orders] == ["high"]
    shortcuts = [f for f in filed if "--no-verify" in f["claim"]]
    assert shortcuts
    assert all(re.search("refused|never", f["claim"]) for f in shortcuts)


def test_a_question_is_answered_with_a_citation(program: Run, after_a_night: Path) -> None:
    asked = ("search", "why were tide times one hour off?", "--domain", "tidewatch", "--json", "--workspace")
    (answer,) = rows(program(*asked, after_a_night))
    cause = next(result for result in answer["results"][:3] if "fixed offset" in result["text"])
    assert answer["confident"]
    assert Path(cause["citations"][0]["file"]).is_file()


def test_what_a_night_proposes_to_ask_is_answered_with_confidence(stillhouse: Run, tmp_path: Path) -> None:
    stillhouse("init", tmp_path / "space", "--sample")
    told = stillhouse("nightly", "--plain", "--workspace", tmp_path / "space").stdout
    (line,) = [line for line in told.splitlines() if " search " in line]
    words = shlex.split(line)
    (answer,) = rows(stillhouse(*words[words.index("search") :], "--json"))
    assert answer["confident"]


def test_findings_are_listed_the_most_certain_first_each_with_its_place(stillhouse: Run, after_a_night: Path) -> None:
    lines = stillhouse("findings", "--workspace", after_a_night).stdout.splitlines()
    tiers = [line.split()[1] for line in lines if line.startswith("f-")]
    assert tiers == sorted(tiers, key=["high", "medium", "low"].index)
    assert len(set(tiers)) == 3
    places = [line for line in lines if re.search(r":\d+ \((human|ticket|agent|tool)\)", line)]
    assert len(places) == len(tiers)


@pytest.mark.parametrize(
    "words",
    [("questions",), ("questions", "--missed"), ("tokens", "list"), ("dispute",), ("findings", "--status", "dropped")],
)
def test_a_list_with_nothing_on_it_says_so_and_prints_no_json(
    stillhouse: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    stillhouse("init", tmp_path / "space", "--sample")
    done = stillhouse(*words, "--workspace", tmp_path / "space")
    assert len(done.stderr.splitlines()) == 1
    assert stillhouse(*words, "--json", "--workspace", tmp_path / "space").stderr == done.stdout == ""


def test_questions_from_standard_input_get_one_line_each_within_the_budget(
    stillhouse: Run, after_a_night: Path
) -> None:
    asked = ("search", "-", "--domain", "tidewatch", "--max-tokens", "200", "--json", "--workspace", after_a_night)
    answers = rows(stillhouse(*asked, text="outbox\nserial line\nsomething that nobody ever said\n"))
    assert [answer["query"] for answer in answers] == ["outbox", "serial line", "something that nobody ever said"]
    assert all(sum(len(result["text"]) for result in answer["results"]) <= 800 for answer in answers)
    assert [answer["confident"] for answer in answers][-1] is False


def test_an_unknown_domain_is_wrong_use(stillhouse: Run, after_a_night: Path) -> None:
    done = stillhouse("search", "outbox", "--domain", "no-such", "--workspace", after_a_night, code=2)
    assert "no domain 'no-such'" in done.stderr
    assert done.stdout == ""


def test_a_block_leads_back_to_its_line(stillhouse: Run, after_a_night: Path) -> None:
    index = stillhouse("show", "tidewatch/index", "--workspace", after_a_night).stdout
    slug = re.findall(r"\]\(([a-z0-9-]+)\.md\)", index)[0]
    block = re.findall(
        r"\^(f-[0-9a-f]{8})$", stillhouse("show", f"tidewatch/{slug}", "--workspace", after_a_night).stdout, re.M
    )[0]
    chain = json.loads(stillhouse("trace", block, "--json", "--workspace", after_a_night).stdout)
    assert chain["links"][0]["page"] == f"tidewatch/{slug}"
    assert Path(chain["links"][0]["citations"][0]["file"]).is_file()


def test_an_article_is_published_by_an_enrolled_person_and_by_nobody_else(stillhouse: Run, after_a_night: Path) -> None:
    place = ("--workspace", after_a_night)
    drafted = json.loads(stillhouse("daily", "--plain", "--json", *place).stdout)
    slug, draft = drafted["slug"], Path(drafted["path"])
    assert "status: draft" in draft.read_text("utf-8")
    approve = ("review", "approve", slug, "--name", "Mara Lind", *place, "--code")
    assert "editors add" in stillhouse(*approve, "000000", code=1).stderr
    secret = re.findall(r"secret\s+(\S+)", stillhouse("editors", "add", "Mara Lind", *place).stdout)[0]
    assert slug in stillhouse("review", "list", *place).stdout
    body = draft.read_text("utf-8").split("---\n", 2)[2]
    draft.write_text(draft.read_text("utf-8") + "\nOne more thing.\n", "utf-8")
    assert "changed" in stillhouse(*approve, pyotp.TOTP(secret).now(), code=1).stderr
    draft.write_text(draft.read_text("utf-8").removesuffix("\nOne more thing.\n"), "utf-8")
    stillhouse(*approve, pyotp.TOTP(secret).now())
    published = after_a_night / "content" / "published" / f"{slug}.md"
    assert published.read_text("utf-8").split("---\n", 2)[2] == body
    assert not draft.exists()
    sentence = json.loads(published.with_suffix(".trace.json").read_text("utf-8"))
    named = re.findall(r"s-[0-9a-f]{8}", json.dumps(sentence))
    assert "tidewatch" in stillhouse("trace", named[-1], *place).stdout


def test_a_run_tells_its_story(stillhouse: Run, after_a_night: Path) -> None:
    (report,) = rows(stillhouse("nightly", "--plain", "--json", "--workspace", after_a_night))
    told = stillhouse("audit", report["run"], "--workspace", after_a_night).stdout
    assert "nightly by operator: done" in told
    assert "start run" in told


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return []
