"""Vendors' published token formats: a literal to look for, and the pattern to match there.

One line per format: kind, the literals that announce it, the pattern. Lengths are lower bounds somewhat below the
published ones, so that a token cut off by a log is masked too; the literal carries the certainty. Public identifiers
(publishable keys, client ids, account ids) are not here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

AN = "[A-Za-z0-9]"
U = "[A-Za-z0-9_-]"
HEX = "[0-9a-f]"
UUID = f"{HEX}{{8}}-(?:{HEX}{{4}}-){{3}}{HEX}{{12}}"
HTTP = "(?:https?://)?"


@dataclass(frozen=True, slots=True)
class Token:
    """A token format: tried where one of ``anchors`` (lower case) stands, up to ``back`` characters before it."""

    kind: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]
    back: int = 0


_TABLE: Final[tuple[tuple[str, str, str], ...]] = (
    # forges
    ("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", rf"gh[pousr]_{AN}{{16,}}"),
    ("github-token", "github_pat_", rf"github_pat_{AN}{{10,}}(?:_{AN}{{1,}})?"),
    (
        "gitlab-token",
        "glpat- gldt- glrt- glcbt- glptt- glft- glimt- glagent- gloas- glsoat- glffct- glwt-",
        rf"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[A-Za-z0-9_.-]{{15,}}{AN}",
    ),
    ("gitlab-token", "gr1348941", rf"GR1348941{U}{{16,}}"),
    ("bitbucket-token", "atbb", rf"ATBB{AN}{{24,}}"),
    ("atlassian-token", "atatt3 atctt3 atcott3", rf"AT(?:A|C|CO)TT3{U}{{40,}}(?:={HEX.replace('a-f', 'A-F')}{{8}})?"),
    ("sourcegraph-token", "sgp_", rf"sgp_(?:{AN}{{16}}_|local_)?{HEX}{{30,}}"),
    # models
    ("anthropic-key", "sk-ant-", rf"sk-ant-{U}{{24,}}"),
    ("openrouter-key", "sk-or-", rf"sk-or-{U}{{30,}}"),
    ("openai-key", "sk-", rf"sk-(?:proj-|svcacct-|admin-|None-|live-|test-|lf-)?{U}{{20,}}"),
    ("google-key", "aiza", rf"AIza{U}{{30,}}"),
    ("google-oauth", "ya29.", rf"ya29\.{U}{{20,}}"),
    ("google-oauth", "1//0", rf"1//0{U}{{30,}}"),
    ("google-oauth", "gocspx-", rf"GOCSPX-{U}{{20,}}"),
    ("google-oauth", "4/0a", rf"4/0A{U}{{50,}}"),
    ("google-key", "aq.ab", rf"AQ\.Ab{U}{{30,}}"),
    ("firebase-key", ":apa91b", rf"{U}{{8,30}}:APA91b{U}{{60,}}"),
    ("kaggle-token", "kgat_", rf"KGAT_{HEX}{{28,}}"),
    ("huggingface-token", "hf_ api_org_", rf"(?:hf|api_org)_{AN}{{25,}}"),
    ("groq-key", "gsk_", rf"gsk_{AN}{{30,}}"),
    ("xai-key", "xai-", rf"xai-{U}{{40,}}"),
    ("perplexity-key", "pplx-", rf"pplx-{AN}{{30,}}"),
    ("replicate-token", "r8_", rf"r8_{AN}{{30,}}"),
    ("together-key", "tgp_v1_", rf"tgp_v1_{U}{{30,}}"),
    ("fireworks-key", "fw_", rf"fw_{AN}{{20,}}"),
    ("nvidia-key", "nvapi-", rf"nvapi-{U}{{40,}}"),
    ("jina-key", "jina_", rf"jina_{AN}{{30,}}"),
    ("tavily-key", "tvly-", rf"tvly-{U}{{20,}}"),
    ("langsmith-key", "lsv2_", rf"lsv2_(?:pt|sk)_{HEX}{{24,}}(?:_{HEX}{{6,}})?"),
    ("pinecone-key", "pcsk_", rf"pcsk_{U}{{40,}}"),
    ("cerebras-key", "csk-", rf"csk-{AN}{{36,}}"),
    ("firecrawl-key", "fc-", rf"fc-{HEX}{{32}}"),
    ("e2b-key", "e2b_", rf"e2b_{HEX}{{32,}}"),
    ("voyage-key", "pa-", rf"pa-{U}{{40,}}"),
    ("elevenlabs-key", "sk_", rf"sk_{HEX}{{40,}}"),
    # clouds
    ("aws-key-id", "akia asia abia acca", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    ("aws-bedrock-key", "absk bedrock-api-key-", r"(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/]{60,}={0,2}"),
    ("azure-secret", "q~", rf"{U}{{3}}\dQ~[A-Za-z0-9_.~-]{{28,}}"),
    ("alibaba-key", "ltai", rf"LTAI{AN}{{16,}}"),
    ("tencent-key", "akid", rf"AKID{AN}{{28,}}"),
    ("yandex-key", "aqvn y0_", rf"(?:AQVN{U}{{30,}}|y0_{U}{{50,}})"),
    ("digitalocean-token", "dop_v1_ doo_v1_ dor_v1_", rf"do[opr]_v1_{HEX}{{40,}}"),
    ("heroku-key", "hrku-", rf"HRKU-{U}{{36,}}"),
    ("fly-token", "fo1_ fm1_ fm2_", r"(?:fo1|fm1r?|fm2)_[A-Za-z0-9+/_-]{40,}={0,3}"),
    ("render-key", "rnd_", rf"rnd_{AN}{{24,}}"),
    ("netlify-token", "nfp_ nfc_ nfo_", rf"nf[pco]_{AN}{{32,}}"),
    ("vercel-token", "vcp_ vci_ vca_ vcr_ vck_", rf"vc[piark]_{AN}{{24,}}"),
    ("cloudflare-key", "v1.0-", rf"v1\.0-{HEX}{{24}}-{HEX}{{100,}}"),
    ("cloudflare-token", "cfut_ cfat_ cfk_", rf"cf(?:ut|at|k)_{AN}{{30,}}"),
    ("tailscale-key", "tskey-", rf"tskey-(?:[a-z]{{1,20}}-)?{AN}{{8,}}(?:-{AN}{{12,}})?"),
    ("terraform-token", ".atlasv1.", rf"{AN}{{10,20}}\.atlasv1\.{U}{{40,}}"),
    ("pulumi-token", "pul-", rf"pul-{HEX}{{36,}}"),
    ("vault-token", "hvs. hvb. hvr.", rf"hv[sbr]\.{U}{{24,}}"),
    ("openshift-token", "sha256~", rf"sha256~{U}{{40,}}"),
    ("harness-token", "pat. sat.", rf"[ps]at\.{U}{{22}}\.{HEX}{{24}}\.{AN}{{20}}"),
    ("deno-token", "ddp_ ddo_", rf"dd[po]_{AN}{{36,}}"),
    ("yandex-key", "t1.", rf"t1\.{U}{{1,}}={{0,2}}\.{U}{{80,}}={{0,2}}"),
    ("twitter-bearer", "aaaaaaaaaaaaaaaaaaaaa", r"A{21}[A-Za-z0-9%]{50,}"),
    ("doppler-token", "dp.", rf"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{{2,35}}\.)?{AN}{{36,}}"),
    ("onepassword-token", "ops_eyj", rf"ops_eyJ{U}{{100,}}={{0,2}}"),
    ("infisical-token", "st.", rf"st\.{HEX}{{24}}\.{HEX}{{32}}\.{HEX}{{32}}"),
    # build, packages
    ("npm-token", "npm_", rf"npm_{AN}{{26,}}"),
    ("pypi-token", "pypi-", rf"pypi-AgE{U}{{40,}}"),
    ("rubygems-key", "rubygems_", rf"rubygems_{HEX}{{36,}}"),
    ("crates-token", "cio", rf"cio{AN}{{32}}(?!{AN})"),
    ("nuget-key", "oy2", r"oy2[a-z0-9]{43}(?![A-Za-z0-9])"),
    ("docker-token", "dckr_", rf"dckr_[po]at_{U}{{20,}}"),
    ("artifactory-key", "akcp", rf"AKCp{AN}{{60,}}"),
    ("artifactory-token", "cmvmdgtu", rf"cmVmdGtu{AN}{{50,}}"),
    ("clojars-token", "clojars_", rf"CLOJARS_{AN}{{50,}}"),
    ("circleci-token", "ccipat_ cciprj_", rf"CCI(?:PAT|PRJ)_{AN}{{16,}}_{HEX}{{30,}}"),
    ("buildkite-token", "bkua_ bkaa_ bkpt_", rf"bk(?:ua|aa|pt)_{HEX}{{36,}}"),
    ("sonar-token", "sqp_ squ_ sqa_", rf"sq[pua]_{HEX}{{36,}}"),
    ("infracost-key", "ico-", rf"ico-{AN}{{32}}"),
    ("octopus-key", "api-", r"API-[A-Z0-9]{25,}"),
    # chat and mail
    ("slack-token", "xox", r"xox[abceoprs](?:\.xox[bp])?-[A-Za-z0-9-]{16,}|xoxd-[A-Za-z0-9%+/=-]{16,}"),
    ("slack-token", "xapp-", r"xapp-\d-[A-Za-z0-9-]{20,}"),
    (
        "slack-webhook",
        "hooks.slack.com",
        rf"{HTTP}hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9/]{{30,}}",
    ),
    (
        "discord-webhook",
        "discord.com/api/webhooks/ discordapp.com/api/webhooks/",
        rf"{HTTP}(?:(?:canary|ptb)\.)?discord(?:app)?\.com/api/webhooks/\d{{10,}}/{U}{{40,}}",
    ),
    ("teams-webhook", ".webhook.office.com", rf"{HTTP}[a-z0-9-]{{0,63}}\.webhook\.office\.com/[A-Za-z0-9@/-]{{40,}}"),
    ("webhook", "hooks.zapier.com/", rf"{HTTP}hooks\.zapier\.com/hooks/catch/[A-Za-z0-9/]{{10,}}"),
    (
        "webhook",
        ".make.com/ .integromat.com/",
        rf"{HTTP}hook(?:\.[a-z0-9]{{1,20}})?\.(?:make|integromat)\.com/{AN}{{24,}}",
    ),
    ("webhook", "maker.ifttt.com/", rf"{HTTP}maker\.ifttt\.com/trigger/[\w-]{{1,80}}/(?:json/)?with/key/{U}{{16,}}"),
    (
        "webhook",
        "chat.googleapis.com/",
        rf"{HTTP}chat\.googleapis\.com/v1/spaces/{U}{{1,80}}/messages\?[\w&=%.~-]{{40,}}",
    ),
    (
        "webhook",
        "/hooks/",
        rf"{HTTP}[\w.-]{{1,60}}(?::\d{{1,5}})?/hooks/(?:{AN}{{17,24}}/{AN}{{40,}}|[a-z0-9]{{26}}(?![\w/]))",
    ),
    ("webhook", "events.pagerduty.com/integration/", rf"{HTTP}events\.pagerduty\.com/integration/{HEX}{{32}}"),
    ("discord-token", ".", rf"[MNO]{U}{{22,28}}\.{U}{{6}}\.{U}{{27,40}}"),
    ("telegram-token", ":aa", rf"(?:(?<=\bbot)|(?<![A-Za-z0-9]))\d{{8,10}}:AA{U}{{30,}}"),
    ("sendgrid-key", "sg.", rf"SG\.{U}{{16,}}\.{U}{{20,}}"),
    ("mailgun-key", "key-", rf"key-{HEX}{{32}}"),
    ("mailchimp-key", "-us", rf"{HEX}{{32}}-us\d{{1,2}}"),
    ("brevo-key", "xkeysib- xsmtpsib-", rf"x(?:key|smtp)sib-{HEX}{{50,}}(?:-{AN}{{12,}})?"),
    ("resend-key", "re_", rf"re_{AN}{{6,}}_{AN}{{16,}}"),
    ("twilio-key", "sk", rf"SK{HEX}{{32}}(?!{AN})"),
    ("facebook-token", "eaa", rf"EAA{AN}{{60,}}"),
    ("linkedin-secret", "wpl_ap", rf"WPL_AP\d\.{AN}{{12,}}(?:\.{AN}{{6,}}={{0,2}})?"),
    # payment and shops
    ("stripe-key", "sk_org_", rf"sk_org_(?:live_|test_)?{AN}{{20,}}"),
    (
        "amazon-token",
        "amzn.mws. amzn1.oa2-cs.v1. amzn1.oa2-ct.v1.",
        rf"amzn(?:\.mws\.{UUID}|1\.oa2-c[st]\.v1\.{HEX}{{40,}})",
    ),
    ("cas-ticket", "st- pt- tgt- pgt-", r"(?:ST|PT|TGT|PGT)-\d{1,9}-[A-Za-z0-9-]{20,}"),
    ("salesforce-token", "00d", rf"00D{AN}{{12,15}}![A-Za-z0-9._]{{60,}}"),
    ("stripe-key", "sk_live_ sk_test_ rk_live_ rk_test_", rf"[sr]k_(?:live|test)_{AN}{{16,}}"),
    ("stripe-webhook", "whsec_", r"whsec_[A-Za-z0-9+/]{24,}={0,2}"),
    ("square-token", "sq0", rf"sq0[a-z]{{3}}-{U}{{20,}}"),
    ("square-token", "eaaa", rf"EAAA{U}{{56,}}"),
    ("paypal-token", "access_token$", rf"access_token\$(?:production|sandbox)\$[a-z0-9]{{12,}}\${HEX}{{28,}}"),
    (
        "shopify-token",
        "shpat_ shpca_ shppa_ shpss_ shptka_",
        rf"shp(?:at|ca|pa|ss|tka)_{HEX.replace('a-f', 'a-fA-F')}{{24,}}",
    ),
    ("flutterwave-key", "flwseck", rf"FLWSECK(?:_TEST)?-{AN}{{12,}}(?:-X)?"),
    (
        "plaid-token",
        "access-sandbox- access-development- access-production-",
        rf"access-(?:sandbox|development|production)-{UUID}",
    ),
    ("easypost-key", "ezak eztk", rf"EZ[AT]K{AN}{{50,}}"),
    ("shippo-key", "shippo_", rf"shippo_(?:live|test)_{HEX}{{36,}}"),
    # work tools
    ("linear-key", "lin_api_ lin_oauth_", rf"lin_(?:api|oauth)_{AN}{{28,}}"),
    ("notion-token", "ntn_", rf"ntn_{AN}{{36,}}"),
    ("notion-token", "secret_", rf"secret_{AN}{{40,}}"),
    ("airtable-token", "pat", rf"pat{AN}{{14}}\.{HEX}{{64}}"),
    ("asana-token", "0/ 1/ 2/", rf"[012]/\d{{12,20}}(?:/\d{{12,20}})?:{HEX}{{32}}"),
    ("clickup-token", "pk_", r"pk_\d{5,10}_[A-Z0-9]{30,}"),
    ("trello-token", "atta", rf"ATTA{HEX}{{60,}}"),
    ("hubspot-token", "pat-", rf"pat-[a-z]{{2}}\d-{UUID}"),
    ("figma-token", "figd_", rf"figd_{U}{{30,}}"),
    ("postman-key", "pmak-", rf"PMAK-{HEX}{{24}}-{HEX}{{30,}}"),
    ("contentful-token", "cfpat-", rf"CFPAT-{U}{{36,}}"),
    ("typeform-token", "tfp_", rf"tfp_{U}{{40,}}"),
    ("readme-key", "rdme_", r"rdme_[a-z0-9]{60,}"),
    ("mapbox-token", "sk.eyj", rf"sk\.eyJ{U}{{20,}}(?:\.{U}{{16,}})?"),
    ("dropbox-token", "sl.", rf"sl\.(?:u\.)?{U}{{100,}}"),
    ("adobe-secret", "p8e-", rf"p8e-{AN}{{28,}}"),
    # data and observability
    ("grafana-token", "glsa_", rf"glsa_{AN}{{28,}}(?:_{HEX.replace('a-f', 'a-fA-F')}{{6,}})?"),
    ("grafana-token", "glc_", r"glc_[A-Za-z0-9+/_-]{40,}={0,2}"),
    ("sentry-token", "sntrys_ sntryu_ sntrya_", r"sntry[sua]_[A-Za-z0-9+/=_-]{40,}"),
    ("newrelic-key", "nrak- nrii- nrjs- nrra- nriq-", r"NR(?:AK|II|JS|RA|IQ)-[A-Za-z0-9]{19,}"),
    ("dynatrace-token", "dt0c01. dt0s16. dt0s02. dt0s01.", r"dt0[cs]\d\d\.[A-Z0-9]{8,24}\.[A-Z0-9]{60,}"),
    ("honeycomb-key", "hcaik_ hcbik_ hcaic_ hcxik_", r"hc[abx]i[kc]_[a-z0-9]{40,}"),
    ("axiom-token", "xaat- xapt-", rf"xa[ap]t-{UUID}"),
    ("launchdarkly-key", "sdk- api-", rf"(?:sdk|api)-{UUID}"),
    ("databricks-token", "dapi", rf"dapi{HEX}{{30,}}(?:-\d)?"),
    ("supabase-key", "sbp_ sb_secret_", rf"(?:sbp_(?:v0_)?{HEX}{{32,}}|sb_secret_{U}{{20,}})"),
    ("planetscale-token", "pscale_", r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{28,}"),
    ("neon-key", "napi_", rf"napi_{AN}{{40,}}"),
    ("mongodb-key", "mdb_sa_", rf"mdb_sa_sk_{U}{{30,}}"),
    ("prefect-key", "pnu_ pnb_", rf"pn[ub]_{AN}{{28,}}"),
    ("defined-key", "dnkey-", r"dnkey-[a-z0-9=_-]{40,}"),
    ("duffel-token", "duffel_", rf"duffel_(?:live|test)_{U}{{36,}}"),
    ("langfuse-key", "sk-lf-", rf"sk-lf-{UUID}"),
    ("algolia-key", "algolia_", rf"algolia_{AN}{{28,}}"),
    ("posthog-key", "phx_", rf"phx_{AN}{{40,}}"),
    ("wandb-key", "wandb_v1_", rf"wandb_v1_{U}{{40,}}"),
    ("clickhouse-key", "4b1d", r"4b1d[A-Za-z0-9]{38}(?![A-Za-z0-9])"),
    ("apify-token", "apify_api_", rf"apify_api_{AN}{{30,}}"),
    ("adafruit-key", "aio_", rf"aio_{AN}{{28}}"),
    ("scalingo-token", "tk-us-", rf"tk-us-{U}{{40,}}"),
    ("frameio-token", "fio-u-", rf"fio-u-{U}{{50,}}"),
    ("polar-token", "polar_oat_ polar_pat_", rf"polar_[op]at_{AN}{{30,}}"),
    ("lichess-token", "lip_", rf"lip_{AN}{{20,}}"),
    ("onepassword-key", "a3-", r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"),
    # keys and signed tokens
    ("wallet-key", "xprv yprv zprv", r"[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,}"),
    ("django-key", "django-insecure-", r"django-insecure-[^\s\"'`<>\\]{30,}"),
    ("paseto", ".local. .public.", rf"v[1-4]\.(?:local|public)\.{U}{{60,}}(?:\.{U}{{1,}})?"),
    ("age-key", "age-secret-key-", r"AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{40,}"),
    (
        "jwt",
        "eyj",
        rf"eyJ{U}{{10,}}\.(?:eyJ)?{U}{{4,}}(?:\.{U}{{16,}})?(?:\.{U}{{1,}}){{0,8}}={{0,2}}|eyJ{U}{{4,}}\.{U}{{6,}}\.{U}{{20,}}|eyJ{U}{{10,}}\.\.{U}{{10,}}(?:\.{U}{{1,}}){{0,8}}",
    ),
    (
        "putty-key",
        "putty-user-key-file",
        r"PuTTY-User-Key-File-\d[\s\S]{20,200}?Private-Lines:[\s\S]{40,4000}?Private-MAC: [0-9a-f]{20,}",
    ),
    ("password-hash", "$2a$ $2b$ $2y$", r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}"),
    (
        "password-hash",
        "$1$ $5$ $6$ $y$ $apr1$",
        r"\$(?:[156y]|apr1)\$[^$\s:'\"]{1,40}\$(?:[^$\s:'\"]{1,40}\$)?[./A-Za-z0-9]{20,}",
    ),
    ("password-hash", "$argon2", r"\$argon2(?:id|i|d)\$[^\s:'\"]{30,400}"),
)

_BACK: Final = {
    "q~": 4,
    ":apa91b": 30,
    ".local.": 2,
    ".public.": 2,
    ".atlasv1.": 20,
    ":aa": 10,
    "-us": 33,
    ".webhook.office.com": 50,
    ".": 29,
    "hooks.slack.com": 8,
    "hooks.zapier.com/": 8,
    "maker.ifttt.com/": 8,
    "chat.googleapis.com/": 8,
    "discord.com/api/webhooks/": 15,
    ".make.com/": 20,
    "events.pagerduty.com/integration/": 8,
    "/hooks/": 60,
}
_LEFT: Final = r"(?<![A-Za-z0-9])"


def _compile(kind: str, anchors: str, pattern: str) -> Token:
    literals = tuple(anchors.split())
    left = "" if "(?<" in pattern else _LEFT
    # A run is bounded so that no text, however made, costs more than its length times a constant.
    bounded = re.sub(r"\{(\d+),\}", r"{\1,2048}", pattern)
    back = max(_BACK.get(literal, 0) for literal in literals)
    return Token(kind, literals, re.compile(left + "(?:" + bounded + ")"), back)


TOKENS: Final[tuple[Token, ...]] = tuple(_compile(*row) for row in _TABLE)

_ONLY_BEFORE: Final = dict.fromkeys(("st-", "pt-", "tgt-", "pgt-"), "\\d{1,9}-[a-z0-9-]{20}") | {
    ".": "[a-z0-9_-]{6}\\.[a-z0-9_-]{27}",
    "sk": "[0-9a-f]{32}",
    "0/": "\\d{12}",
    "1/": "\\d{12}",
    "2/": "\\d{12}",
    "pat": "[a-z0-9]{14}\\.",
    "api-": "[a-z0-9]{8}",
    "-us": "\\d",
    "re_": "[a-z0-9]{6,12}_[a-z0-9]{16}",
    "sk_": "[0-9a-f]{40}",
    "pa-": "[a-z0-9_-]{40}",
    "eaa": "[a-z0-9_-]{56}",
    "cio": "[a-z0-9]{32}",
    "st.": "[0-9a-f]{24}\\.",
    "sl.": "[a-z0-9_.-]{100}",
    "fc-": "[0-9a-f]{32}",
    "dp.": "[a-z]{2,5}\\.",
    "pk_": "\\d{5}",
    "sg.": "[a-z0-9_-]{16}",
    "fw_": "[a-z0-9]{20}",
    "hf_": "[a-z0-9]{20}",
    "sk-": "[a-z0-9_-]{20}",
    ":aa": "[a-z0-9_-]{30}",
    "atta": "[0-9a-f]{60}",
    "secret_": "[a-z0-9]{40}",
    "key-": "[0-9a-f]{32}",
    "ico-": "[a-z0-9]{32}",
    "oy2": "[a-z0-9]{43}",
    "akid": "[a-z0-9]{28}",
    "pul-": "[0-9a-f]{36}",
    "asia": "[a-z2-7]{16}",
    "abia": "[a-z2-7]{16}",
    "acca": "[a-z2-7]{16}",
    "sq0": "[a-z]{3}-",
    "sdk-": "[0-9a-f]{8}-",
    "pat.": "[a-z0-9_-]{22}\\.",
    "sat.": "[a-z0-9_-]{22}\\.",
    "t1.": "[a-z0-9_-]{20}",
    "a3-": "[a-z0-9]{6}-",
    "4b1d": "[a-z0-9]{38}",
    "4/0a": "[a-z0-9_-]{50}",
    "00d": "[a-z0-9]{12,15}!",
    ".local.": "[a-z0-9_-]{60}",
    ".public.": "[a-z0-9_-]{60}",
    "lip_": "[a-z0-9]{20}",
    "aio_": "[a-z0-9]{28}",
    "/hooks/": "[a-z0-9]{17}",
    "ddp_": "[a-z0-9]{36}",
    "ddo_": "[a-z0-9]{36}",
}


def _wrapped(pattern: str) -> str:
    """``pattern``, if it is a run, also where a line end breaks the run."""
    run = re.fullmatch(r"(\[[^\]]+\]|\\d)\{(\d+)\}", pattern)
    if run is None:
        return pattern
    return f"(?:{pattern}|{run[1]}{{0,{int(run[2]) - 1}}}[ \\t]{{0,3}}\\r?\\n[ \\t]{{0,8}}{run[1]}{{4}})"


ONLY_BEFORE: Final = {anchor: _wrapped(pattern) for anchor, pattern in _ONLY_BEFORE.items()}
"""Anchors too frequent to be looked at everywhere, and the (lower-case) pattern that must follow them."""

NEVER_BEFORE: Final = {"sk-": "(?<![g-z][a-z]sk-)(?<![a-z][g-z]sk-)"}
"""The end of a word (``task-``), which no escape before the anchor can be."""
