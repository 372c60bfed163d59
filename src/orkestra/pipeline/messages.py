"""Commit messages in the conventional form (conventionalcommits.org 1.0.0), by the project's template."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.domain.text import one_line, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.tasks import Task

TASK_TRAILER: Final = "Orkestra-Task"
COMMIT_TYPE: Final = "commit_type"
"""In a task's metadata: the conventional type of its commit."""
MAX_SUBJECT: Final = 72
MAX_PROOF: Final = 300
TYPES: Final = (
    *("feat", "fix", "docs", "style", "refactor", "perf"),
    *("test", "build", "ci", "chore", "revert"),
)
_BY_CATEGORY: Final = {
    "bug": "fix",
    "bugfix": "fix",
    "documentation": "docs",
    "performance": "perf",
    "refactoring": "refactor",
    "testing": "test",
    "tests": "test",
}
_BY_TITLE: Final = {
    "document": "docs",
    "write the documentation": "docs",
    "write the readme": "docs",
    "fix": "fix",
    "repair": "fix",
    "refactor": "refactor",
    "rename": "refactor",
    "remove": "refactor",
    "test": "test",
    "speed up": "perf",
    "revert": "revert",
}
_HOLDERS: Final = {"src", "lib", "packages", "crates", "apps", "cmd", "internal", "pkg"}
"""Directories that say nothing themselves: what lies in them has the name."""
_ASIDE: Final = {"tests", "test", "docs", "doc", "examples", "benchmarks", ".github"}
"""Directories whose files follow a change that is made elsewhere."""
_PLACEHOLDER: Final = re.compile(r"\{(\w*)\}")
_EMPTY_SCOPE: Final = re.compile(r"\(\{scope\}\)|\[\{scope\}\]|\{scope\}[/:]?")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a commit message is written from: the coder's summary, the files it changed, and what proved it."""

    summary: str
    files: tuple[str, ...] = ()
    proof: str = ""


def commit_message(task: Task, change: Change, template: str) -> str:
    """Return the message of the commit that lands a task, with a trailer that names the task.

    What a coder says stands in the body as indented text, so that it can't pose as a trailer.
    """
    said = [f"  {line}" for line in shown(change.summary).splitlines() if line.strip()]
    proof = f"Proof: {one_line(change.proof, MAX_PROOF)}" if change.proof else ""
    parts = [_subject(task, change.files, template), "\n".join(said), proof, f"{TASK_TRAILER}: {task.id}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def commit_type(task: Task) -> str:
    """Return the conventional type of a task's commit, by its metadata, else its category, else its title."""
    named = task.metadata.get(COMMIT_TYPE)
    if named in TYPES:
        return str(named)
    category = task.category.casefold()
    if category in TYPES or category in _BY_CATEGORY:
        return _BY_CATEGORY.get(category, category)
    title = " ".join(task.title.split()).casefold()
    return next((kind for start, kind in _BY_TITLE.items() if re.match(rf"{start}\b", title)), "feat")


def scope_of(files: Sequence[str]) -> str:
    """Return the package that all changed files lie in, tests and documentation aside; "" for several."""
    ours = [path for path in files if path.partition("/")[0] not in _ASIDE]
    above = {_package(posixpath.dirname(path)) for path in ours}
    return above.pop() if len(above) == 1 else ""


def _package(directory: str) -> str:
    parts = [part for part in directory.split("/") if part]
    named = parts[1:] if parts and parts[0] in _HOLDERS else parts
    return named[0] if named and re.fullmatch(r"[\w.-]{1,30}", named[0]) else ""


def _subject(task: Task, files: Sequence[str], template: str) -> str:
    title = " ".join(shown(task.title).split())
    scope = scope_of(files)
    form = template if scope else _EMPTY_SCOPE.sub("", template)
    values = {"type": commit_type(task), "scope": scope, "subject": f"{title[0].lower()}{title[1:]}"}
    line = " ".join(_PLACEHOLDER.sub(lambda found: values[found[1]], form).split())
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1].rstrip() + "…"
