"""Guests: repositories that Orkestra did not make and works in all the same, keeping its records to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.adapters.workspaces.repository import Repository
from orkestra.adapters.workspaces.standing import Standing, enclosing_root, standing_of
from orkestra.core.known import remember
from orkestra.core.layout import GUEST_RECORDS, Layout
from orkestra.core.opening import open_project
from orkestra.core.records import render_record, write_atomically
from orkestra.domain.clock import iso
from orkestra.domain.errors import ConfigError
from orkestra.domain.identity import new_id

if TYPE_CHECKING:
    from pathlib import Path

    from orkestra.core.opening import OpenProject

_CREATED = "SELECT count(*) AS created FROM events WHERE kind = 'project.created'"


def enter(place: Path) -> tuple[OpenProject, Standing]:
    """Return the project of the repository that a directory is in, and how the repository stands.

    A repository that is no project yet becomes one: `.orkestra/`, which git ignores, gets a database and
    records, and no file of the repository is touched. Raises ConfigError for a place that can't be worked in.
    """
    root = enclosing_root(place)
    standing = standing_of(Repository.open(root))
    layout = Layout.of(root)
    if not layout.database.exists() and not layout.project_record.exists():
        _make_room(root)
    project = open_project(root)
    try:
        _furnish(project)
    except BaseException:
        project.close()
        raise
    return project, standing


def _make_room(root: Path) -> None:
    try:
        (root / GUEST_RECORDS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{root} can't be written to: {error.strerror}; Orkestra keeps its state there") from error


def _furnish(project: OpenProject) -> None:
    """Write the project's record and the first event, whatever an earlier life left undone."""
    layout, name = project.layout, project.root.name
    if not layout.records or project.store.rows(_CREATED)[0]["created"]:
        return
    if not layout.project_record.exists():
        born = {"id": new_id("project"), "name": name, "created_at": iso(project.clock.now())}
        write_atomically(layout.project_record, render_record(born), scratch=layout.scratch)
    remember(name, layout.root)
    with project.store.transaction() as write:
        project.story.tell(write, "project.created", name)
