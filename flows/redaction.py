"""The redactor of a workspace: its key, and what its settings add to the patterns that come along."""

from __future__ import annotations

from distillers.record.redact import CustomPattern, Redactor, load_key
from distillers.record.redaction import gitleaks
from flows.settings import Settings
from scheduling.base.errors import UsageError


def redactor(settings: Settings) -> Redactor:
    """Masks with the key, the patterns and the allowed values of the workspace.

    Raises UsageError naming the gitleaks file, and the rule in it, that cannot be used.
    """
    return Redactor(load_key(settings.workspace.secret), patterns(settings), settings.redaction.allow)


def patterns(settings: Settings) -> tuple[CustomPattern, ...]:
    """The patterns of the settings, then the rules of their gitleaks file."""
    own = tuple(CustomPattern(one.kind, one.compiled) for one in settings.redaction.patterns)
    path = settings.gitleaks
    if path is None:
        return own
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(
            f"{settings.workspace.settings}: redaction.gitleaks: {path} cannot be read: {why}", hint="mend the path"
        ) from error
    return own + gitleaks.parse(text, str(path))
