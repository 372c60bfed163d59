"""Git's own directory for a work tree, `.git/worktrees/<id>`, made and removed in one step.

Not by `git worktree add`: while that is at work, or after it died, every other one on the repository fails
("failed to read .../commondir"). The layout is the one that gitrepository-layout(5) documents.
"""

from __future__ import annotations

import itertools
import secrets
from typing import TYPE_CHECKING

from orkestra.adapters.workspaces.removal import remove_tree
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def admin_of(common_dir: Path, path: Path) -> Path | None:
    """Find the directory of the work tree at `path` by what is written there, never by what lies in the tree."""
    candidates = (common_dir / "worktrees").glob(f"{path.name}*")
    return next((admin for admin in sorted(candidates) if _belongs(admin, path)), None)


def administered(common_dir: Path, path: Path, name: str) -> Path:
    """Return the new directory for a work tree at `path`, which is made too, on the branch `orkestra/<name>`.

    A work tree of the user that has this name keeps it. Raises SafetyError when the disk refuses.
    """
    workshop = common_dir / "orkestra" / f"new-{name}"
    remove_tree(workshop)
    try:
        workshop.mkdir(parents=True)
        (workshop / "HEAD").write_text(f"ref: refs/heads/orkestra/{name}\n", "utf-8")
        (workshop / "commondir").write_text("../..\n", "utf-8")
        (workshop / "gitdir").write_text(f"{path / '.git'}\n", "utf-8")
        path.mkdir(parents=True, exist_ok=True)
        return _moved_in(workshop, common_dir / "worktrees", name)
    except OSError as error:
        raise SafetyError(f"can't make a work tree at {str(path)!r}: {error.strerror}; then run again") from None


def remove_admin(admin: Path) -> None:
    """Delete the directory of a work tree in one step, as git sees it; no error when it is gone."""
    grave = admin.parent.parent / "orkestra" / f"old-{secrets.token_hex(8)}"
    grave.parent.mkdir(exist_ok=True)
    try:
        admin.rename(grave)
    except FileNotFoundError:
        return
    remove_tree(grave)


def _moved_in(workshop: Path, worktrees: Path, name: str) -> Path:
    worktrees.mkdir(exist_ok=True)
    for place in _places(worktrees, name):
        if not place.exists():
            return workshop.rename(place)
    raise AssertionError  # pragma: no cover - there is always another place


def _places(worktrees: Path, name: str) -> Iterator[Path]:
    yield worktrees / name
    yield from (worktrees / f"{name}-{number}" for number in itertools.count(2))


def _belongs(admin: Path, path: Path) -> bool:
    try:
        return (admin / "gitdir").read_text("utf-8").strip() == str(path / ".git")
    except (OSError, UnicodeDecodeError):
        return False
