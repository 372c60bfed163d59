"""The environment of generated code: what programs need to be found and to run, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from orkestra.adapters.sandbox.orphans import MARK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePath


def search_path(given: str) -> str:
    """Return the PATH for a program: the given one, or the present one."""
    return given or os.environ.get("PATH", os.defpath)


def clean_environment(path: str, home: PurePath, scratch: PurePath, mark: str) -> Mapping[str, str]:
    """Return all variables that a program gets: no key can be among them, because none is copied."""
    return {
        "PATH": path,
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "PYTHONDONTWRITEBYTECODE": "1",
        MARK: mark,
    }
