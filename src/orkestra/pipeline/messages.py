"""Commit messages in the conventional form (conventionalcommits.org 1.0.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from orkestra.domain.tasks import Task

TASK_TRAILER: Final = "Orkestra-Task"
MAX_SUBJECT: Final = 72
_TYPES: Final = {
    "document": "docs",
    "fix": "fix",
    "repair": "fix",
    "refactor": "refactor",
    "test": "test",
    "write the documentation": "docs",
    "write the readme": "docs",
}


def commit_message(task: Task, summary: str) -> str:
    """Return the message of the commit that lands a task, with a trailer that names the task.

    What a coder says stands in the body as indented text, so that it can't pose as a trailer.
    """
    title = " ".join(task.title.split())
    kind = next((kind for start, kind in _TYPES.items() if title.casefold().startswith(start)), "feat")
    subject = f"{kind}: {title[0].lower()}{title[1:]}"
    if len(subject) > MAX_SUBJECT:
        subject = subject[: MAX_SUBJECT - 1].rstrip() + "…"
    said = [f"  {line}" for line in summary.splitlines() if line.strip()]
    return "\n".join([subject, "", *said, *([""] if said else []), f"{TASK_TRAILER}: {task.id}", ""])
