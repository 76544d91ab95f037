"""A forge on loopback that answers from a recording: pages with links and ETags, and faults on demand."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

NOW = 1_772_000_000


@dataclass
class Fault:
    """An answer given instead of the recorded one, ``times`` times, to requests whose address holds ``where``."""

    where: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    body: str = '{"message": "no"}'


@dataclass
class Forge:
    """What is recorded, how it is paged, and what was asked for."""

    answers: dict[str, Any]
    page_size: int = 100
    port: int = 0
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    after: Callable[["Forge", str], None] | None = None
    link_to: str = ""
    moved: dict[str, str] = field(default_factory=dict)
    """Beginnings of addresses, and where what stood there is now."""

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def statuses(self) -> list[int]:
        return [status for _, status in self.asked]

    def row(self, number: int) -> dict[str, Any]:
        return next(row for row in self.answers["/repos/me/shop/issues"] if row["number"] == number)

    def answer(self, address: str, etag: str) -> tuple[int, dict[str, str], bytes]:
        fault = next((one for one in self.faults if one.where in address and one.times), None)
        if fault:
            fault.times -= 1
            return fault.status, {"date": formatdate(NOW, usegmt=True), **fault.headers}, fault.body.encode()
        for old, new in self.moved.items():
            if address.startswith(old):
                return 301, {"location": self.api + address.replace(old, new, 1)}, b'{"message": "Moved Permanently"}'
        parts = urlsplit(address)
        value, headers = self.answers.get(parts.path), {}
        if value is None:
            return 404, {}, b'{"message": "Not Found"}'
        if isinstance(value, list):
            value, headers = self.page(value, parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()})
        body = json.dumps(value).encode()
        headers["etag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        return (304, headers, b"") if headers["etag"] == etag else (200, headers, body)

    def page(self, rows: list[Any], path: str, asked: dict[str, str]) -> tuple[list[Any], dict[str, str]]:
        if path.endswith("/issues"):
            rows = [row for row in rows if row["updated_at"] >= asked.get("since", "")]
            rows = sorted(rows, key=lambda row: (row["updated_at"], row["number"]))
        number = int(asked.pop("page", "1"))
        size = min(self.page_size, int(asked.get("per_page", "30")))
        chosen, more = rows[(number - 1) * size : number * size], len(rows) > number * size
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        link = f'<{self.link_to or self.api}{path}?{query}&page={number + 1}>; rel="next"'
        return chosen, {"link": link} if more else {}


@contextmanager
def forge(recording: Path, **more: Any) -> Iterator[Forge]:
    """The forge with the answers of ``recording`` for the length of a block."""
    made = Forge(json.loads(recording.read_text("utf-8")), **more)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = made.answer(self.path, self.headers.get("if-none-match", ""))
            made.asked.append((self.path, status))
            made.tokens.add(self.headers.get("authorization", ""))
            self.send_response_only(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            if made.after:
                made.after(made, self.path)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
