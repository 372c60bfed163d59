"""Orkestra: several AIs as one team on a real project.

Importing this loads nothing; each name is fetched from its room when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from orkestra.agents import Agent
    from orkestra.committee import Committee
    from orkestra.core import OrkestraProject, open_project
    from orkestra.orchestrator import Orchestrator, SystemConfig, SystemStartup
    from orkestra.pipeline import Pipeline
    from orkestra.planning import ProjectPlanner
    from orkestra.tasks import Task, TaskPriority, TaskQueue, TaskStatus

__version__ = "0.1.0"

_HOMES: Final = {
    "Agent": "orkestra.agents",
    "Committee": "orkestra.committee",
    "Orchestrator": "orkestra.orchestrator",
    "OrkestraProject": "orkestra.core",
    "Pipeline": "orkestra.pipeline",
    "ProjectPlanner": "orkestra.planning",
    "SystemConfig": "orkestra.orchestrator",
    "SystemStartup": "orkestra.orchestrator",
    "Task": "orkestra.tasks",
    "TaskPriority": "orkestra.tasks",
    "TaskQueue": "orkestra.tasks",
    "TaskStatus": "orkestra.tasks",
    "open_project": "orkestra.core",
}

__all__ = [
    "Agent",
    "Committee",
    "Orchestrator",
    "OrkestraProject",
    "Pipeline",
    "ProjectPlanner",
    "SystemConfig",
    "SystemStartup",
    "Task",
    "TaskPriority",
    "TaskQueue",
    "TaskStatus",
    "open_project",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(_HOMES)
