"""Secrets that programs are given on their command lines: behind a flag, at a place, through a pipe."""

from __future__ import annotations

import re
from typing import Final

from distillers.record.redaction.shapes import VALUE, Accept, Shape, given, is_crumb, is_key, is_password, strict
from distillers.record.redaction.signs import looks_random
from distillers.record.redaction.views import MASKED

_Q: Final = r"[\"']?"
_GIVEN: Final = rf"(?:(?P<w>[^\s'{MASKED}]{{6,256}})(?=')|(?P<v>{VALUE}{{3,2048}}))"
"""A value; one that ends with a single quote may hold signs that others end with."""
_REST: Final = r"[^\n|;]{0,300}?\s"

_FLAGS: Final[tuple[tuple[str, str, str, Accept], ...]] = (
    # programs (anchors), their names as a pattern, the flag, what of its values counts
    ("mysql|mariadb|mongo|mysqldump|mysqladmin", r"(?:mysql|mariadb|mongo)\w{0,40}(?=[ ])", r"-p[ ]?(?!-)", strict),
    ("redis-cli", "redis-cli", "(?:-a|--pass)[ =]", given),
    (
        "docker login|podman login|registry login|az login|oc login",
        r"\w{2,8}\s{1,8}login",
        "(?:-p|--password)[ =]?",
        strict,
    ),
    ("ldapsearch|ldapadd|ldapmodify|ldapwhoami", r"ldap\w{1,20}", "-w[ ]?", given),
    ("unzip|7z|zip -|unrar", r"(?:unzip|7za?|zip|unrar)", "-[pP][ ]?", strict),
    ("ssh-keygen", "ssh-keygen", "(?-i:-[NP])[ ]?", given),
    ("openssl ", "openssl", "(?:-k|-hmac)[ ]", is_key),
    ("secret set", r"secret\s{1,4}set", "(?:-b[ =]?|--(?:body|value)[ =])", strict),
    ("put-parameter", "put-parameter", "--value[ =]", is_key),
    ("unlock-keychain", "unlock-keychain", "-p[ ]", given),
    ("pscp|plink|putty", "(?:pscp|plink|putty)", "-pw[ ]", given),
    ("snmpwalk|snmpget|snmpset", r"snmp\w{3,4}", "(?-i:-[AX])[ ]", given),
    ("cqlsh|cypher-shell|rdesktop", "(?:cqlsh|cypher-shell|rdesktop)", "-p[ ]?", strict),
    (
        "twine|snowsql|sqlcmd|bcp |ipmitool|mosquitto_",
        r"(?:twine|snowsql|sqlcmd|bcp|ipmitool|mosquitto_\w{1,20})",
        "-[pP][ ]?",
        strict,
    ),
    (
        "doctl|flyctl|fly |influx |cloudflared",
        r"(?:doctl|fly(?:ctl)?|influx|cloudflared)",
        "(?:-t|--access-token|--token)[ =]",
        looks_random,
    ),
    ("add-generic-password|add-internet-password", r"add-\w{1,20}-password", "-w[ ]", given),
    ("smbclient|rpcclient", "(?:smbclient|rpcclient)", rf"-U[ ]?{_Q}[^\s%\"']{{1,80}}%", given),
    ("lftp", "lftp", rf"(?:-u|--user)[ =]{_Q}[^\s,\"']{{1,64}},", given),
)

_PLACES: Final[tuple[tuple[str, str, Accept], ...]] = (
    (
        "curl|httpie|wget",
        r"(?:curl|https?|wget|httpie)\b[^\n]{0,400}?\s(?:-u|--user|--proxy-user|-U|-a|--auth)"
        rf"[ =]?{_Q}[^\s:\"'/]{{1,64}}:",
        strict,
    ),
    ("sshpass", rf"sshpass\s{{1,8}}-p[ ]?{_Q}", given),
    ("htpasswd", rf"htpasswd\s{{1,8}}-\w{{0,8}}b\w{{0,8}}\s{{1,8}}\S{{1,200}}\s{{1,8}}\S{{1,200}}\s{{1,8}}{_Q}", given),
    ("pass:", r"(?<![\w-])pass:", strict),
    ("vault login", rf"vault\s{{1,8}}login\s{{1,8}}(?:-\S{{1,80}}\s{{1,8}}){{0,3}}(?!-|\w{{1,20}}=){_Q}", looks_random),
    (
        "rabbitmqctl",
        rf"rabbitmqctl\b[^\n|;]{{0,60}}?\s(?:add_user|change_password)\s{{1,8}}\S{{1,64}}\s{{1,8}}{_Q}",
        given,
    ),
    ("convertto-securestring", r"convertto-securestring\s{1,8}(?:-string\s{1,8})?[\"']", given),
    (
        "sqlplus|jdbc:oracle:",
        r"(?:sqlplus\s{1,8}(?:-\w{1,20}\s{1,8}){0,3}|jdbc:oracle:\w{1,20}:)[^\s/:@\"']{1,64}/(?=[^\s\"']{3,200}@)",
        given,
    ),
    ("pypi-token.", rf"pypi-token\.[\w.-]{{1,40}}\s{{1,4}}{_Q}", given),
    ("pw:|pw=|pw =|pw\"|pw'", rf"(?<![a-z0-9])pw{_Q}\s?[:=]\s{{0,3}}[\"'`]?", is_password),
    ("--from-literal", rf"--from-literal[= ]{_Q}[\w.-]{{1,80}}={_Q}", is_key),
    (
        "vault kv",
        rf"vault\skv\s(?:put|patch)\s(?:-\S{{1,80}}\s){{0,3}}\S{{1,200}}\s[\w.-]{{1,80}}={_Q}",
        is_key,
    ),
    (
        "config:set|secrets set|env:set|variables set|eb setenv",
        rf"[\w:]{{1,12}}(?:\s(?:set|setenv))?\s(?:-\S{{1,80}}\s){{0,3}}(?!set\s){_Q}[a-z_][\w:.]{{0,80}}{_Q}[= ]{_Q}",
        is_key,
    ),
    ("pulumi config set", rf"pulumi config set\s(?:-\S{{1,80}}\s){{0,3}}[\w.:-]{{1,80}}\s{_Q}", is_key),
    ("http-basic.", rf"http-basic\.\S{{1,100}}\s\S{{1,80}}\s{_Q}", is_key),
    ("chpasswd <<<", rf"chpasswd <<<\s?{_Q}[\w.-]{{1,64}}:", given),
    (
        "wpa_passphrase",
        rf"wpa_passphrase\s(?:\"[^\"\n]{{1,64}}\"|'[^'\n]{{1,64}}'|[^\s\"']{{1,64}})\s{_Q}",
        is_password,
    ),
    ("net user ", rf"net user\s\S{{1,64}}\s{_Q}", is_key),
    ("bw unlock|cargo login|rclone obscure", rf"\w{{2,6}} \w{{5,7}}\s{_Q}", looks_random),
    ("authtoken ", rf"authtoken\s{{1,8}}{_Q}", looks_random),
    ("auth ", rf"(?-i:AUTH)\s(?:[\w.-]{{1,40}}\s)?{_Q}", looks_random),
    ("login ", rf"(?-i:LOGIN)\s[^\s@]{{1,64}}@[\w.-]{{2,80}}\s{_Q}", given),
    ("curl", rf"curl\b[^\n]{{0,200}}?[\s'\"]user\s?=\s?{_Q}[^\s:\"'/]{{1,64}}:", strict),
    ("::add-mask::", "::add-mask::", strict),
    ("issecret=true]|issecret=true;", r"issecret=true[;\w=]{0,40}\]", strict),
    ("password", r"password:?[\"'}\s]{1,6}\{?\s{0,4}send\s(?:--\s)?[\"']", given),
)

_PIPED: Final = (
    rf"(?:echo|printf)\s{{1,4}}(?:-n\s{{1,4}})?(?:'%s'\s{{1,4}})?{_Q}(?P<v>{VALUE}{{4,512}}){_Q}\s{{0,4}}\|\s{{0,4}}"
    r"[^\n|]{0,100}(?:-stdin|--with-token|sudo -S)"
)
_JAR: Final = rf"curl\b[^\n]{{0,400}}?\s(?:-b|--cookie)[ =]?{_Q}[\w.-]{{1,64}}=(?P<v>[^\s\"'`<>;{MASKED}]{{8,2048}})"

_CASED: Final = ("mysql",)
"""Programs whose flags mean other things in capitals."""


def _shape(anchors: str, pattern: str, accept: Accept, kind: str = "password", back: int = 0) -> Shape:
    flags = re.NOFLAG if anchors.startswith(_CASED) else re.IGNORECASE
    return Shape(kind, tuple(anchors.split("|")), pattern, flags, accept, back)


COMMANDS: Final[tuple[Shape, ...]] = (
    *(_shape(anchors, rf"{program}\b{_REST}{flag}{_Q}{_GIVEN}", accept) for anchors, program, flag, accept in _FLAGS),
    *(_shape(anchors, before + _GIVEN, accept) for anchors, before, accept in _PLACES),
    _shape("-stdin|--with-token|sudo -s", _PIPED, given, back=300),
    _shape("curl", _JAR, is_crumb, "cookie"),
)

ONLY_BEFORE: Final = {"7z": "a? ", "curl": " ", "fly ": "[a-z]{2,12} ", "mongo": "[a-z]{0,20} "}
"""Anchors too frequent to be looked at everywhere, and what must follow them."""

NEVER_BEFORE: Final = {"auth ": "(?<=(?-i:AUTH ))", "pass:": rf"(?={VALUE})"}
"""What must stand there besides: these count in one spelling, or with their value right behind them."""
