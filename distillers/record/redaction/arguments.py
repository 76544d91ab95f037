"""Keys that clients of services are made with: a random value anywhere among what such a call is given.

Where :mod:`~distillers.record.redaction.calls` knows the place of a secret, here it is told by its own look. What is
given by name (``key="…"``) is judged by that name, elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from distillers.record.redaction.shapes import is_key
from distillers.record.redaction.signs import classes, looks_random
from distillers.record.redaction.values import is_id
from distillers.record.redaction.views import MASKED

_SURE: Final = (
    "auth(", "credentials(", "credential(", "login(", "signin(", "authhandler(", "oauthhandler(", "authprovider(",
    "createcredential(", "apikey(", "accesstoken(",
)  # fmt: skip
"""Endings of calls that are made with nothing but what lets somebody in: an id counts too."""
_LIKELY: Final = (
    "client(", "api(", "api.new(", "client.new(", "client.init(", "bot(", "session(", "sdk(", "service(", "provider(",
    "connect(", "connection(", "octokit(", "github(", "gitlab(", "bitbucket(", "stripe(", "twilio(", "twilio')(",
    'twilio")(', "pusher(", "minio(", "openai(", "anthropic(", "mistral(", "cohere(", "replicate(", "groq(", "slack(",
    "telegraf(", "discord(", "sendgrid(", "mailgun(", "mailchimp(", "resend(", "algoliasearch(", "elasticsearch(",
    "meilisearch(", "typesense(", "pinecone(", "supabase(", "airtable(", "jira(", "jenkins(", "confluence(", "zendesk(",
    "bot.run(", "client.run(", "rollbar.init(", "mixpanel.init(", "amplitude.init(", "posthog(", "analytics(",
    "connect_s3(", "redis(", "cloudinary(", "shopify(", "binance(", "coinbase(", "kraken(", "reddit(", "new_client(",
    "newclient(", "newfromtoken(", "new_api(", "create_client(", "createclient(", "redis.new(", "sessionmaker(",
    "dropbox(", "notion(", "asana(", "trello(", "hubspot(", "vonage(", "nexmo(", "plivo(", "braintree(", "telebot(",
)  # fmt: skip
"""Endings of calls that are often made with a key."""
ANCHORS: Final = (*_SURE, *_LIKELY)
ONLY_BEFORE: Final = dict.fromkeys(
    ("session(", "service(", "provider(", "connect(", "connection(", "api(", "client(", "login("),
    r"\s{0,24}(?:[\"'`\\&%]|[a-z]{0,12}\([\"']|[\w.]{1,40}, ?[\"'`\\])",
)
"""Endings that are frequent in code, and what must follow them: a quoted text, first or second, plain or escaped."""

_REACH: Final = 600
_PART: Final = re.compile(
    rf"\"([^\"\n{MASKED}]{{0,512}})\"|'([^'\n{MASKED}]{{0,512}})'|`([^`\n{MASKED}]{{0,512}})`|[(\[{{]|[)\]}}]"
)
_NAMED: Final = re.compile(r"\w[\"']?\s?[:=]\s?[brf@]?\Z")
_KEY: Final = re.compile(r"(?!AC[0-9a-f]{32}\Z)[A-Za-z0-9+/_=.~!#$%^*-]{16,512}")
"""What a key is made of; the id of an account at Twilio stands beside its key and is none."""


def find(text: str, at: int) -> Iterator[tuple[int, int, str]]:
    """The keys among what the call whose ending stands at ``at`` is given: start, end, kind."""
    first = text.find("(", at) + 1
    if text.startswith("')(", first - 2) or text.startswith('")(', first - 2):
        first = text.find("(", first) + 1
    sure = text[at:first].lower() in _SURE
    for start, end in _given(text, first):
        if _is_one(text[start:end], sure=sure):
            yield start, end, "key"


def _given(text: str, first: int) -> Iterator[tuple[int, int]]:
    """Start and end of each quoted text between the bracket before ``first`` and the one that closes it."""
    depth = 1
    for part in _PART.finditer(text, first, first + _REACH):
        if part.lastindex:
            if not _NAMED.search(text, max(first, part.start() - 8), part.start()):
                yield part.span(part.lastindex)
            continue
        depth += 1 if part[0] in "([{" else -1
        if not depth:
            return


def _is_one(value: str, *, sure: bool) -> bool:
    if not _KEY.fullmatch(value) or not is_key(value):
        return False
    if is_id(value):
        return sure
    return looks_random(value) and classes(value) >= 2 and any(c.isdigit() for c in value)
