"""Where things lie in a project's directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

QUEUE_RECORD: Final = "config/task-queue.json"
PROJECT_RECORD: Final = "config/project.json"
SETTINGS_FILE: Final = "config/config.json"
VOTING: Final = "logs/voting"
OUTCOMES: Final = "logs/outcomes"
NOTIFICATIONS: Final = "logs/notifications"
EXECUTION_LOG: Final = "logs/execution/task-execution.log"

RESERVED: Final = frozenset({QUEUE_RECORD, PROJECT_RECORD, SETTINGS_FILE, "config/config.toml", "logs"})
"""Records that agents may not touch: they are Orkestra's own."""

STATE: Final = ".orkestra"
GUEST_RECORDS: Final = f"{STATE}/records"
"""Where records live in a repository that Orkestra did not make: `config` and `logs` may mean something else there."""

IGNORED: Final = (".orkestra/", "logs/execution/", "logs/audit/", f"{NOTIFICATIONS}/")
"""What the project's git never sees."""


@dataclass(frozen=True)
class Layout:
    """The paths of one project; its records live in `records`, a path within it ("" for the root itself)."""

    root: Path
    records: str = ""

    @classmethod
    def of(cls, root: Path) -> Self:
        """Return the layout of a directory as it is: of a project of ours, or of a repository we are guests in."""
        return cls(root, GUEST_RECORDS if (root / GUEST_RECORDS).is_dir() else "")

    @property
    def state(self) -> Path:
        """Orkestra's own directory within the project, ignored by git."""
        return self.root / STATE

    @property
    def reserved(self) -> frozenset[str]:
        """The paths that agents may not touch."""
        return frozenset(self.record(path).relative_to(self.root).as_posix() for path in RESERVED) | {STATE}

    def record(self, path: str) -> Path:
        """Return where a record of that name lives."""
        return self.root / self.records / path

    def for_git(self, contents: Mapping[Path, bytes]) -> dict[str, bytes]:
        """Return, by their paths within the project, those of these records that its git keeps.

        What lives in Orkestra's own directory is ignored by git, so a guest's records are never among them.
        """
        kept = {path: content for path, content in contents.items() if not path.is_relative_to(self.state)}
        return {path.relative_to(self.root).as_posix(): content for path, content in kept.items()}

    @property
    def database(self) -> Path:
        """The one truth."""
        return self.state / "orkestra.db"

    @property
    def plan(self) -> Path:
        """The plan of a work, for the user to read and edit before it is approved."""
        return self.state / "plan.md"

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
        return self.record(QUEUE_RECORD)

    @property
    def project_record(self) -> Path:
        """The project's name, id and birthday."""
        return self.record(PROJECT_RECORD)

    @property
    def execution_log(self) -> Path:
        """What happened to tasks, one JSON object a line."""
        return self.record(EXECUTION_LOG)

    @property
    def notifications(self) -> Path:
        """Notes for agents, a file for each."""
        return self.root / NOTIFICATIONS

    def vote_record(self, vote_id: str) -> Path:
        """Return the record of one vote."""
        return self.record(VOTING) / f"{vote_id}.json"

    def outcome_record(self, vote_id: str) -> Path:
        """Return the record of what a vote decided."""
        return self.record(OUTCOMES) / f"{vote_id}-outcome.json"
