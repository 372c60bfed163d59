"""Opening a project: store, settings, clock, locks and story in one handle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from orkestra.adapters.locks.files import FileLocks
from orkestra.adapters.stores.sqlite import SqliteStore
from orkestra.config.settings import Settings, load_settings
from orkestra.core.layout import Layout
from orkestra.core.story import Story
from orkestra.domain.clock import SystemClock
from orkestra.domain.errors import ConfigError

if TYPE_CHECKING:
    import os

    from orkestra.domain.ports import Clock, Locks, Store


@dataclass(frozen=True, kw_only=True)
class OpenProject:
    """A project in use: everything that the rooms above need of the ground."""

    layout: Layout
    store: Store
    settings: Settings
    clock: Clock
    locks: Locks
    story: Story

    @property
    def root(self) -> Path:
        """The project's directory."""
        return self.layout.root

    def close(self) -> None:
        """Give back what was opened."""
        self.store.close()

    def __enter__(self) -> Self:
        """Use the project for a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give back what was opened."""
        self.close()


class InProject:
    """The beginning of every public class that works in a project: it opens one, or uses an open one."""

    def __init__(self, project_root: str | os.PathLike[str] | OpenProject) -> None:
        self._project = project_root if isinstance(project_root, OpenProject) else open_project(project_root)
        self._opened_here = self._project is not project_root

    def close(self) -> None:
        """Give back the project, if it was opened here."""
        if self._opened_here:
            self._project.close()

    def __enter__(self) -> Self:
        """Use it for a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def open_project(root: str | os.PathLike[str], *, clock: Clock | None = None) -> OpenProject:
    """Return a handle on the project in `root`; a directory without one gets its database.

    Raises ConfigError for a directory that does not exist or malformed settings, RecordError for a
    database that can't be used.
    """
    directory = Path(root).resolve()
    if not directory.is_dir():
        message = f"{directory} is not a directory; `orkestra new NAME` makes a project"
        raise ConfigError(message)
    layout = Layout.of(directory)
    settings = load_settings(layout.record(""))
    store = SqliteStore(layout.database)
    used = clock or SystemClock()
    return OpenProject(
        layout=layout,
        store=store,
        settings=settings,
        clock=used,
        locks=FileLocks(layout.locks),
        story=Story(store, used),
    )
