"""The home, the settings, and the project."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from orkestra.config.home import orkestra_home
from orkestra.config.settings import load_settings
from orkestra.core.finding import find_project
from orkestra.core.opening import open_project
from orkestra.domain.errors import ConfigError, OrkestraError
from orkestra.orchestrator.doctor.finding import found, missing, wrong
from orkestra.plugins.crews import require_crew
from orkestra.tasks.queue import TaskQueue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from orkestra.config.settings import Settings
    from orkestra.orchestrator.doctor.finding import Finding

AREA: Final = "places"


def read_settings(project: Path | None) -> tuple[Settings | None, Finding]:
    """Return the settings that hold, None where they are malformed, and what is found of them."""
    try:
        settings = load_settings(project)
    except ConfigError as error:
        return None, wrong(AREA, "settings", str(error), "put that line right")
    try:
        require_crew(settings.crew)
    except ConfigError as error:
        return settings, wrong(AREA, "settings", str(error), "name one of these as the crew")
    return settings, found(AREA, "settings", "read")


def examine_home() -> Finding:
    """Return whether Orkestra can keep what is its own."""
    home = orkestra_home()
    nearest = next(place for place in (home, *home.parents) if place.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        return wrong(AREA, "home", f"{home} can't be written to", "set ORKESTRA_HOME to a directory that can")
    return found(AREA, "home", str(home) if home.exists() else f"{home} (made when it is needed)")


def project_at(name: str) -> Path | None:
    """Return the project that is meant, None where there is none."""
    try:
        return find_project(name)
    except ConfigError:
        return None


def examine_project(root: Path | None) -> Sequence[Finding]:
    """Return whether the project's records can be read and its database is whole; nothing outside a project."""
    if root is None:
        remedy = "`orkestra new NAME` makes one, `orkestra run WORK` works on a git repository"
        return [missing(AREA, "project", "not in one", remedy)]
    try:
        with open_project(root) as project, TaskQueue(project):
            said = [row["quick_check"] for row in project.store.rows("PRAGMA quick_check(1)")]
    except OrkestraError as error:
        return [wrong(AREA, "project", str(error), "restore its .orkestra/ from a backup; no record is touched")]
    if said != ["ok"]:
        return [
            wrong(
                AREA, "project", f"its database is damaged: {'; '.join(said)}", "restore its .orkestra/ from a backup"
            )
        ]
    return [found(AREA, "project", f"{root}, its database is whole")]
