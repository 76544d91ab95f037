"""Secrets that read otherwise where they are shown: marked up, framed, in forms, escaped here and there."""

from __future__ import annotations

import base64
import html
import json
import random
import shlex
import string
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from distillers.record.redact import Redactor

REDACTOR = Redactor(b"a key for tests")
DRAW = random.Random(5)
TOKEN = "ghp_" + "".join(DRAW.choices(string.ascii_letters + string.digits, k=36))
PASSWORD = "".join(DRAW.choices(string.ascii_letters, k=9)) + "7" + "".join(DRAW.choices(string.ascii_letters, k=8))
KEY = base64.urlsafe_b64encode(DRAW.randbytes(32)).decode().rstrip("=")
URL = f"postgres://app:{PASSWORD}@db.internal:5432/main"
JWK = json.dumps({"d": KEY, "oth": [{"a": {}}], "kty": "EC", "crv": "P-256"})


def box(text: str, left: str = "\u2502", right: str = "\u2502", before: str = "") -> str:
    rows = [text[at : at + 60].ljust(60) for at in range(0, len(text), 60)]
    return "\n".join(f"{before}{left} {row} {right}" for row in rows)


def spelled(text: str, form: str) -> str:
    return "".join(sign if sign.isalnum() else form.format(ord(sign)) for sign in text)


LONG = f"starting the worker of the shop with --token {TOKEN} now"
CASES: dict[str, tuple[str, str]] = {
    "a token in which a page marks a piece": (f"<p>{TOKEN[:5]}<mark>{TOKEN[5:9]}</mark>{TOKEN[9:]}</p>", TOKEN[9:]),
    "a token with places to break": (f"<p>{TOKEN[:8]}<wbr>{TOKEN[8:20]}<wbr>{TOKEN[20:]}</p>", TOKEN[20:]),
    "a highlighted URL": ("".join(f"<span>{html.escape(s)}</span>" for s in URL.partition(PASSWORD)), PASSWORD),
    "a box": (box(LONG), TOKEN[-20:]),
    "a box of other signs": (box(LONG, "\u258c", "\u2590"), TOKEN[-20:]),
    "a box of bars": (box(LONG, "|", "|"), TOKEN[-20:]),
    "a box of stars": (box(LONG, "*", "*"), TOKEN[-20:]),
    "a quoted box": (box(LONG, before="> "), TOKEN[-20:]),
    "a box in JSON": (json.dumps({"text": box(LONG)}), TOKEN[-20:]),
    "a name that a box cuts": (box("x" * 54 + " PASSWORD=" + PASSWORD), PASSWORD),
    "a name that a terminal cuts": ("boot " * 14 + f"MYSQL_PASSW\nORD={PASSWORD}\nnext", PASSWORD),
    "a form": (f"a=1&text={quote_plus('curl -sS -u app:' + PASSWORD + ' https://h.example.org')}", PASSWORD),
    "a form encoded twice": (f"text={quote_plus(quote_plus('curl -sS -u app:' + PASSWORD + ' https://h'))}", PASSWORD),
    "percent twice": (f"q={quote(quote(URL, safe=''), safe='')}", PASSWORD),
    "hex escapes": (f"var s = '{spelled(URL, chr(92) + 'x{:02x}')}';", PASSWORD),
    "braced escapes": (f"'{spelled(URL, chr(92) + 'u{{{:x}}}')}'", PASSWORD),
    "octal escapes": (f"$'{spelled(URL, chr(92) + '{:03o}')}'", PASSWORD),
    "entities": (f"<p>{spelled(URL, '&#{};')}</p>", PASSWORD),
    "single escapes": (f"secret\\_key\\_base = {TOKEN[4:]}", TOKEN[4:]),
    "a shell's line end": (URL.replace(PASSWORD, PASSWORD[:9] + "\\\n" + PASSWORD[9:]), PASSWORD[9:]),
    "two quoted texts": (f'x = "{URL[:24]}" + "{URL[24:]}"', PASSWORD[-8:]),
    "blanks of another width": (f"curl\u00a0--user\u00a0app:{PASSWORD}\u00a0--password\u00a0{PASSWORD}", PASSWORD),
    "wide signs": (f"aws_secret_access_key \uff1d {KEY}", KEY),
    "a web key in JSON": (json.dumps({"text": JWK}), KEY),
    "a web key that holds other objects": (JWK, KEY),
    "a web key in YAML": (f"jwk:\n  kty: OKP\n  crv: Ed25519\n  d: {KEY}\n", KEY),
    "a variable of Terraform": (
        f'variable "db_password" {{\n  type    = string\n  default = "{PASSWORD}"\n}}',
        PASSWORD,
    ),
    "words and a number": ('{"PGPASSWORD": "harbour.Maple4711"}', "harbour.Maple4711"),
    "a line with its number": ("   1\t" + "x " * 30 + f"token={TOKEN[:20]}\n   2\t{TOKEN[20:]}\n", TOKEN[20:]),
    "a password that is marked as a whole": (f"<p>mysql -u root -p<b>{PASSWORD}</b> -e 'show tables'</p>", PASSWORD),
    "a password that is a link": (f'curl -u app:<a href="https://h.example.org">{PASSWORD}</a> https://h', PASSWORD),
    "a line of a diff": ("+" + "x " * 30 + f"password={PASSWORD[:9]}\n+{PASSWORD[9:]}\n", PASSWORD[9:]),
}


@pytest.mark.parametrize("title", CASES)
def test_a_secret_is_masked_however_it_is_shown(title: str) -> None:
    text, secret = CASES[title]
    masked = REDACTOR.mask(text)
    assert "[REDACTED:" in masked
    assert secret not in masked
    assert REDACTOR.mask(masked) == masked


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {"plain": base64.b64encode, "urlsafe": base64.urlsafe_b64encode}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("head", ["Gr\u00fc\u00dfe \u2615 ", "\x89\x00\x01"])
def test_base64_of_mixed_text_is_masked(encoding: str, head: str) -> None:
    code = ENCODINGS[encoding]((head + URL).encode()).decode()
    lines = "\n".join(code[at : at + 64] for at in range(0, len(code), 64))
    assert REDACTOR.mask(f"data: {code} end").startswith("data: [REDACTED:")
    assert code[-16:].rstrip("=") not in REDACTOR.mask(lines)


@pytest.mark.parametrize("said", ["X-Api-Key: ", "PrivateKey = ", "totp_seed=", "//npm.example.org/:_auth="])
def test_base64_of_mixed_text_is_told_by_the_name_of_any_secret(said: str) -> None:
    code = base64.b64encode(f"\x89\x00Gr\u00fc\u00dfe {said}{KEY}".encode()).decode()
    assert REDACTOR.mask(f"data: {code} end") != f"data: {code} end"


@pytest.mark.parametrize("lead", ["> ", "{:6}\t"])
def test_base64_on_lines_that_begin_with_something_is_masked_whole(lead: str) -> None:
    code = base64.b64encode(f"# settings\nexport TOKEN={TOKEN}\n".encode()).decode()
    rows = [code[at : at + 40] for at in range(0, len(code), 40)]
    masked = REDACTOR.mask("\n".join(lead.format(n) + row for n, row in enumerate(rows, 1)))
    assert all(row not in masked for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        "| file |\n|------|\n| `2025-04-26_23-34-a-file-with-a-long-name.md` |\n| `002-per-repo-storage.md` |",
        "<span>12</span><span>tokens</span><b>7</b>, password<b>s</b> expire",
        "password = hashlib.sha256",
        "password = settings.field12",
        'password: "${DB1_Pass:-x}"',
        'token = "{{ .Values.Db1.Pass }}"',
        'password="<Your-P4ss>"',
        "password=get_Pass1(user.Id)",
        'password: "%(Db1_Pass)s"',
        "password: this.form.Value['P4ss']",
        "api_key = os.getenv('SERVICE_V2_API_KEY', '')",
        "q=a%20b%20c+d&token_type=bearer",
        "say \"\"no\"\" to ''passwords''",
    ],
)
def test_what_merely_looks_shown_otherwise_stays(text: str) -> None:
    assert REDACTOR.mask(text) == text


ALIKE = ("", "# ", "+ ", "-", "{:4}\t", "{}: ", "{} | ")
"""What all lines of a wrapped text begin with."""


@pytest.mark.parametrize("sign", ALIKE)
@pytest.mark.parametrize("cut", [1, 2, 3, 4, 20])
def test_a_line_end_within_a_token_hides_nothing_of_it_whatever_lines_begin_with(sign: str, cut: int) -> None:
    lines = ("the worker of the shop is started with this " + TOKEN[:cut], TOKEN[cut:] + " and goes on")
    shown = "\n".join(sign.format(number) + line for number, line in enumerate(lines, 7))
    assert not any(part in REDACTOR.mask(shown) for part in (TOKEN[cut : cut + 8], TOKEN[-8:]))


LEADS = (
    "2026-01-01T10:00:{:02}.123Z ", "[10:00:{:02}] ", "2026-01-01 10:00:{:02},5 +0100 ", "web_1  | ",
    "Jan  3 10:00:{:02} host app[12]: ",
)  # fmt: skip
"""What logs put before each line."""


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("said", [f"the worker is started with {TOKEN[:20]}", f"curl it with password={TOKEN[:20]}"])
def test_a_token_goes_on_behind_what_a_log_puts_before_each_line(lead: str, said: str) -> None:
    shown = f"{lead.format(7)}at first {said}\n{lead.format(8)}{TOKEN[20:]} and goes on\n"
    masked = REDACTOR.mask(shown)
    assert TOKEN[20:28] not in masked
    assert masked.startswith(lead.format(7))
    assert masked.endswith(" and goes on\n")


@pytest.mark.parametrize("lead", LEADS)
def test_a_log_line_of_its_own_is_no_rest_of_a_token(lead: str) -> None:
    rows = (f"the worker of the shop is started with {TOKEN}", "Listening on 8080 for requests")
    masked = REDACTOR.mask("\n".join(lead.format(number) + row for number, row in enumerate(rows, 7)))
    assert masked.endswith(f"\n{lead.format(8)}Listening on 8080 for requests")
    mixed = REDACTOR.mask(
        f"the worker of the shop is started with password={PASSWORD}\n{lead.format(8)}started 7b again"
    )
    assert mixed.endswith(f"\n{lead.format(8)}started 7b again")


GENERATED = ("8*(8Y:tD:t%Xb>i", "E<c^&0g{oRqG*9hT", "t8~f>slfBo]W[Z7", "o<wwHOkU*aCQb{gWvn,#", "YmAMeDR=-HT^@_T_7S#b5")


@pytest.mark.parametrize("password", GENERATED)
@pytest.mark.parametrize(
    "form", ['password="{}"', '{{"db_password": "{}"}}', "passwd: '{}'", "f(user='a', password='{}')"]
)
def test_a_quoted_password_may_be_made_of_all_signs(password: str, form: str) -> None:
    assert password not in REDACTOR.mask(form.format(password))


@pytest.mark.parametrize("password", ['}"tK}<?sf|$=2~`#r&#', "Q'I%_TxZ6OrJ<]MJ6]L@MB", 'S4o"$jv"iE+7&uvB', *GENERATED])
def test_it_may_hold_the_quote_that_is_around_it(password: str) -> None:
    said = {
        json.dumps({"password": password, "port": 1}): '", "port": 1}',
        f"mysql --password={shlex.quote(password)} -e 'x'": " -e 'x'",
        f"the admin password is {password} for now": " for now",
        f"<password>{html.escape(password)}</password> and": "</password> and",
    }
    for text, end in said.items():
        masked = REDACTOR.mask(text)
        assert masked.endswith(end)
        assert password[6:] not in masked


@pytest.mark.parametrize("password", GENERATED)
def test_it_may_stand_behind_a_name_in_single_quotes(password: str) -> None:
    masked = REDACTOR.mask(f"curl -u 'app:{password}' https://h.example.org")
    assert password[4:] not in masked
    assert masked.endswith("' https://h.example.org")


@pytest.mark.parametrize("password", GENERATED)
@pytest.mark.parametrize("form", ["DB_PASSWORD={}\nPORT=80", "  password: {}\n  user: a"])
def test_so_may_one_that_ends_its_line(password: str, form: str) -> None:
    masked = REDACTOR.mask(form.format(password))
    assert password[4:] not in masked
    assert masked.endswith(form.partition("{}")[2])


def test_a_dash_that_only_the_next_line_begins_with_is_of_the_token() -> None:
    shown = f"the worker of the shop is started with sk-ant-api03-{KEY[:20]}\n-{KEY[20:]}{TOKEN[4:]}-{KEY[:20]}AA\n"
    assert KEY[20:28] not in REDACTOR.mask(shown)
