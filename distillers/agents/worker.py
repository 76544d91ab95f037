"""Asks one hosted or local model through pydantic-ai, as a process of its own: ``worker PROVIDER:MODEL``.

The prompt comes in on standard input with the schema as its last line; out goes ``{"output", "usage"}``. The model is
given no tools. Exit 75 says that the service takes no more for now.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

BUSY = frozenset({429, 503, 529})


def main(model: str, text: str) -> int:
    """Prints the answer; returns the exit code."""
    try:
        library: Any = importlib.import_module("pydantic_ai")
    except ImportError:
        sys.stderr.write("this needs the extra agents: .venv/bin/pip install -e '.[agents]'\n")
        return 127
    prompt, _, form = text.strip().rpartition("\n")
    schema = library.StructuredDict(json.loads(form), name="findings", description="What was found")
    try:
        done = library.Agent(model, output_type=schema, retries=1).run_sync(prompt)
    except Exception as error:  # noqa: BLE001 (each provider raises its own; the exit code and this line are our answer)
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 75 if getattr(error, "status_code", None) in BUSY else 1
    used = done.usage
    usage = {"input_tokens": used.input_tokens, "output_tokens": used.output_tokens}
    json.dump({"output": done.output, "usage": usage}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.stdin.read()))
