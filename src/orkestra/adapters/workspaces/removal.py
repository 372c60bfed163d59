"""Directories that Orkestra made itself, gone for good."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from orkestra.domain.errors import SafetyError


def remove_tree(path: Path) -> None:
    """Delete a directory of ours with all in it, never what a link points to; no error when it is gone.

    Raises SafetyError when the system won't let go of it.
    """
    try:
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.exists():
            _unlock(path)
            shutil.rmtree(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise SafetyError(f"can't remove {str(path)!r}: {error.strerror}; remove it, then run again") from None


def _unlock(path: Path) -> None:
    """Make all directories writable: code that ran there may have locked them."""
    path.chmod(stat.S_IRWXU)
    for directory, below, _ in os.walk(path):
        for name in below:
            inner = Path(directory) / name
            if not inner.is_symlink() and inner.stat().st_mode & stat.S_IRWXU != stat.S_IRWXU:
                inner.chmod(stat.S_IRWXU)
