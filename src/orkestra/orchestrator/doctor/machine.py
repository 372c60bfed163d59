"""The machine: Python, SQLite, git, the sandbox, the disk, the terminal."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
from typing import TYPE_CHECKING, Final

from orkestra.adapters.sandbox.choosing import WALLED
from orkestra.adapters.workspaces.git import OLDEST, Git, program, version
from orkestra.adapters.workspaces.objects import has_identity
from orkestra.domain.errors import ConfigError
from orkestra.domain.sandboxes import SandboxUse
from orkestra.orchestrator.doctor.finding import found, missing, wrong

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from orkestra.orchestrator.doctor.finding import Finding

AREA: Final = "machine"
OLDEST_PYTHON: Final = (3, 11)
OLDEST_SQLITE: Final = (3, 38)
"""The first with `->>`."""
ENOUGH_BYTES: Final = 1 << 30
"""A checkout of each task at work, each with its tests' own files."""
_GIGA: Final = 1e9


def examine_machine(directory: Path, use: SandboxUse) -> Sequence[Finding]:
    """Return what is found of everything but the AIs; `directory` is where work is done."""
    return [_python(), _sqlite(), *_git(directory), _sandbox(use), _disk(directory), _terminal()]


def _python() -> Finding:
    if sys.version_info < OLDEST_PYTHON:
        return wrong(AREA, "Python", platform.python_version(), "install Python 3.11 or newer")
    return found(AREA, "Python", f"{platform.python_version()} ({sys.executable})")


def _sqlite() -> Finding:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return wrong(AREA, "SQLite", sqlite3.sqlite_version, "use a Python whose SQLite is 3.38 or newer")
    return found(AREA, "SQLite", sqlite3.sqlite_version)


def _git(directory: Path) -> Sequence[Finding]:
    oldest = ".".join(map(str, OLDEST))
    try:
        installed, where = version(), program()
    except ConfigError:
        return [wrong(AREA, "git", "not on PATH", f"install git {oldest} or newer")]
    shown = ".".join(map(str, installed))
    if installed < OLDEST:
        return [wrong(AREA, "git", shown, f"install git {oldest} or newer")]
    return [found(AREA, "git", f"{shown} ({where})"), _identity(directory)]


def _identity(directory: Path) -> Finding:
    if has_identity(Git(git_dir=directory / ".git", work_tree=directory)):
        return found(AREA, "git identity", "name and address are set")
    return missing(
        AREA,
        "git identity",
        "commits are made as Orkestra",
        'git config --global user.name "YOU" && git config --global user.email YOU@EXAMPLE.ORG',
    )


def _sandbox(use: SandboxUse) -> Finding:
    if use is SandboxUse.NONE:
        return missing(AREA, "sandbox", "the setting `sandbox` is `none`", "set it to `auto` to have walls")
    from orkestra.adapters.sandbox.confinement import bubblewrap_version
    from orkestra.adapters.sandbox.probing import why_no_walls

    reason, remedy = why_no_walls()
    if not reason:
        return found(AREA, "sandbox", f"{WALLED} {'.'.join(map(str, bubblewrap_version()))}, tried: it works")
    if use is SandboxUse.REQUIRED:
        return wrong(AREA, "sandbox", f"required by the settings, and {reason}", remedy)
    return missing(AREA, "sandbox", f"{reason}: generated code can read your files and reach the network", remedy)


def _disk(directory: Path) -> Finding:
    free = shutil.disk_usage(directory).free
    shown = f"{free / _GIGA:.1f} GB free"
    if not os.access(directory, os.W_OK):
        return wrong(AREA, "disk", f"{directory} can't be written to", "go where you may write, or make it writable")
    if free < ENOUGH_BYTES:
        return missing(AREA, "disk", shown, "make room: each task at work has a checkout of its own")
    return found(AREA, "disk", shown)


def _terminal() -> Finding:
    if sys.stdout is None or not sys.stdout.isatty():
        return found(AREA, "terminal", "none: questions wait in `orkestra inbox`, plans need --auto-approve")
    columns = shutil.get_terminal_size().columns
    shown = f"{os.environ.get('TERM', 'of unknown kind')}, {columns} columns, {sys.stdout.encoding}"
    if not sys.stdout.encoding.casefold().startswith("utf"):
        return missing(AREA, "terminal", shown, "set LANG to a UTF-8 locale: names and drawings may be garbled")
    return found(AREA, "terminal", shown)
