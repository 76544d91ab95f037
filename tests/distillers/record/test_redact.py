"""Masking: whole, in place, idempotent, whatever the secret is written in."""

from __future__ import annotations

import random
import re
from itertools import chain
from pathlib import Path

import made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distillers.record.redact import CustomPattern, Redactor, filter_lines, load_key
from scheduling.base.errors import CorruptError

REDACTOR = Redactor(b"a key for tests")
MASK = re.compile(r"\[REDACTED:([a-z0-9-]+):([0-9a-f]{8})\]")


def masked_share(cases: list[made.Case]) -> tuple[float, list[str]]:
    missed = [f"{case.title}: {case.name}" for case in cases if case.target in REDACTOR.mask(case.text)]
    return 1 - len(missed) / len(cases), missed


@pytest.fixture(scope="module")
def in_context() -> dict[str, list[made.Case]]:
    """Every format in each context, by the name of the context."""
    found: dict[str, list[made.Case]] = {}
    for case in made.cases(5):
        found.setdefault(case.title, []).append(case)
    return found


@pytest.mark.parametrize("title", [row[0] for row in made.contexts()])
def test_every_format_is_masked_whole_in_each_context(in_context: dict[str, list[made.Case]], title: str) -> None:
    share, missed = masked_share(in_context[title])
    assert share >= 0.94, missed


def test_nearly_all_secrets_of_all_contexts_are_masked() -> None:
    share, missed = masked_share(list(made.cases(6)))
    assert share >= 0.99, missed


@pytest.mark.parametrize("case", [*made.places(1), *made.key_blocks(1)], ids=lambda case: f"{case.title}, {case.name}")
def test_a_secret_is_known_by_where_it_stands(case: made.Case) -> None:
    assert case.target not in REDACTOR.mask(case.text)


@pytest.mark.parametrize("line", (Path(__file__).parent / "harmless.txt").read_text(encoding="utf-8").splitlines())
def test_what_is_no_secret_stays(line: str) -> None:
    assert REDACTOR.mask(line) == line


def test_identifiers_and_hashes_stay() -> None:
    rng = random.Random(3)
    for form in (
        "sha256:<hex*64>",
        "commit <hex*40>",
        "toolu_01<an*22>",
        "<uuid>",
        "sha512-<b64*86>==",
        "data:image/png;base64,iVBORw0KGgo<b64*400>",
    ):
        text = f"see {made.value(form, rng)} there"
        assert REDACTOR.mask(text) == text


def test_the_rest_of_the_text_keeps_its_bytes() -> None:
    token = made.value("ghp_<an*36>", random.Random(1))
    text = f'\x1b[1m{{"a\\u00e9": "x\\\\n"}}\x1b[0m GITHUB_TOKEN={token} \u200b%20 end'
    before, _, after = text.partition(token)
    masked = REDACTOR.mask(text)
    assert masked.startswith(before)
    assert masked.endswith(after)
    assert MASK.fullmatch(masked[len(before) : len(masked) - len(after)])


def test_the_same_secret_has_the_same_hash_however_it_is_written() -> None:
    rng = random.Random(2)
    seen = {
        MASK.search(REDACTOR.mask(case.text))[2]
        for case in same_secret_everywhere(made.value("glsa_<an*32>_<hex*8>", rng))
    }  # pyright: ignore[reportOptionalSubscript]
    assert len(seen) == 1


def same_secret_everywhere(secret: str) -> list[made.Case]:
    half = len(secret) // 2
    texts = [
        f"GRAFANA_TOKEN={secret}",
        f'{{\\"token\\": \\"{secret}\\"}}',
        f"token={secret[:half]}\x1b[0m{secret[half:]}",
        f"Authorization: Bearer {secret}",
    ]
    return [made.Case("", "", text, secret) for text in texts]


def test_another_key_gives_another_hash() -> None:
    text = "SECRET_KEY=" + made.value("<hex*64>", random.Random(4))
    assert Redactor(b"one").mask(text) != Redactor(b"two").mask(text)


def test_a_secret_is_masked_again_where_it_stands_without_its_name() -> None:
    secret = made.value("<an*24>", random.Random(5))
    assert secret not in REDACTOR.mask(f"API_KEY={secret}\nlater: {secret} was refused")


def test_line_ends_are_kept() -> None:
    for case in chain(made.key_blocks(2), made.places(2)):
        assert REDACTOR.mask(case.text).count("\n") == case.text.count("\n")


def test_public_takes_the_hash_off() -> None:
    masked = REDACTOR.mask("SECRET_KEY=" + made.value("<hex*64>", random.Random(6)))
    assert REDACTOR.public(masked) == "SECRET_KEY=[REDACTED:secret]"


def test_own_patterns_are_masked_and_allowed_values_kept() -> None:
    own = CustomPattern("badge", re.compile(r"badge (?P<secret>\d{6})"))
    assert MASK.sub("#", Redactor(b"k", extra=[own]).mask("badge 123456 lost")) == "badge # lost"
    value = made.value("ghp_<an*36>", random.Random(7))
    assert Redactor(b"k", allow=[value]).mask(f"token={value}") == f"token={value}"


def test_a_stream_is_masked_like_a_text() -> None:
    block = made.key_block("RSA PRIVATE KEY", random.Random(8))
    token = made.value("npm_<an*36>", random.Random(9))
    lines = [f"line {n}: nothing here\n" for n in range(30_000)]
    lines[12_000] = block + "\n"
    lines[29_999] = f"NPM_TOKEN={token}"
    one_by_one = [line for whole in lines for line in whole.splitlines(keepends=True)]
    out = "".join(filter_lines(REDACTOR, one_by_one))
    assert out == REDACTOR.mask("".join(lines))
    assert token not in out
    assert block.split("\n")[2] not in out


def test_a_secret_that_goes_on_in_the_next_part_is_masked_in_both() -> None:
    token = made.value("ghp_<an*36>", random.Random(10))
    first, second = REDACTOR.mask_parts([f"out: {token[:15]}", f"{token[15:]} done"])
    assert token[:15] not in first
    assert token[15:] not in second
    assert second.endswith(" done")


def test_a_line_end_inside_the_prefix_of_a_token_hides_nothing() -> None:
    token = made.value("ghp_<an*36>", random.Random(11))
    text = "x " * 39 + token[:2] + "\n" + token[2:] + " end"
    assert token[2:] not in REDACTOR.mask(text)


PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "password=",
            "token: ",
            '"secret": "',
            "\\n",
            '\\\\"',
            "%3D",
            "\x1b[0m",
            "\n",
            "[REDACTED:key:0a1b2c3d]",
            "[REDACTED",
            "://",
            ":",
            "@",
            "sk-",
            "Bearer ",
            "-----BEGIN ",
            "PRIVATE KEY-----",
            "eyJ",
            "&amp;",
            " is ",
        ]
    ),
    st.text("abcdefXYZ0189-_+/=", min_size=8, max_size=60),
)


@given(st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=400, deadline=None)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = REDACTOR.mask(text)
    assert REDACTOR.mask(once) == once
    assert once.count("\n") == text.count("\n")


@given(st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_masking_twice_is_masking_once_for_secrets(seed: int) -> None:
    rng = random.Random(seed)
    others = rng.sample([*made.places(seed), *made.key_blocks(seed)], 4)
    for case in (*made.some(rng, 16), *others):
        once = REDACTOR.mask(case.text)
        assert REDACTOR.mask(once) == once


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"
    key = load_key(path)
    assert len(key) == 32
    assert load_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(CorruptError, match="key"):
        load_key(tmp_path / "key")


def test_the_signature_of_a_thinking_block_stays() -> None:
    text = '{"type": "thinking", "signature": "' + made.value("E<b64*200>", random.Random(12)) + '"}'
    assert REDACTOR.mask(text) == text
