"""Made-up secrets in the places where logs of agents hold them: kinds beside contexts, every value random.

python benchmarks/redact_cases.py SEED [SEED…]     # lines of {"Text", "Target", "kind", "ctx"} for redact_recall.py

No value is stored here that looks like a secret; all are drawn when this runs.
"""

from __future__ import annotations

import base64
import html
import json
import random
import string
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

AN = string.ascii_letters + string.digits
UP = string.ascii_uppercase + string.digits
LOW = string.ascii_lowercase + string.digits
DIGITS = "123456789"
HEX = "0123456789abcdef"
URL = AN + "-_"
SIGNS = AN + "!#%^*-_@"

Draw = random.Random


@dataclass(frozen=True)
class Kind:
    """A kind of secret: the name it goes by, how one is drawn, and whether it shows by itself what it is."""

    name: str
    draw: Callable[[Draw], str]
    marked: bool = False


def run(alphabet: str, size: int, before: str = "", after: str = "") -> Callable[[Draw], str]:
    return lambda g: before + "".join(g.choice(alphabet) for _ in range(size)) + after


def b64(size: int) -> Callable[[Draw], str]:
    return lambda g: base64.b64encode(g.randbytes(size)).decode()


def uuid(g: Draw) -> str:
    return "-".join(run(HEX, size)(g) for size in (8, 4, 4, 4, 12))


def human(g: Draw) -> str:
    return g.choice(["Winter", "Falcon", "Harbor", "Copper"]) + str(g.randint(100, 99999)) + g.choice("!?$#*")


def joined(*parts: Callable[[Draw], str], by: str = "") -> Callable[[Draw], str]:
    return lambda g: by.join(part(g) for part in parts)


KINDS = {
    "github": Kind("GH_TOKEN", run(AN, 36, "gho_"), True),
    "gitlab": Kind("CI_TOKEN", run(URL, 20, "glpat-"), True),
    "anthropic": Kind("ANTHROPIC_API_KEY", run(URL, 93, "sk-ant-api03-", "AA"), True),
    "aws-id": Kind("AWS_ACCESS_KEY_ID", run("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, "AKIA"), True),
    "aws-secret": Kind("AWS_SECRET_ACCESS_KEY", run(AN + "/+", 40)),
    "aws-session": Kind("AWS_SESSION_TOKEN", b64(270)),
    "gcp": Kind("GOOGLE_MAPS_API_KEY", run(URL, 35, "AIza"), True),
    "azure": Kind("AZURE_CLIENT_SECRET", joined(run(AN, 3), run("123456789", 1), run(AN + "_-", 34, "Q~")), True),
    "azure-storage": Kind("AZURE_STORAGE_ACCOUNT_KEY", b64(64)),
    "cosmos": Kind("COSMOS_MASTER_KEY", b64(64)),
    "datadog": Kind("DD_API_KEY", run(HEX, 32)),
    "datadog-app": Kind("DD_APP_KEY", run(HEX, 40)),
    "hetzner": Kind("HCLOUD_TOKEN", run(AN, 64)),
    "scaleway": Kind("SCW_SECRET_KEY", uuid),
    "linode": Kind("LINODE_TOKEN", run(HEX, 64)),
    "vultr": Kind("VULTR_API_KEY", run(UP, 36)),
    "okta": Kind("OKTA_API_TOKEN", run(URL, 40, "00")),
    "snyk": Kind("SNYK_TOKEN", uuid),
    "pagerduty": Kind("PAGERDUTY_API_KEY", run(AN + "-", 20, "u+")),
    "auth0": Kind("AUTH0_CLIENT_SECRET", run(URL, 64)),
    "cloudflare": Kind("CF_API_TOKEN", run(URL, 40)),
    "fastly": Kind("FASTLY_API_TOKEN", run(URL, 32)),
    "mistral": Kind("MISTRAL_API_KEY", run(AN, 32)),
    "cohere": Kind("COHERE_API_KEY", run(AN, 40)),
    "stripe": Kind("STRIPE_API_KEY", run(AN, 24, "sk_test_"), True),
    "whsec": Kind("WEBHOOK_SIGNING_SECRET", run(AN, 32, "whsec_"), True),
    "slack": Kind("SLACK_TOKEN", joined(run(DIGITS, 11, "xoxp-"), run(DIGITS, 12), run(HEX, 32), by="-"), True),
    "npm": Kind("NPM_TOKEN", run(AN, 36, "npm_"), True),
    "django": Kind("SECRET_KEY", run(LOW + "!@#%^*-_=+", 50)),
    "rails": Kind("SECRET_KEY_BASE", run(HEX, 128)),
    "jwt-secret": Kind("JWT_SECRET", b64(32)),
    "encryption": Kind("ENCRYPTION_KEY", run(HEX, 64)),
    "salt": Kind("PASSWORD_SALT", run(AN, 24)),
    "password": Kind("DB_PASSWORD", run(AN, 16)),
    "password-signs": Kind("SMTP_PASSWORD", run(SIGNS, 20)),
    "password-human": Kind("ADMIN_PASSWORD", human),
    "passphrase": Kind("KEY_PASSPHRASE", run(AN, 22)),
    "refresh": Kind("REFRESH_TOKEN", run(URL, 64)),
    "client": Kind("OAUTH_CLIENT_SECRET", run(LOW, 32)),
    "internal": Kind("INTERNAL_SERVICE_TOKEN", run(AN, 28)),
}

Context = Callable[[str, str, Draw], tuple[str, str]]
"""Name and value in, text and the stretch of it that must go out."""


def esc(text: str, times: int = 1) -> str:
    for _ in range(times):
        text = json.dumps(text)[1:-1]
    return text


def camel(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(word.title() for word in rest)


def fixed(template: str) -> Context:
    """A context whose places are named: N name, n lower-case, c camelCase, k kebab, V value."""

    def make(name: str, value: str, _g: Draw) -> tuple[str, str]:
        names = {"N": name, "n": name.lower(), "c": camel(name), "k": name.lower().replace("_", "-"), "V": value}
        pieces = template.split("§")
        return "".join(names[piece] if at % 2 else piece for at, piece in enumerate(pieces)), value

    return make


def json_deep(times: int) -> Context:
    def make(name: str, value: str, _g: Draw) -> tuple[str, str]:
        text = f'{{"env": {{"{name}": "{value}"}}}}'
        for _ in range(times):
            text = json.dumps({"type": "tool_result", "content": text})
        return text, esc(value, times)

    return make


def dumped(times: int) -> Context:
    def make(name: str, value: str, _g: Draw) -> tuple[str, str]:
        text = f"HOME=/home/dev\nLANG=C\n{name}={value}\nPWD=/srv"
        for _ in range(times):
            text = json.dumps({"stdout": text})
        return text, esc(value, times)

    return make


def wrapped(width: int, lead: str, before: str = "") -> Context:
    def make(name: str, value: str, g: Draw) -> tuple[str, str]:
        size = width - len(lead)
        fill = max(1, size - len(name) - 1 - g.randint(3, max(4, min(len(value) - 3, size // 2))))
        line = f"{before}{'.' * max(0, fill - len(before))} {name}={value}"
        rows = [line[at : at + size] for at in range(0, len(line), size)]
        return "\n".join(lead + row for row in rows) + "\n" + lead + "done\n", value

    return make


def halved(between: str) -> Context:
    def make(name: str, value: str, _g: Draw) -> tuple[str, str]:
        half = len(value) // 2
        return f'PORT=1\n{name}="{value[:half]}{between}{value[half:]}"\nMODE=live\n', value[:half] + "~" + value[half:]

    return make


def coloured(step: int) -> Context:
    def make(name: str, value: str, _g: Draw) -> tuple[str, str]:
        cut = [value[at : at + step] for at in range(0, len(value), step)]
        return f"{name}=" + "\x1b[0m\x1b[1;31m".join(cut) + "\x1b[m end", value

    return make


def grep_hit(name: str, value: str, g: Draw) -> tuple[str, str]:
    at = g.randint(2, len(value) - 2)
    hit = f"{value[:at]}\x1b[01;31m\x1b[K{value[at : at + 3]}\x1b[m\x1b[K{value[at + 3 :]}"
    return f"\x1b[35m.env\x1b[m\x1b[K:\x1b[32m3\x1b[m:{name}={hit}", value


def coloured_json(name: str, value: str, _g: Draw) -> tuple[str, str]:
    half = len(value) // 2
    text = f"\x1b[36m{name}\x1b[39m=\x1b[33m{value[:half]}\x1b[39m\x1b[33m{value[half:]}\x1b[39m"
    return json.dumps({"content": text}), value


def zero_width(name: str, value: str, _g: Draw) -> tuple[str, str]:
    half = len(value) // 2
    return f"{name}={value[:half]}\u200b{value[half:]}", value


def based(times: int, width: int = 0) -> Context:
    def make(name: str, value: str, _g: Draw) -> tuple[str, str]:
        text = f"PORT=8080\n{name}={value}\nMODE=live\n"
        for _ in range(times):
            text = base64.b64encode(text.encode()).decode()
        if width:
            text = "\n".join(textwrap.wrap(text, width))
        return f"$ base64 .env\n{text}\n$", text

    return make


def based_json(name: str, value: str, _g: Draw) -> tuple[str, str]:
    block = base64.b64encode(json.dumps({"auth": {name.lower(): value}}).encode()).decode()
    return json.dumps({"body": block, "encoding": "base64"}), block


def based_bytes(name: str, value: str, g: Draw) -> tuple[str, str]:
    """Base64 of bytes that are no text, with text among them."""
    block = base64.b64encode(b"\x00\xff" + g.randbytes(g.randint(1, 3)) + f"{name}={value}\n".encode()).decode()
    return f"saved {block} to the keyring", block


def spelled(form: str, before: str, after: str) -> Context:
    """Each sign of the value as an escape."""

    def make(name: str, value: str, _g: Draw) -> tuple[str, str]:
        told = "".join(form.format(ord(c)) for c in value)
        return f"{before}{name}={told}{after}", told

    return make


def based_url(name: str, value: str, _g: Draw) -> tuple[str, str]:
    block = base64.urlsafe_b64encode(json.dumps({name.lower(): value}).encode()).decode().rstrip("=")
    return f"GET /cb?state={block}&x=1", block


def printable(name: str, value: str, _g: Draw) -> tuple[str, str]:
    """Quoted-printable with soft line breaks."""
    text = f"Please use the following from now on: {name}={value}".replace("=", "=3D")
    rows = [text[at : at + 60] for at in range(0, len(text), 60)]
    return "Content-Transfer-Encoding: quoted-printable\n\n" + "=\n".join(rows) + "\n", value


def utf16(name: str, value: str, _g: Draw) -> tuple[str, str]:
    return "\x00".join(f"{name}={value}\n"), value


def utf16_json(name: str, value: str, _g: Draw) -> tuple[str, str]:
    return json.dumps("\x00".join(f"{name}={value}\n")), value


def unicode_escaped(name: str, value: str, _g: Draw) -> tuple[str, str]:
    told = "".join(f"\\u{ord(c):04x}" for c in value)
    return f'{{"{name.lower()}": "{told}"}}', told


def percent(times: int) -> Context:
    def make(name: str, value: str, _g: Draw) -> tuple[str, str]:
        text = f"{name.lower()}={value}"
        told = value
        for _ in range(times):
            text, told = quote(text, safe=""), quote(told, safe="")
        return f"POST /login body=user%3Dops%26{text}%26go%3D1", told

    return make


def htmled(name: str, value: str, _g: Draw) -> tuple[str, str]:
    return "<pre>" + html.escape(json.dumps({name.lower(): value})) + "</pre>", html.escape(value)


def html_attribute(name: str, value: str, _g: Draw) -> tuple[str, str]:
    return f'<input type="hidden" name="{name.lower()}" value="{html.escape(value)}">', html.escape(value)


def python_repr(name: str, value: str, _g: Draw) -> tuple[str, str]:
    return f"environ({ {'HOME': '/root', name: value, 'TERM': 'dumb'}!r})", repr(value)[1:-1]


def python_bytes(name: str, value: str, _g: Draw) -> tuple[str, str]:
    return "body=" + repr(f"{name}={value}\n".encode()), value


def repr_in_json(name: str, value: str, _g: Draw) -> tuple[str, str]:
    return json.dumps({"out": repr({name.lower(): value, "x": "it's"})}), esc(repr(value)[1:-1])


def folded(name: str, value: str, _g: Draw) -> tuple[str, str]:
    return f"{name.lower()}: >-\n  {value}\n", value


def box(name: str, value: str, _g: Draw) -> tuple[str, str]:
    width = max(len(value), 5)
    rule = f"{'─' * (len(name) + 2)}┬{'─' * (width + 2)}"
    return f"┌{rule}┐\n│ {name} │ {value.ljust(width)} │\n└{rule}┘", value


CONTEXTS: dict[str, Context] = {
    "export": fixed("$ export §N§=§V§\n$ make\nok"),
    "export-quoted": fixed("export §N§='§V§'; ./run.sh"),
    "declare": fixed('declare -x PWD="/srv"\ndeclare -x §N§="§V§"'),
    "xtrace": fixed("+ §N§=§V§\n+ ./deploy.sh"),
    "inline-env": fixed("$ §N§=§V§ python manage.py migrate"),
    "fish": fixed("set -gx §N§ §V§"),
    "powershell": fixed('$env:§N§ = "§V§"'),
    "cmd": fixed("C:\\> set §N§=§V§\r\nC:\\> build"),
    "dotenv": fixed("PORT=1\n§N§=§V§\nMODE=x"),
    "dotenv-crlf": fixed("PORT=1\r\n§N§=§V§\r\nMODE=x\r\n"),
    "read-tool": fixed("     1→PORT=1\n     2→§N§=§V§\n     3→MODE=x"),
    "grep-n": fixed("config/.env.local:12:§N§=§V§"),
    "json": fixed('{"region": "eu", "§n§": "§V§"}'),
    "json-camel": fixed('{"§c§":"§V§","id":4}'),
    "json-kebab": fixed('{"§k§": "§V§"}'),
    "json-name-value": fixed('[{"name": "§N§", "value": "§V§"}]'),
    "json-env-list": fixed('"Env": ["PATH=/bin", "§N§=§V§"]'),
    "yaml": fixed("app:\n  §n§: §V§\n  replicas: 2"),
    "yaml-quoted": fixed('app:\n  §c§: "§V§"\n'),
    "yaml-name-value": fixed("env:\n  - name: §N§\n    value: §V§\n"),
    "yaml-block": fixed("§n§: |\n  §V§\nnext: 1"),
    "yaml-fold": folded,
    "toml": fixed('[api]\n§n§ = "§V§"\n'),
    "ini": fixed("[api]\n§n§ = §V§\nport = 1"),
    "properties": fixed("app.§k§=§V§\napp.port=1"),
    "hcl": fixed('variable "§n§" {\n  default = "§V§"\n}'),
    "xml": fixed("<settings><§n§>§V§</§n§></settings>"),
    "xml-add": fixed('<add key="§N§" value="§V§" />'),
    "python": fixed("Client(\n    §n§='§V§',\n    timeout=3)"),
    "js": fixed("const client = new Client({ §c§: '§V§' });"),
    "go": fixed('\tcfg := Config{§c§: "§V§"}'),
    "setenv": fixed('os.environ["§N§"] = "§V§"'),
    "getenv-default": fixed('os.getenv("§N§", "§V§")'),
    "php": fixed("define('§N§', '§V§');"),
    "dockerfile": fixed("FROM x\nENV §N§ §V§\nRUN y"),
    "docker-e": fixed("docker run -e §N§=§V§ -p 80:80 app"),
    "gh-secret": fixed("gh secret set §N§ --body §V§"),
    "flag": fixed("tool --§k§ §V§ -v"),
    "flag-eq": fixed("tool --§k§=§V§ -v"),
    "flag-quoted": fixed('tool --§k§ "§V§" -v'),
    "logfmt": fixed('level=debug msg="auth" §n§=§V§ dur=3ms'),
    "header": fixed("> X-Api-Key: §V§\n> Accept: */*"),
    "bearer": fixed("{'Authorization': 'Bearer §V§', 'Accept': '*/*'}"),
    "query": fixed("https://api.example.org/v1?page=1&§n§=§V§&q=2"),
    "fragment": fixed("https://app.example.org/cb#access_token=§V§&type=x"),
    "diff-plus": fixed("@@ -1 +1,2 @@\n PORT=1\n+§N§=§V§\n"),
    "diff-minus": fixed("@@ -1,2 +1 @@\n-  §n§: §V§\n+  §n§: x\n"),
    "md-cell": fixed("| §N§ | `§V§` |"),
    "psql": fixed(" name | value\n------+------\n §N§ | §V§\n"),
    "box": box,
    "prose-is": fixed("The §N§ is `§V§`, keep it safe."),
    "prose-colon": fixed("Here is the §N§: §V§"),
    "json-1": json_deep(1),
    "json-2": json_deep(2),
    "json-3": json_deep(3),
    "dump-1": dumped(1),
    "dump-2": dumped(2),
    "dump-3": dumped(3),
    "wrap-80": wrapped(80, ""),
    "wrap-100": wrapped(100, "  "),
    "wrap-76": wrapped(76, ""),
    "wrap-bar": wrapped(90, "│ "),
    "cut-in-two": halved("\n"),
    "cut-indented": halved("\n    "),
    "cut-continued": halved("\\\n"),
    "cut-crlf": halved("\r\n"),
    "colour-step": coloured(7),
    "colour-grep": grep_hit,
    "colour-json": coloured_json,
    "zero-width": zero_width,
    "base64": based(1),
    "base64-twice": based(2),
    "base64-76": based(1, 76),
    "base64-json": based_json,
    "base64-url": based_url,
    "quoted-printable": printable,
    "utf-16": utf16,
    "utf-16-json": utf16_json,
    "unicode-escapes": unicode_escaped,
    "percent": percent(1),
    "percent-twice": percent(2),
    "html": htmled,
    "html-input": html_attribute,
    "base64-bytes": based_bytes,
    "octal": spelled("\\{:03o}", "export X $'", "'"),
    "html-numbers": spelled("&#{};", "<td>", "</td>"),
    "wrap-hash": wrapped(76, "# "),
    "wrap-slashes": wrapped(90, "// "),
    "wrap-star": wrapped(84, " * "),
    "two-columns": fixed("name   value\n§N§  §V§"),
    "tabs": fixed("§N§\t§V§\tprod"),
    "cdata": fixed("<§c§><![CDATA[§V§]]></§c§>"),
    "python-repr": python_repr,
    "python-bytes": python_bytes,
    "repr-in-json": repr_in_json,
}

BARE: dict[str, Context] = {
    "alone": fixed("§V§"),
    "echoed": fixed("$ cat token.txt\n§V§\n$"),
    "argument": fixed("connect(§V§)"),
    "path": fixed("https://api.example.org/bot/§V§/send"),
    "quoted-list": fixed('["a", "§V§", "b"]'),
    "prose": fixed("I pasted §V§ into the form and it worked."),
    "after-n": fixed('{"text": "line\\n§V§\\nline"}'),
    "wrap": wrapped(80, ""),
    "csv": fixed("1,dev,§V§,active"),
}
"""Contexts without a name, for kinds that show what they are."""


def key_block(g: Draw, label: str, size: int) -> str:
    rows = textwrap.wrap(base64.b64encode(g.randbytes(size)).decode(), 64)
    return f"-----BEGIN {label}-----\n" + "\n".join(rows) + f"\n-----END {label}-----"


def rsa(g: Draw, size: int) -> str:
    return key_block(g, "RSA PRIVATE KEY", size)


def numbered(text: str) -> str:
    return "\n".join(f"{n:6}→{row}" for n, row in enumerate(text.split("\n"), 1))


def jwt(g: Draw) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    head, body = {"alg": "RS256", "kid": run(AN, 8)(g)}, {"sub": uuid(g), "exp": g.randint(1, 2**31)}
    return f"{part(head)}.{part(body)}.{run(URL, 86)(g)}"


def b64text(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


Place = Callable[[str, Draw], str]
MANIFEST = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n"
PLACES: dict[str, Place] = {
    "postgres": lambda p, _g: f"DATABASE_URL=postgres://app:{p}@db:5432/prod?sslmode=require",
    "mysql": lambda p, _g: f'"url": "mysql+pymysql://root:{p}@10.0.0.3/shop"',
    "amqp": lambda p, _g: f"broker: amqps://svc:{p}@mq.example.org/vhost",
    "redis": lambda p, _g: f"REDIS_URL=rediss://default:{p}@cache.example.org:6380",
    "mongo": lambda p, _g: f"connect('mongodb://admin:{p}@m1,m2,m3/db?replicaSet=rs')",
    "smtp": lambda p, _g: f"MAILER_DSN=smtp://mailer%40example.org:{p}@smtp.example.org:587",
    "ftp": lambda p, _g: f"lftp ftp://deploy:{p}@files.example.org",
    "mssql": lambda p, _g: f"Server=tcp:db.example.org,1433;Database=x;User ID=sa;Password={p};Encrypt=True;",
    "odbc": lambda p, _g: f"Driver={{ODBC}};Server=s;Uid=u;Pwd={p};",
    "jdbc": lambda p, _g: f"jdbc:mysql://db:3306/x?user=app&password={p}&useSSL=false",
    "libpq": lambda p, _g: f"host=db port=5432 user=app password={p} dbname=x",
    "go-dsn": lambda p, _g: f'sql.Open("mysql", "app:{p}@tcp(db:3306)/shop?parseTime=true")',
    "storage-conn": lambda p, _g: (
        f"DefaultEndpointsProtocol=https;AccountName=x;AccountKey={p}{p}==;EndpointSuffix=x.y"
    ),
    "bus-conn": lambda p, _g: (
        f"Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={p}{p}="
    ),
    "git-remote": lambda p, _g: f"https://oauth2:{p}@gitlab.example.org/a/b.git",
    "git-credentials": lambda p, _g: f"https://dev:{p}@github.com",
    "pip-index": lambda p, _g: f"pip install --index-url https://ci:{p}@pypi.example.org/simple x",
    "npmrc-token": lambda p, _g: f"//npm.example.org/:_authToken={p}{p}",
    "npmrc-auth": lambda p, _g: f"//npm.example.org/:_auth={b64text('ci:' + p)}",
    "npmrc-password": lambda p, _g: f"//npm.example.org/:_password={b64text(p)}\n//npm.example.org/:username=ci",
    "pypirc": lambda p, _g: f"[pypi]\nusername = ci\npassword = {p}\n",
    "netrc": lambda p, _g: f"machine api.example.org login dev password {p}",
    "netrc-lines": lambda p, _g: f"machine api.example.org\n  login dev\n  password {p}\n",
    "pgpass": lambda p, _g: f"db.example.org:5432:shop:app:{p}",
    "my-cnf": lambda p, _g: f"[client]\nuser=root\npassword={p}\n",
    "k8s-data": lambda p, _g: f"{MANIFEST}type: Opaque\ndata:\n  api: {b64text(p)}\n",
    "k8s-string": lambda p, _g: f"{MANIFEST}stringData:\n  api-token: {p}\n",
    "k8s-data-first": lambda p, _g: (
        f"apiVersion: v1\ndata:\n  db: {b64text(p + p)}\nkind: Secret\nmetadata:\n  name: x\n"
    ),
    "k8s-json": lambda p, _g: json.dumps({"apiVersion": "v1", "kind": "Secret", "data": {"db": b64text(p + p)}}),
    "k8s-json-indent": lambda p, _g: json.dumps(
        {"apiVersion": "v1", "data": {"db": b64text(p + p)}, "kind": "Secret"}, indent=2
    ),
    "kubeconfig-key": lambda _p, g: "  user:\n    client-key-data: " + b64text(rsa(g, 300)),
    "kubeconfig-token": lambda p, _g: f"users:\n- name: x\n  user:\n    token: {p}{p}\n",
    "docker-auth": lambda p, _g: json.dumps({"auths": {"r.example.org": {"auth": b64text("ci:" + p)}}}, indent=1),
    "docker-login": lambda p, _g: f"docker login -u ci -p {p} r.example.org",
    "docker-login-pipe": lambda p, _g: f"echo {p} | docker login -u ci --password-stdin",
    "basic-header": lambda p, _g: f"> Authorization: Basic {b64text('dev:' + p)}",
    "basic-quoted": lambda p, _g: f"headers: {{ Authorization: 'Basic {b64text('dev:' + p)}' }}",
    "curl-user": lambda p, _g: f"curl --user dev:{p} https://x.example.org",
    "wget-password": lambda p, _g: f"wget --http-user=dev --http-password={p} https://x.example.org",
    "requests-auth": lambda p, _g: f"requests.get(u, auth=('dev', '{p}'))",
    "mysql-flag": lambda p, _g: f"mysqldump -u root -p{p} shop > x.sql",
    "pgpassword": lambda p, _g: f"PGPASSWORD={p} psql -h db -U app",
    "sshpass": lambda p, _g: f"sshpass -p {p} scp a b:",
    "sql-create": lambda p, _g: f"CREATE USER app WITH PASSWORD '{p}';",
    "sql-identified": lambda p, _g: f"ALTER USER root IDENTIFIED BY '{p}';",
    "redis-auth": lambda p, _g: f"redis-cli -h cache -a {p} ping",
    "openssl-pass": lambda p, _g: f"openssl enc -aes-256-cbc -pass pass:{p} -in a",
    "htpasswd": lambda p, _g: f"htpasswd -bc .htpasswd dev {p}",
    "sudo": lambda p, _g: f"echo '{p}' | sudo -S apt update",
    "ansible": lambda p, _g: f"ansible_become_pass: {p}\n",
    "wp-config": lambda p, _g: f"define( 'DB_PASSWORD', '{p}' );",
    "cookie": lambda p, _g: f"Cookie: theme=dark; session={p}{p}; lang=en",
    "set-cookie": lambda p, _g: f"set-cookie: __Secure-next-auth.session-token={p}{p}; Path=/; HttpOnly",
    "connect-sid": lambda p, _g: f"Cookie: connect.sid=s%3A{p}.{p}{p}",
    "curl-cookie": lambda p, _g: f"curl -b 'sessionid={p}{p}' https://x.example.org",
    "csrf": lambda p, _g: f'<input name="csrfmiddlewaretoken" value="{p}{p}">',
    "slack-hook": lambda p, _g: f"https://hooks.slack.com/services/T01ABCDEF/B01ABCDEF/{p}{p}",
    "discord-hook": lambda p, _g: f"https://discord.com/api/webhooks/123456789012345678/{p}{p}{p}{p}",
    "telegram-url": lambda _p, g: f"https://api.telegram.org/bot{run('123456789', 10)(g)}:AA{run(URL, 33)(g)}/send",
    "jwt": lambda _p, g: f"Set-Auth: {jwt(g)}",
    "jwt-cookie": lambda _p, g: f"Cookie: id={jwt(g)}",
    "sas": lambda p, _g: f"https://x.blob.core.windows.net/c?sv=2022-11-02&sig={quote(b64text(p + p), safe='')}",
    "s3-signed": lambda _p, g: f"https://b.s3.amazonaws.com/k?X-Amz-Credential=x&X-Amz-Signature={run(HEX, 64)(g)}",
    "ticket": lambda _p, g: f"GET /app?ticket=ST-{g.randint(1, 999)}-{run(AN, 40)(g)}",
    "key-list": lambda _p, g: f"$ cat id.json\n[{','.join(map(str, g.randbytes(64)))}]",
    "wallet-import": lambda p, _g: f"wallet-cli importprivkey K{p}{p}7",
    "in-brackets": lambda p, _g: f"log in as bob / {p} (password), then reload",
    "kept-for": lambda p, _g: f"use {p}{p} as the new api key.",
    "german": lambda p, _g: f"Das Passwort lautet {p}7! und gilt ab heute.",
    "pem": lambda _p, g: key_block(g, "PRIVATE KEY", 600),
    "pem-json": lambda _p, g: json.dumps({"private_key": key_block(g, "PRIVATE KEY", 600) + "\n"}),
    "pem-env": lambda _p, g: 'KEY="' + key_block(g, "EC PRIVATE KEY", 121).replace("\n", "\\n") + '"',
    "pem-yaml": lambda _p, g: "tls:\n  key: |\n" + textwrap.indent(rsa(g, 600), "    "),
    "pem-diff": lambda _p, g: textwrap.indent(key_block(g, "OPENSSH PRIVATE KEY", 400), "+"),
    "pem-numbered": lambda _p, g: numbered(rsa(g, 300)),
    "pem-ansi": lambda _p, g: "\n".join(f"\x1b[32m{row}\x1b[0m" for row in rsa(g, 300).split("\n")),
    "pem-cut": lambda _p, g: rsa(g, 600)[:500],
    "pem-base64": lambda _p, g: "KEY_B64=" + b64text(rsa(g, 300)),
    "pgp": lambda _p, g: key_block(g, "PGP PRIVATE KEY BLOCK", 600).replace("-----\n", "-----\n\n", 1),
}


def place_target(text: str, p: str) -> str:
    """What of ``text`` must go: the password however it is written there, or what looks random in it."""
    for form in (p * 4, p * 3, p * 2, p, b64text("ci:" + p), b64text("dev:" + p), b64text(p + p), b64text(p)):
        if form in text:
            return form
    if quote(b64text(p + p), safe="") in text:
        return quote(b64text(p + p), safe="")
    return longest(text)


def longest(text: str) -> str:
    words = text.replace("\\n", "\n").replace('"', "\n").replace("=", "\n").split()
    return max(words, key=len).strip("';/")


def cases(seed: int) -> Iterator[dict[str, str]]:
    g = random.Random(seed)
    for kind, one in KINDS.items():
        for ctx, context in CONTEXTS.items():
            text, target = context(one.name, one.draw(g), g)
            yield {"Text": text, "Target": target, "kind": kind, "ctx": ctx}
        for ctx, context in BARE.items() if one.marked else ():
            text, target = context("x", one.draw(g), g)
            yield {"Text": text, "Target": target, "kind": kind, "ctx": "bare-" + ctx}
    for ctx, place in PLACES.items():
        for size in (12, 16, 24):
            p = run(AN, size)(g)
            text = place(p, g)
            yield {"Text": text, "Target": place_target(text, p), "kind": "place", "ctx": "at-" + ctx}


def main() -> None:
    for seed in map(int, sys.argv[1:]):
        for case in cases(seed):
            print(json.dumps(case, ensure_ascii=False))


if __name__ == "__main__":
    main()
