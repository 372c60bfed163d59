"""Where things lie in a project's directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

QUEUE_RECORD: Final = "config/task-queue.json"
PROJECT_RECORD: Final = "config/project.json"
SETTINGS_FILE: Final = "config/config.json"
VOTING: Final = "logs/voting"
OUTCOMES: Final = "logs/outcomes"
NOTIFICATIONS: Final = "logs/notifications"
EXECUTION_LOG: Final = "logs/execution/task-execution.log"

RESERVED: Final = frozenset({QUEUE_RECORD, PROJECT_RECORD, SETTINGS_FILE, "config/config.toml", "logs", ".orkestra"})
"""Paths that agents may not touch: they are Orkestra's own."""

IGNORED: Final = (".orkestra/", "logs/execution/", "logs/audit/", f"{NOTIFICATIONS}/")
"""What the project's git never sees."""


@dataclass(frozen=True)
class Layout:
    """The paths of one project."""

    root: Path

    @property
    def state(self) -> Path:
        """Orkestra's own directory within the project, ignored by git."""
        return self.root / ".orkestra"

    @property
    def database(self) -> Path:
        """The one truth."""
        return self.state / "orkestra.db"

    @property
    def worktrees(self) -> Path:
        """Where tasks are worked on."""
        return self.state / "worktrees"

    @property
    def scratch(self) -> Path:
        """Files that are being written; what a crash leaves here is in nobody's way."""
        return self.state / "tmp"

    @property
    def locks(self) -> Path:
        """Lock files between processes."""
        return self.state / "locks"

    @property
    def queue_record(self) -> Path:
        """The queue, for people and for git."""
        return self.root / QUEUE_RECORD

    @property
    def project_record(self) -> Path:
        """The project's name, id and birthday."""
        return self.root / PROJECT_RECORD

    @property
    def execution_log(self) -> Path:
        """What happened to tasks, one JSON object a line."""
        return self.root / EXECUTION_LOG

    @property
    def notifications(self) -> Path:
        """Notes for agents, a file for each."""
        return self.root / NOTIFICATIONS

    def vote_record(self, vote_id: str) -> Path:
        """Return the record of one vote."""
        return self.root / VOTING / f"{vote_id}.json"

    def outcome_record(self, vote_id: str) -> Path:
        """Return the record of what a vote decided."""
        return self.root / OUTCOMES / f"{vote_id}-outcome.json"
