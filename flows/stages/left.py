"""In what state filing left the wiki, and whether all of it is filing's own doing."""

from __future__ import annotations

from collections.abc import Sequence

from flows.stages import keys
from flows.stages.night import Night
from wiki.checkout import edited
from wiki.filed import Filed
from wiki.git import Repo, open_repo


def head(night: Night) -> str:
    """The commit that ``main`` of the wiki stands at; "" before there is a wiki, or a commit."""
    root = night.settings.workspace.wiki
    return open_repo(root).head() if (root / ".git").exists() else ""


def rests_on(night: Night, before: str, filed: Sequence[Filed]) -> str:
    """What filing rests on now that it is done; "" if something is left to do, or is not told from what people did.

    ``before`` is the commit that ``main`` stood at. Whoever edits or commits while the librarian works may come after
    it looked: so the wiki must be what it was, or hold its commits and nothing else.
    """
    if night.settings.remote or any(one.held or one.notes for one in filed):
        return ""
    state = keys.wiki(night.settings)
    repo = open_repo(night.settings.workspace.wiki)
    return state if _is_ours(repo, before, {one.commit for one in filed if one.commit}) else ""


def _is_ours(repo: Repo, before: str, commits: set[str]) -> bool:
    """Whether only ``commits`` came since ``before``, and the work tree shows the newest of them."""
    now = repo.head()
    if not now:
        return not commits
    since = ["--not", before] if before else []
    came = set(repo.git("rev-list", now, *since).text.split())
    files = repo.files(now)
    return came <= commits and repo.on_main() and not edited(repo, files, sorted(files))
