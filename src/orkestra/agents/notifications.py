"""What agents should know: one file of notes for each, in the project's `logs/notifications/`."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orkestra.codec import DecodeError, dumps, loads
from orkestra.core.opening import InProject
from orkestra.domain.agents import is_agent_name
from orkestra.domain.clock import iso
from orkestra.domain.errors import ConfigError, RecordError
from orkestra.domain.redaction import redact

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject


@dataclass(frozen=True, kw_only=True)
class Notification:
    """A note for an agent: what happened, what it is about, and when."""

    text: str
    subject: str = ""
    at: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class AgentNotifications(InProject):
    """The notes for one agent, the oldest first."""

    def __init__(self, project_root: str | os.PathLike[str] | OpenProject, agent: str) -> None:
        if not is_agent_name(agent):
            raise ConfigError(f"{agent!r} can't be an agent's name: small letters, digits, - and _ only")
        super().__init__(project_root)
        self.agent = agent
        self.path = self._project.layout.notifications / f"{agent}.jsonl"

    def send(self, text: str, *, subject: str = "", **facts: Any) -> Notification:  # noqa: ANN401 - JSON
        """Append a note, and return it; whatever looks like a key in its text is masked."""
        note = Notification(text=redact(text), subject=subject, at=iso(self._project.clock.now()), facts=facts)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = f"{dumps(note)}\n".encode()
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(file, line)  # one write: two processes' lines don't mix
        finally:
            os.close(file)
        return note

    def all(self, *, after: str = "") -> list[Notification]:
        """Return the notes, or those after a moment; raise RecordError for a line that can't be read."""
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").splitlines()
        notes = [self._read(number, line) for number, line in enumerate(lines, 1)]
        return [note for note in notes if note.at > after]

    def _read(self, number: int, line: str) -> Notification:
        try:
            return loads(line, Notification)
        except DecodeError as error:
            raise RecordError(f"{self.path}, line {number}: {error}; remove the line") from error
