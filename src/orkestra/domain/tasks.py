"""Tasks: what there is to do, its state, and which changes of state are legal."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from orkestra.domain.errors import InvalidPriorityError, InvalidStatusError, InvalidTaskError

MAX_DESCRIPTION: Final = 500
MAX_INSTRUCTIONS: Final = 100_000
_REFUSED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab and line ends, and halves of characters, which no file and no database can hold."""


class TaskStatus(StrEnum):
    """Where a task stands."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"

    @classmethod
    def parse(cls, value: TaskStatus | str) -> TaskStatus:
        """Return the status that a name means, in any case; raise InvalidStatusError otherwise."""
        try:
            return cls(str(value).lower())
        except ValueError:
            known = ", ".join(cls)
            message = f"{value!r} is not a status; use one of: {known}"
            raise InvalidStatusError(message) from None


_OPEN: Final = frozenset(TaskStatus)
TRANSITIONS: Final[dict[TaskStatus, frozenset[TaskStatus]]] = {
    TaskStatus.PENDING: _OPEN,
    TaskStatus.IN_PROGRESS: _OPEN,
    TaskStatus.BLOCKED: _OPEN - {TaskStatus.COMPLETED},
    TaskStatus.FAILED: frozenset({TaskStatus.FAILED, TaskStatus.PENDING, TaskStatus.CANCELLED}),
    TaskStatus.COMPLETED: frozenset({TaskStatus.COMPLETED}),
    TaskStatus.CANCELLED: frozenset({TaskStatus.CANCELLED}),
}
"""Each status with those that may follow it; a status may always follow itself."""

FINAL: Final = frozenset(status for status, after in TRANSITIONS.items() if after == {status})


def check_transition(task_id: str, old: TaskStatus, new: TaskStatus) -> None:
    """Raise InvalidStatusError, naming both, unless `new` may follow `old`."""
    if new not in TRANSITIONS[old]:
        allowed = ", ".join(sorted(TRANSITIONS[old] - {old})) or "nothing: it is final"
        message = f"task {task_id} is {old} and can't become {new}; what may follow {old}: {allowed}"
        raise InvalidStatusError(message)


class TaskPriority(StrEnum):
    """How urgent a task is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """1 for the most urgent (critical) to 4 (low)."""
        return _BY_RANK.index(self) + 1

    @classmethod
    def parse(cls, value: TaskPriority | str | int) -> TaskPriority:
        """Return the priority that a name in any case, or a number, means.

        1 is critical, 2 high, 3 medium, 4 and more low. Raises InvalidPriorityError otherwise.
        """
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return _BY_RANK[min(value, len(_BY_RANK)) - 1]
        try:
            return cls(str(value).lower())
        except ValueError:
            message = f"{value!r} is not a priority; use critical, high, medium, low, or a number from 1 (critical)"
            raise InvalidPriorityError(message) from None


_BY_RANK: Final = (TaskPriority.CRITICAL, TaskPriority.HIGH, TaskPriority.MEDIUM, TaskPriority.LOW)


@dataclass(frozen=True, kw_only=True)
class Task:
    """One piece of work; `ordinal` counts from 1 in order of addition, times are ISO 8601 UTC."""

    id: str
    ordinal: int
    description: str
    instructions: str = ""
    priority: TaskPriority = TaskPriority.MEDIUM
    category: str = "general"
    task_type: str = "technical"
    status: TaskStatus = TaskStatus.PENDING
    dependencies: list[str] = field(default_factory=list)
    assigned_to: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    created_at: str = ""
    updated_at: str = ""
    completed_at: str | None = None

    @property
    def title(self) -> str:
        """The description under its other promised name."""
        return self.description


@dataclass(frozen=True, kw_only=True)
class TaskDraft:
    """A task that is not in the queue yet; `dependencies` are ids, or keys of drafts of the same batch."""

    description: str
    key: str = ""
    instructions: str = ""
    priority: TaskPriority = TaskPriority.MEDIUM
    category: str = "general"
    task_type: str = "technical"
    dependencies: tuple[str, ...] = ()
    assigned_to: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise InvalidTaskError for text that can't be a task's."""
        check_text("description", self.description, MAX_DESCRIPTION)
        check_text("instructions", self.instructions, MAX_INSTRUCTIONS)
        for what in ("key", "category", "task_type", "assigned_to"):
            check_text(what, getattr(self, what) or "", MAX_DESCRIPTION)
        if not self.description.strip():
            message = "a task needs a description: say in a few words what is to be done"
            raise InvalidTaskError(message)


def check_text(what: str, text: str, limit: int) -> None:
    """Raise InvalidTaskError when a text is longer than `limit` characters or holds control characters."""
    if not isinstance(text, str):
        message = f"a task's {what} is text, not {type(text).__name__}"
        raise InvalidTaskError(message)
    if len(text) > limit:
        message = f"a task's {what} has {len(text):,} characters; at most {limit:,} are allowed"
        raise InvalidTaskError(message)
    if found := _REFUSED.search(text):
        message = f"a task's {what} holds the control character U+{ord(found[0]):04X} at position {found.start()}"
        raise InvalidTaskError(message)
