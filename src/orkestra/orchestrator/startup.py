"""Start-up: what has to be there is looked for, what has to be made is made."""

from __future__ import annotations

import os
import sqlite3
import sys
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.repository import Repository
from orkestra.core.finding import find_project
from orkestra.core.opening import open_project
from orkestra.domain.errors import ConfigError
from orkestra.orchestrator.orchestrator import Orchestrator

if TYPE_CHECKING:
    from orkestra.agents.crew import Crew
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Person

OLDEST_PYTHON: Final = (3, 11)
OLDEST_SQLITE: Final = (3, 35, 0)
"""The first that knows RETURNING."""


class SystemStartup:
    """Brings up the orchestrator of the project in `project_root`."""

    def __init__(
        self,
        project_root: str | os.PathLike[str] = ".",
        *,
        crew: Crew | None = None,
        person: Person | None = None,
    ) -> None:
        self._root = project_root
        self._crew = crew
        self._person = person

    def initialize(self) -> Orchestrator:
        """Check the requirements, make the directories, and return the orchestrator, not yet started.

        Raises ConfigError for a missing requirement or project, GitError for a project without git.
        """
        check_requirements()
        project = open_project(find_project(self._root))
        Repository.open(project.root)
        make_directories(project)
        return Orchestrator(project, crew=self._crew, person=self._person)


def check_requirements() -> None:
    """Raise ConfigError, saying what to install, when Python or SQLite is too old."""
    if sys.version_info < OLDEST_PYTHON:
        raise ConfigError(f"Python {sys.version.split()[0]} is too old: install 3.11 or newer")
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise ConfigError(f"SQLite {sqlite3.sqlite_version} is too old: install a Python with 3.35 or newer")


def make_directories(project: OpenProject) -> None:
    """Make the directories that work needs."""
    layout = project.layout
    for directory in (layout.worktrees, layout.locks, layout.execution_log.parent):
        directory.mkdir(parents=True, exist_ok=True)
