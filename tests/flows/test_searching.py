"""The ``[retrieval]`` table: which embedder the index is made with, and what is said where that cannot be."""

import os
from pathlib import Path

import pytest

from distillers.record.archive import Archive
from distillers.record.events import Event
from flows.searching import embedder, searcher
from flows.settings import Settings, load
from scheduling import runs
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger
from wiki.embed import EmbedderError, Hashed
from wiki.git import ensure_repo
from wiki.index import build
from wiki.priors import Weights
from wiki.tree import Tree

SAID = Event(
    id="0" * 16, unit="s-1", at="2026-11-18T10:00:00.000Z", origin="human", kind="message", file="/log", line=1,
    text="The oven cools overnight", medium="session",
)  # fmt: skip


def settings_of(root: Path, retrieval: str) -> Settings:
    root.mkdir(exist_ok=True)
    (root / "stillhouse.toml").write_text(f'[domains.shop]\nsources = [{{ path = "logs" }}]\n{retrieval}\n', "utf-8")
    return load(root)


def test_without_a_word_about_it_text_alone_is_asked(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "ws", "")
    assert embedder(settings) is None
    assert settings.retrieval.weighing() == Weights()


def test_the_index_is_made_and_asked_with_the_embedder_and_the_weights_that_are_named(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path / "ws", '[retrieval]\nembedder = "hashed:32"\nweights = { tool = 1.0, vector = 0.2 }'
    )
    made = embedder(settings)
    assert isinstance(made, Hashed)
    assert settings.retrieval.weighing() == Weights(tool=1.0, vector=0.2)
    space, ledger = settings.workspace, Ledger(settings.workspace.ledger)
    ensure_repo(space.wiki)
    archive = Archive(space.archive, ledger)
    with runs.running(ledger, "operator", "test") as run:
        archive.append("shop", [SAID], run=run)
    build(ledger, Tree(space.wiki), archive, space.index, ["shop"], embedder=made)
    answer = searcher(settings, ledger).search("oven overnight", "shop")
    assert (answer.mode, answer.results[0].text) == ("hybrid", SAID.text)


@pytest.mark.parametrize(
    ("retrieval", "said"),
    [
        ('embedder = "torch:x"', "is no embedder: write minilm"),
        ('embedder = "openai:m"\nurl = "http://embed.example/v1"', "is no https address"),
        ("weights = { tol = 1.0 }", "retrieval.weights.tol"),
        ("weights = { vector = 1.5 }", "retrieval.weights.vector"),
    ],
)
def test_a_mistake_is_told_with_its_key(tmp_path: Path, retrieval: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        settings_of(tmp_path / "ws", f"[retrieval]\n{retrieval}")


def test_a_key_is_named_and_read_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path / "ws", '[retrieval]\nembedder = "openai:m"\nkey_env = "SHOP_EMBED_KEY"')
    monkeypatch.delenv("SHOP_EMBED_KEY", raising=False)
    with pytest.raises(EmbedderError, match="SHOP_EMBED_KEY, which is not set"):
        embedder(settings)
    assert searcher(settings, Ledger(settings.workspace.ledger))
    monkeypatch.setitem(os.environ, "SHOP_EMBED_KEY", "k-1")
    made = embedder(settings)
    assert made
    assert made.id == "openai:m"
