"""Projects: each its own directory and git repository, apart from the framework."""

from __future__ import annotations

import json
import pkgutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from orkestra.adapters.workspaces.repository import Repository, require_git
from orkestra.codec import pretty
from orkestra.config.settings import load_settings
from orkestra.core.finding import find_project
from orkestra.core.known import known_projects, remember
from orkestra.core.layout import EXECUTION_LOG, IGNORED, OUTCOMES, PROJECT_RECORD, SETTINGS_FILE, VOTING, Layout
from orkestra.core.naming import check_name
from orkestra.core.opening import OpenProject, open_project
from orkestra.core.records import render_record, write_atomically
from orkestra.domain.clock import iso
from orkestra.domain.errors import ConfigError, RecordError
from orkestra.domain.identity import new_id

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

_CREATED = "SELECT count(*) AS created FROM events WHERE kind = 'project.created'"
_BEGUN = "SELECT (SELECT count(*) FROM tasks) + (SELECT count(*) FROM runs WHERE status = 'open') AS begun"


@dataclass(frozen=True)
class OrkestraProject:
    """A project on disk: its name, its directory, and its record."""

    name: str
    path: Path
    config: dict[str, Any]

    @classmethod
    def create(
        cls,
        name: str,
        path: str | os.PathLike[str] | None = None,
        *,
        description: str = "",
        settings: Mapping[str, Any] | None = None,
    ) -> Self:
        """Make a project in `path` (default: `./NAME`, or where the setting `projects_dir` says) and return it.

        `settings` become the project's `config/config.json`. A creation that was killed half-way is finished.
        Raises ConfigError for a bad name or a directory that holds something else.
        """
        directory = _place(name, path)
        require_git()  # before anything is made
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"{directory} can't be made: {error.strerror}; choose another place with --path"
            ) from error
        with open_project(directory) as project:
            if _is_created(project):
                raise _made_already(directory)
            _furnish(project, name, _first_files(project, name, description, settings))
        return cls.load(directory)

    @classmethod
    def unplanned(cls, name: str, path: str | os.PathLike[str] | None = None) -> Self | None:
        """Return the project that was made there and never planned (a full disk, a rejected plan), else None.

        Raises ConfigError where no project can be made: a bad name, a directory that holds something else, or a
        project with tasks, or with a plan under way.
        """
        directory = _place(name, path)
        if not Layout.of(directory).database.exists():
            return None
        with open_project(directory) as project:
            if not _is_created(project):
                return None
            if project.store.rows(_BEGUN)[0]["begun"]:
                raise _made_already(directory)
        found = cls.load(directory)
        if found.name != name:
            raise ConfigError(f"{directory} is the project {found.name!r}; choose another place with --path")
        return found

    @classmethod
    def load(cls, name: str | os.PathLike[str] = ".") -> Self:
        """Return the project in that directory, or the known one of that name, and make it the current one.

        Raises ConfigError when there is none, RecordError when its record is damaged.
        """
        directory = find_project(name)
        record = Layout.of(directory).project_record
        try:
            config = json.loads(record.read_text(encoding="utf-8"))
            title = str(config["name"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RecordError(f"{record} can't be read ({error}); restore it with git") from error
        remember(title, directory)
        return cls(title, directory, config)

    @staticmethod
    def list_projects() -> list[dict[str, str]]:
        """Return `name` and `path` of the projects that this home knows."""
        return known_projects()

    def open(self) -> OpenProject:
        """Return a handle on the project."""
        return open_project(self.path)


def _place(name: str, path: str | os.PathLike[str] | None) -> Path:
    check_name(name)
    directory = Path(path or Path(load_settings().projects_dir or ".").expanduser() / name).resolve()
    _refuse_foreign(directory)
    return directory


def _made_already(directory: Path) -> ConfigError:
    return ConfigError(f"{directory} is a project already; `orkestra start` in it goes on")


def _refuse_foreign(directory: Path) -> None:
    if directory.exists() and not directory.is_dir():
        raise ConfigError(f"{directory} is a file; choose another name or --path")
    if directory.is_dir() and any(directory.iterdir()) and not Layout.of(directory).database.exists():
        raise ConfigError(f"{directory} exists and is not empty; choose another name or --path")


def _is_created(project: OpenProject) -> bool:
    return bool(project.store.rows(_CREATED)[0]["created"])


def _furnish(project: OpenProject, name: str, files: Mapping[str, bytes]) -> None:
    layout = project.layout
    for kept in (VOTING, OUTCOMES, EXECUTION_LOG):
        layout.record(kept).parent.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        write_atomically(layout.root / path, content, scratch=layout.scratch)
    Repository.init(layout.root).commit(files, f"chore: begin {name}")
    with project.store.transaction() as write:
        project.story.tell(write, "project.created", name)


def _first_files(
    project: OpenProject, name: str, description: str, settings: Mapping[str, Any] | None
) -> dict[str, bytes]:
    readme = (pkgutil.get_data("orkestra.core", "template/README.md") or b"").decode()
    ignored = "".join(f"{path}\n" for path in (*IGNORED, "__pycache__/", ".pytest_cache/", ".venv/", "node_modules/"))
    return {
        ".gitignore": ignored.encode(),
        "README.md": readme.format(name=name, description=description or "A project.").encode(),
        PROJECT_RECORD: _birth(project, name),
        **({SETTINGS_FILE: pretty(dict(settings))} if settings else {}),
    }


def _birth(project: OpenProject, name: str) -> bytes:
    """Return the project's record; the one that a killed creation has written stays, so that it is committed once."""
    record = project.layout.project_record
    if record.is_file():
        written = record.read_bytes()
        with suppress(ValueError, TypeError, KeyError):
            if json.loads(written)["name"] == name:
                return written
    return render_record({"id": new_id("project"), "name": name, "created_at": iso(project.clock.now())})
