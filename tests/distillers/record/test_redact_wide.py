"""Many kinds of secrets in many spellings, all made up when the test runs; and what stands beside them stays."""

from __future__ import annotations

import base64
import random
import re
import runpy
import string
from collections import defaultdict
from pathlib import Path

import made
import pytest

from distillers.record.redact import Redactor

REDACTOR = Redactor(b"a key for tests")
AN = string.ascii_letters + string.digits


def cases(seed: int) -> list[dict[str, str]]:
    program = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "redact_cases.py"))
    return list(program["cases"](seed))


def token(seed: int) -> str:
    return "ghp_" + "".join(random.Random(seed).choices(AN, k=36))


def test_secrets_are_masked_whatever_they_are_written_in() -> None:
    made = cases(11)
    masked = REDACTOR.mask_many([case["Text"] for case in made])
    share: dict[str, list[bool]] = defaultdict(list)
    for case, text in zip(made, masked, strict=True):
        share[case["ctx"]].append(all(part not in text for part in case["Target"].split("~")))
    hits = [hit for one in share.values() for hit in one]
    assert sum(hits) / len(hits) >= 0.99
    assert {ctx: hits for ctx, hits in share.items() if sum(hits) / len(hits) < 0.95} == {}


@pytest.mark.parametrize(
    "after",
    [
        "ok",
        "done",
        "LOG_LEVEL=info",
        "  replicas: 2",
        "- other",
        "Python3 is here",
        "https://example.org/a",
        "/usr/bin/x",
        "src/main.py",
        "3 files changed",
        "commit it now",
    ],
)
def test_what_stands_on_the_line_below_a_secret_stays(after: str) -> None:
    for before in ("token: ", "this is a really long line that ends with a token: "):
        text = REDACTOR.mask(f"{before}{token(1)}\n{after}\n")
        assert text.startswith(before)
        assert text.endswith(f"]\n{after}\n")


@pytest.mark.parametrize("form", ["\\u{:04x}", "\\x{:02x}", "\\{:03o}", "%{:02x}", "&#{};"])
def test_a_secret_of_nothing_but_escapes_has_the_hash_it_has_plain(form: str) -> None:
    whole = REDACTOR.mask(token(3)).rsplit(":", 1)[1]
    masked = REDACTOR.mask("<td>" + "".join(form.format(ord(sign)) for sign in token(3)) + "</td>")
    assert masked == f"<td>[REDACTED:coded-block:{whole}</td>"


def test_a_list_of_bytes_is_a_key_only_if_it_has_the_length_of_one() -> None:
    numbers = list(random.Random(4).randbytes(65))
    assert REDACTOR.mask(f"{numbers[:64]}").startswith("[[REDACTED:coded-block:")
    assert REDACTOR.mask(f"{numbers}") == f"{numbers}"
    assert REDACTOR.mask(f"{[*range(64)]}") == f"{[*range(64)]}"


def test_a_secret_on_two_lines_has_the_hash_it_has_on_one() -> None:
    whole = REDACTOR.mask(f"x {token(2)} y")[2:-2]
    cut = REDACTOR.mask(f"x {token(2)[:20]}\n{token(2)[20:]}\n")
    assert cut == f"x {whole}\n\n"


@pytest.mark.parametrize(
    "before",
    ["GITHUB_TOKEN=", "the key is ", '"password": "', "Authorization: Bearer ", "https://bot:", "x ", "pw\\u003d"],
)
def test_a_token_is_told_by_its_own_form_whatever_stands_before_it(before: str) -> None:
    assert REDACTOR.mask(f"{before}{token(5)}@a.example").startswith(f"{before}[REDACTED:github-token:")


def test_a_value_that_only_holds_something_like_a_token_is_told_by_its_name() -> None:
    assert "[REDACTED:password:" in REDACTOR.mask(f"password='{'x7Qp' * 12}-{token(6)[:24]}'")


@pytest.mark.parametrize("lead", ["the key — ", "Größe x ", "🔑 ", "说明文字在这里面写着一些东西 "])
@pytest.mark.parametrize("mark", ["ghp_", "npm_", "AIza", "sk-ant-api03-"])
def test_base64_of_text_in_any_language_is_looked_into(lead: str, mark: str) -> None:
    data = f"{lead}{mark}{''.join(random.Random(7).choices(AN, k=40))} end".encode()
    for block in (base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode().rstrip("=")):
        assert block[4:-4] not in REDACTOR.mask(f"data={block} x")


def test_two_blocks_of_base64_below_each_other_are_two() -> None:
    block = base64.b64encode(f"cfg\nvalue {token(8)}x".encode()).decode().rstrip("=")
    assert block not in REDACTOR.mask(f"{block}\n{block}\n")


def test_a_public_key_stays() -> None:
    body = base64.b64encode(random.Random(9).randbytes(294)).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    block = "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])
    assert REDACTOR.mask(block) == block


@pytest.mark.parametrize(
    "line",
    [
        "Cache restored from key: deps-{}",
        "restored cache with key: deps-{}",
        "Cache not found for input keys: os-{}, os-",
    ],
)
def test_the_key_of_a_cache_stays(line: str) -> None:
    told = line.format(random.Random(9).randbytes(32).hex())
    assert REDACTOR.mask(told) == told


@pytest.mark.parametrize(
    "form",
    [
        "IQoJb3JpZ2luX2Vj<b64*200>",
        "GOOG1E<up*55>",
        "EXO<hex*24>",
        "cal_live_<hex*32>",
        "n8n_api_<hex*40>",
        "snyk_uat.<an*8>.<url*60>.<an*22>",
        "zpka_<an*32>_<hex*8>",
        "dnsimple_a_<an*32>",
        "s-s4t2ud-<hex*64>",
        "sm_aat_<an*16>",
        "ctx7sk-<url*36>",
        "rpa_<an*46>",
        "ek_live_<an*24>",
        "<an*6>_<an*29>_mmk",
    ],
)
def test_a_published_format_is_masked_where_it_stands_alone(form: str) -> None:
    one = made.value(form, random.Random(form))
    assert re.fullmatch(r"\$ cat it\n\[REDACTED:[a-z0-9-]+:\w{8}\]\nok", REDACTOR.mask(f"$ cat it\n{one}\nok"))
