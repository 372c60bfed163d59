"""The projects that this home knows, and the one in use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from orkestra.config.home import orkestra_home
from orkestra.core.records import render_record, write_atomically

PROJECTS: Final = "config/projects.json"
CURRENT: Final = "config/current-project.json"


def remember(name: str, path: Path) -> None:
    """Note a project as known and as the current one."""
    home = orkestra_home()
    entries = [entry for entry in known_projects() if entry["path"] != str(path)]
    entries.append({"name": name, "path": str(path)})
    write_atomically(home / PROJECTS, render_record({"projects": entries}))
    write_atomically(home / CURRENT, render_record({"name": name, "path": str(path)}))


def known_projects() -> list[dict[str, str]]:
    """Return `name` and `path` of every project this home knows, those that still exist."""
    entries = _read(orkestra_home() / PROJECTS).get("projects", [])
    return [entry for entry in entries if Path(entry["path"]).is_dir()]


def current_project() -> Path | None:
    """Return the directory of the project that was made or loaded last, None when there is none."""
    path = _read(orkestra_home() / CURRENT).get("path")
    return Path(path) if path else None


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # A list for convenience, derived from what is on disk: a damaged one is begun anew, no project is lost.
        return {}
    return content if isinstance(content, dict) else {}
