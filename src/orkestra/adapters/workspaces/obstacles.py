"""What stands on disk where a landing adds a file: git would not call an ignored file dirty."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from orkestra.adapters.workspaces.objects import Change


def obstacles(root: Path, changed: Collection[Change]) -> set[str]:
    """Return the paths beneath `root` that the added files would overwrite or that block their directories."""
    removed = {change.path for change in changed if change.removed}
    added = [change.path for change in changed if change.added]
    return {found for path in added for found in _in_the_way(root, path) if found not in removed}


def _in_the_way(root: Path, path: str) -> Iterable[str]:
    parts = path.split("/")
    for depth in range(1, len(parts)):
        above = "/".join(parts[:depth])
        kind = _kind(root / above)
        if kind is None:
            return []
        if not stat.S_ISDIR(kind):
            return [above]
    kind = _kind(root / path)
    if kind is None:
        return []
    return _files(root, path) if stat.S_ISDIR(kind) else [path]


def _kind(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _files(root: Path, path: str) -> Iterable[str]:
    return [
        (Path(directory) / name).relative_to(root).as_posix()
        for directory, _, names in os.walk(root / path)
        for name in names
    ]
