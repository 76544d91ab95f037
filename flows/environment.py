"""What Prefect must find in its environment before it is imported, and entering that environment.

Prefect reads its settings once, at import. So whoever wants to use it enters :func:`entered` first and imports the
flow modules inside.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from scheduling.base.workspace import Workspace

HOST = "127.0.0.1"
# Ours to decide for the workspace's own server: a profile, key or address meant for another server must not leak in.
FOREIGN = "PREFECT_"


def own(space: Workspace, port: int) -> dict[str, str]:
    """The variables of the workspace's own server on ``port`` and of all that talk to it.

    Nothing leaves the machine: no telemetry, no promotion, the first UI (the second calls an outside host on every
    page), loopback only, and no other web page may read the API.
    """
    here = f"http://{HOST}:{port}"
    return common(space, f"{here}/api") | {
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(space.prefect / "ui"),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{here},http://localhost:{port}",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        # Seconds that a request waits for its turn at the database before the server answers 503. Our own calls are
        # tried again by Prefect's client; a browser that presses Resume on a busy machine is not.
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
    }


def common(space: Workspace, api_url: str) -> dict[str, str]:
    """The variables of everything that runs flows of this workspace against the server at ``api_url``."""
    return {
        "PREFECT_HOME": str(space.prefect),
        "PREFECT_API_URL": api_url,
        "PREFECT_RUNNER_POLL_FREQUENCY": "3",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "DO_NOT_TRACK": "1",
        "PYTHONSAFEPATH": "1",
    }


@contextmanager
def exported(values: Mapping[str, str]) -> Generator[None]:
    """Runs the block with ``values`` in the environment, for what is imported and started in it.

    Variables of Prefect's that are not in ``values`` are hidden, unless ``values`` name a server of the user's own
    (then their key and profile are needed).
    """
    before = dict(os.environ)
    if "PREFECT_SERVER_API_PORT" in values:
        for name in [name for name in os.environ if name.startswith(FOREIGN)]:
            del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def entered(values: Mapping[str, str]) -> Generator[None]:
    """As :func:`exported`, with Prefect loaded and its settings taken from ``values``, also where it was loaded before.

    Prefect's log lines stay off the terminal; the server has them.
    """
    with exported({**values, "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}):
        from prefect.context import SettingsContext, get_settings_context  # noqa: PLC0415 (the environment comes first)
        from prefect.settings import Settings  # noqa: PLC0415 (as above)

        with SettingsContext(profile=get_settings_context().profile, settings=Settings()):
            yield
