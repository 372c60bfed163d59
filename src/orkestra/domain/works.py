"""Works: what `orkestra run` is asked to do on a repository, how it was planned, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from orkestra.domain.work import CheckReport


@dataclass(frozen=True, kw_only=True)
class Order:
    """A work as it was ordered: the text, the commit it begins at, and the branches.

    `home` is the branch that the user had checked out, "" for none; `merge` asks for the result on it, `approved`
    takes the plan as it comes.
    """

    text: str
    base: str
    branch: str
    home: str = ""
    merge: bool = False
    approved: bool = False

    @property
    def title(self) -> str:
        """The first line that says anything."""
        return next((line.strip() for line in self.text.splitlines() if line.strip()), "")[:200]


@dataclass(frozen=True, kw_only=True)
class WorkTask:
    """One task of a plan; `after` holds the numbers, from 1, of the tasks that must be done before it."""

    title: str
    instructions: str = ""
    files: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    after: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WorkPlan:
    """How the architect means to do a work: in a few sentences, and as tasks."""

    summary: str
    tasks: tuple[WorkTask, ...]


@dataclass(frozen=True, kw_only=True)
class Merged:
    """Whether the result stands on the user's own branch; else `reason` says why not, and what to do."""

    commit: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskEnd:
    """How a task of a work stands: its status, the commit that landed it, and the reason where it has none."""

    id: str
    ordinal: int
    title: str
    status: str
    commit: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What services were asked: `cost_usd` is the sum of known prices, `unknown` counts requests without one."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    unknown: int = 0


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """A file that a work changed, with lines added and removed; None for a binary file."""

    path: str
    added: int | None
    removed: int | None


@dataclass(frozen=True, kw_only=True)
class WorkReport:
    """A work as it stands, read from the journal, the queue and git.

    `status` is planning, waiting (for approval), working, stopped, done, partial, failed or rejected.
    `commits` are ids with subjects, oldest first; `proof` is what was seen on exactly `head`; times are ISO 8601.
    """

    id: str
    text: str
    status: str
    branch: str
    base: str
    head: str = ""
    home: str = ""
    merged: Merged | None = None
    tasks: tuple[TaskEnd, ...] = ()
    commits: tuple[tuple[str, str], ...] = ()
    files: tuple[FileChange, ...] = ()
    baseline: CheckReport | None = None
    proof: CheckReport | None = None
    cost: Cost = Cost()
    began: str = ""
    ended: str = ""
    seconds: float = 0.0
    error: str = ""
    sessions: tuple[dict[str, Any], ...] = field(default=())
