"""The process that runs scheduled nights and days and resumed reviews: ``python -m flows.serving WORKSPACE``.

``serve`` starts it beside the server and ends it. It is tied to ``serve`` by its standard input: when that closes, in
whatever way ``serve`` ended, this ends too.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from pathlib import Path

from prefect.logging import get_logger
from prefect.runner import Runner

from flows import deployments, reviews
from flows.settings import load
from flows.sweep import sweep


def main(root: str) -> None:
    """Serves the workspace ``root`` until it is told to stop."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    settings = load(Path(root))
    for name in sweep(settings):
        get_logger("serve").info("put right after an earlier stop: %s", name)
    runner = Runner(name="stillhouse", pause_on_shutdown=False)
    for deployment in deployments.all_of(settings):
        runner.add_deployment(deployment)
    reviews.agree(settings)
    asyncio.run(_run(runner))


async def _run(runner: Runner) -> None:
    """Runs until SIGTERM. The handler that ``start`` installs forgets the flows that run; ours cancels them first."""
    work = asyncio.create_task(runner.start())
    while not (runner.started or work.done()):
        await asyncio.sleep(0.05)
    stopping: set[asyncio.Task[None]] = set()
    stop = runner.astop
    asyncio.get_running_loop().add_signal_handler(
        signal.SIGTERM, lambda: stopping.add(asyncio.create_task(stop())) if not stopping else None
    )
    await work


def _leave_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1])
