"""The queue of work."""

from orkestra.domain.tasks import Task, TaskPriority, TaskStatus
from orkestra.tasks.queue import TaskQueue

__all__ = ["Task", "TaskPriority", "TaskQueue", "TaskStatus"]
