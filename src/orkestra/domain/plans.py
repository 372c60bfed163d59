"""Plans: from a brief through members' proposals to phases of tasks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from orkestra.domain.tasks import TaskDraft, TaskPriority


class Involvement(IntEnum):
    """When the user is asked: after each round, at milestones, or for the final plan only."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What the user wants."""

    name: str
    description: str
    features: tuple[str, ...] = ()
    involvement: Involvement = Involvement.MEDIUM


@dataclass(frozen=True, kw_only=True)
class ProposedTask:
    """A task as a member proposes it; `after` names the keys of tasks that come first."""

    key: str
    title: str
    phase: str
    instructions: str = ""
    after: tuple[str, ...] = ()
    priority: TaskPriority = TaskPriority.MEDIUM


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A member's plan; without `tasks` the standard phases apply. `estimate_days` is in working days."""

    title: str
    summary: str
    stack: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    estimate_days: float = 0.0
    tasks: tuple[ProposedTask, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A stretch of the plan that ends in a milestone."""

    name: str
    milestone: str
    deliverables: tuple[str, ...]
    tasks: tuple[TaskDraft, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be built, as decided."""

    brief: Brief
    title: str
    summary: str
    phases: tuple[Phase, ...]
    stack: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    estimate_days: float = 0.0
    vote_id: str = ""
    changes: tuple[str, ...] = field(default=())

    @property
    def tasks(self) -> tuple[TaskDraft, ...]:
        """All tasks in the order of the phases."""
        return tuple(task for phase in self.phases for task in phase.tasks)
