"""Finding the project that the user means; apart from making one, so that a status line loads no git."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orkestra.core.known import known_projects
from orkestra.core.layout import Layout
from orkestra.domain.errors import ConfigError

if TYPE_CHECKING:
    import os


def find_project(name: str | os.PathLike[str] = ".") -> Path:
    """Return the directory of a project: a path to it or into it, or the name of a known one.

    Raises ConfigError when there is none.
    """
    place = Path(name).resolve()
    for directory in (place, *place.parents) if place.exists() else ():
        layout = Layout.of(directory)
        if layout.database.exists() or layout.project_record.exists():
            return directory
    for entry in known_projects():
        if entry["name"] == str(name):
            return Path(entry["path"])
    if not place.exists():
        raise ConfigError(f"no project is called {str(name)!r}, and there is no such directory")
    raise ConfigError(
        f"{place} is not in a project; `orkestra new NAME` makes one, `orkestra run WORK` works on a git repository"
    )
