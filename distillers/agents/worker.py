"""Asks one hosted or local model through pydantic-ai, as a process of its own: ``worker PROVIDER:MODEL TOKENS``.

The prompt comes in on standard input with the schema as its last line; out goes ``{"output", "usage"}``. The model is
given no tools, one request, and TOKENS for its answer with what it thinks before. Exit 75 says that the service takes
no more for now, 127 that the model cannot be asked at all: a library, a key or the model itself is not there.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

BUSY = frozenset({408, 409, 429})
UNKNOWN = frozenset({401, 402, 403, 404})
LATER, MISSING = 75, 127


def main(model: str, most: int, text: str) -> int:
    """Prints the answer; returns the exit code."""
    try:
        library: Any = importlib.import_module("pydantic_ai")
    except ImportError:
        sys.stderr.write("this needs the extra agents: make agents, or .venv/bin/pip install -e '.[agents]'\n")
        return MISSING
    prompt, _, form = text.strip().rpartition("\n")
    schema = library.StructuredDict(json.loads(form), name="findings", description="What was found")
    limits = library.UsageLimits(request_limit=1)
    try:
        agent = library.Agent(model, output_type=schema, retries=0, model_settings={"max_tokens": most})
        done = agent.run_sync(prompt, usage_limits=limits)
    except Exception as error:  # noqa: BLE001 (each provider raises its own; the exit code and this line are our answer)
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return _code(error, library)
    used = done.usage
    usage = {"input_tokens": used.input_tokens, "output_tokens": used.output_tokens}
    json.dump({"output": done.output, "usage": usage}, sys.stdout)
    return 0


def _code(error: Exception, library: Any) -> int:
    status = getattr(error, "status_code", None) or 0
    if status in BUSY or status >= 500:
        return LATER
    return MISSING if status in UNKNOWN or isinstance(error, (ImportError, library.exceptions.UserError)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.stdin.read()))
