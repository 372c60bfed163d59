"""Orkestra's own names for commits: the locks that a dead git left on them are ours to drop."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orkestra.adapters.workspaces.git import Git

BRANCHES: Final = "refs/heads/orkestra"
SALVAGE: Final = "refs/orkestra/salvage"
TIPS: Final = "refs/orkestra/tips"
WORK: Final = "refs/orkestra/work"

_OURS: Final = tuple(f"{place}/" for place in (BRANCHES, SALVAGE, TIPS, WORK))
_LOCK_SECONDS: Final = 2.0


def set_refs(git: Git, commit: str, refs: Iterable[str]) -> None:
    """Let all these names of ours mean the commit, or none of them."""
    _transaction(git, {ref: f"update {ref} {commit}\n" for ref in refs})


def delete_refs(git: Git, refs: Iterable[str]) -> None:
    """Delete these names of ours; one that is not there is fine."""
    _transaction(git, {ref: f"delete {ref}\n" for ref in refs})


def drop_lock(lock: Path) -> None:
    """Delete a lock of ours that no git can still be using: none needs it for 2 s."""
    end = time.monotonic() + _LOCK_SECONDS
    try:
        while time.time() - lock.stat().st_mtime < _LOCK_SECONDS and time.monotonic() < end:
            time.sleep(0.02)
        lock.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return


def _transaction(git: Git, commands: dict[str, str]) -> None:
    common = _common_dir(git)
    for ref in commands:
        if not ref.startswith(_OURS) or ".." in ref:
            raise SafetyError(f"{ref!r} is not a name of Orkestra's own: use one under {WORK}/")
        drop_lock(common / f"{ref}.lock")
    git.run("update-ref", "--no-deref", "--stdin", stdin="".join(commands.values()).encode())


def _common_dir(git: Git) -> Path:
    pointer = git.git_dir / "commondir"
    return (git.git_dir / pointer.read_text("utf-8").strip()).resolve() if pointer.is_file() else git.git_dir
