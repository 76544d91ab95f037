from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scheduling.base.errors import UsageError
from wiki import embed_http, embed_minilm, manifest
from wiki.embed import Embedder, EmbedderError, Hashed, Vectors, named, unfit
from wiki.embedders import Home, choose
from wiki.search import Searcher


class Counting(Hashed):
    """An embedder that tells what it was asked for, and that can be told to fail."""

    def __init__(self, dim: int = 64, revision: str = "1") -> None:
        super().__init__(dim, revision)
        self.asked: list[str] = []
        self.fails = False

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.fails:
            raise EmbedderError("it is out")
        self.asked += texts
        return super().encode(texts)


class Opposites(Counting):
    """Knows that a kiln is an oven, as a model would and our list of synonyms does not."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        return super().encode([text.replace("kiln", "oven") for text in texts])


def test_the_same_words_make_the_same_vector_of_length_one() -> None:
    vectors = Hashed().encode(["the oven clock", "clock oven", "payment page", ""])
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, 64)
    assert np.allclose(vectors[0], vectors[1])
    assert vectors[0] @ vectors[0] == pytest.approx(1)
    assert vectors[0] @ vectors[2] < 0.9
    assert not vectors[3].any()


def test_vectors_find_what_text_alone_does_not_and_the_answer_says_which_way_it_was_found(house: Any) -> None:
    house.record("shop", "# session clay 2026-11-20\nhuman message: The oven stays at nine hundred degrees overnight")
    embedder = Opposites()
    house.index(embedder=embedder)
    by_both = searching(house, embedder).search("kiln temperature overnight plan", "shop")
    assert by_both.mode == "hybrid"
    assert "nine hundred" in by_both.results[0].text
    assert searching(house, None).search("kiln", "shop").mode == "full-text"
    assert searching(house, None).search("kiln", "shop").results == ()
    assert "nine hundred" in searching(house, embedder).search("kiln", "shop").results[0].text


def test_scores_stay_on_one_scale_with_vectors(house: Any) -> None:
    embedder = Counting()
    house.index(embedder=embedder)
    scores = [one.score for one in searching(house, embedder).search("tests before a push", "shop").results]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score < 1 for score in scores)


def test_only_what_changed_is_embedded(house: Any) -> None:
    embedder = Counting()
    house.index(embedder=embedder)
    assert len(embedder.asked) == len(set(embedder.asked)) > 5
    embedder.asked.clear()
    house.index(embedder=embedder)
    assert embedder.asked == []
    page = (Path(__file__).parent / "pages" / "shop" / "testing.md").read_text()
    house.commit(shop__testing=page.replace("## Rules\n", "## Rules\n\nA turbine spins.\n\n"))
    house.index(embedder=embedder)
    assert [text.partition("\n")[2] for text in embedder.asked] == ["A turbine spins."]
    assert searching(house, embedder).search("turbine", "shop").results[0].text == "A turbine spins."


@pytest.mark.parametrize("other", [Hashed(32), Hashed(64, revision="2")])
def test_another_embedder_than_the_indexs_is_refused_until_the_index_is_made_with_it(house: Any, other: Hashed) -> None:
    house.index(embedder=Hashed())
    with pytest.raises(EmbedderError, match="nightly"):
        searching(house, other).search("tests", "shop")
    assert house.index(embedder=other).rebuilt
    assert searching(house, other).search("tests", "shop").mode == "hybrid"
    named = manifest.load(house.workspace.index)
    assert named
    assert (named.embedder, named.dim) == (f"{other.id}@{other.revision}", other.dim)
    assert house.index().rebuilt
    assert searching(house, other).search("tests", "shop").mode == "full-text"


def test_an_embedder_that_fails_leaves_answers_by_text_and_the_index_as_it_was(house: Any) -> None:
    embedder = Counting()
    house.index(embedder=embedder)
    before = manifest.load(house.workspace.index)
    embedder.fails = True
    house.record("shop", "# session late 2026-11-20\nhuman message: the turbine spins")
    with pytest.raises(EmbedderError, match="it is out"):
        house.index(embedder=embedder)
    assert manifest.load(house.workspace.index) == before
    answer = searching(house, embedder).search("tests before a push", "shop")
    assert (answer.mode, bool(answer.results)) == ("full-text", True)
    embedder.fails = False
    house.index(embedder=embedder)
    assert searching(house, embedder).search("turbine", "shop").results[0].text == "the turbine spins"


@pytest.mark.parametrize("name", ["minimlm", "ollama", "openai:", "minilm:x", "hashed:0", "torch:x"])
def test_a_name_that_is_no_embedder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="known: minilm"):
        choose(name, Home(tmp_path))


def test_no_name_is_no_embedder(tmp_path: Path) -> None:
    assert choose("", Home(tmp_path)) is None
    assert isinstance(choose("hashed:8", Home(tmp_path)), Hashed)


def test_minilm_says_how_to_install_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed_minilm, "NEEDED", ("a_package_that_nobody_has",))
    with pytest.raises(EmbedderError, match="make embeddings"):
        choose("minilm", Home(tmp_path))


@pytest.mark.parametrize("kind", ["openai", "ollama"])
def test_a_model_behind_an_address_embeds(house: Any, tmp_path: Path, kind: str) -> None:
    with serving() as (url, seen):
        embedder = choose(f"{kind}:tiny", Home(tmp_path, url, key="k-1"))
        assert embedder
        texts = [f"oven {number}" for number in range(embed_http.TOGETHER + 3)]
        assert np.allclose(embedder.encode(texts), Hashed().encode(texts), atol=1e-6)
        assert embedder.encode([]).shape[0] == 0
        assert {one["key"] for one in seen} == {"Bearer k-1"}
        assert {one["model"] for one in seen if one["model"]} == {"tiny"}
        assert embedder.revision == ("" if kind == "openai" else "0123456789ab")
        house.index(embedder=embedder)
        answer = searching(house, embedder).search("tests before a push", "shop")
        assert (answer.mode, answer.results[0].page) == ("hybrid", "shop/testing")


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((401, {}), "HTTP 401"),
        ((500, {}), "HTTP 500"),
        ((302, {}), "HTTP 302"),
        ((200, []), "no JSON object"),
        ((200, {"data": [{"index": 0, "embedding": [1, 2]}]}), "for 2 texts"),
        ((200, {"data": [{"embedding": [1, 2]}, {"embedding": [1]}]}), "one width"),
        ((200, {"data": [{"embedding": ["a"]}, {"embedding": ["b"]}]}), "one width"),
        ((200, {}), "for 2 texts"),
        ((200, {"data": [{"embedding": ["nan"]}, {"embedding": ["nan"]}]}), "no number"),
    ],
)
def test_an_address_that_does_not_embed_is_told_and_the_key_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reply: tuple[int, Any], said: str
) -> None:
    monkeypatch.setattr(embed_http, "PAUSE", 0.001)
    with serving(reply) as (url, seen):
        embedder = choose("openai:tiny", Home(tmp_path, url, key="k-secret"))
        assert embedder
        with pytest.raises(EmbedderError, match=said) as told:
            embedder.encode(["a", "b"])
        assert "k-secret" not in str(told.value)
        assert len(seen) == (embed_http.TRIES if reply[0] == 500 else 1)


def test_an_address_where_nobody_answers_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed_http, "PAUSE", 0.001)
    with serving() as (url, _):
        pass
    embedder = choose("ollama:tiny", Home(tmp_path, url))
    assert embedder
    with pytest.raises(EmbedderError, match="nobody answers there"):
        embedder.encode(["a"])


def test_whoever_waits_asks_once_and_not_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed_http, "HURRIED", 0.05)
    with serving((500, {})) as (url, seen):
        embedder = choose("openai:tiny", Home(tmp_path, url, hurried=True))
        assert embedder
        with pytest.raises(EmbedderError, match="HTTP 500"):
            embedder.encode(["a"])
        assert len(seen) == 1
    with socket.create_server(("127.0.0.1", 0)) as mute:
        embedder = choose("openai:tiny", Home(tmp_path, f"http://127.0.0.1:{mute.getsockname()[1]}", hurried=True))
        assert embedder
        with pytest.raises(EmbedderError, match="no answer in"):
            embedder.encode(["a"])


def test_a_model_that_answers_another_width_is_refused_and_makes_the_index_anew(house: Any) -> None:
    house.index(embedder=Hashed(64))
    wider = Hashed(96)
    wider.id = Hashed(64).id
    with pytest.raises(EmbedderError, match="answers 96 numbers, the index was made with 64"):
        searching(house, wider).search("tests", "shop")
    assert "96" in unfit(wider, named(wider), 64)
    house.record("shop", "# session late 2026-11-20\nhuman message: the turbine spins")
    assert house.index(embedder=wider).rebuilt
    assert searching(house, wider).search("turbine", "shop").results[0].text == "the turbine spins"
    assert unfit(wider, named(wider), 96) == ""


def searching(house: Any, embedder: Embedder | None) -> Searcher:
    return Searcher(house.workspace.index, house.ledger, embedder)


@contextmanager
def serving(reply: tuple[int, Any] | None = None) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server on loopback that embeds as Ollama and as OpenAI's API do, or gives one ``reply`` to all."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def _answer(self, body: dict[str, Any]) -> None:
            seen.append({"key": self.headers.get("authorization", ""), "model": body.get("model", "")})
            status, value = reply or (200, _embedded(self.path, body))
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def _embedded(path: str, body: dict[str, Any]) -> dict[str, Any]:
    if path == "/api/tags":
        return {"models": [{"name": "tiny:latest", "digest": "0123456789abcdef"}]}
    vectors = (2 * Hashed().encode(body["input"])).tolist()
    if path == "/api/embed":
        return {"embeddings": vectors}
    rows = [{"index": number, "embedding": vector} for number, vector in enumerate(vectors)]
    return {"data": rows[::-1]}
