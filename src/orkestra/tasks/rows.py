"""Tasks as rows: the only place that knows both forms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from orkestra.domain.tasks import Task, TaskPriority, TaskStatus

if TYPE_CHECKING:
    from orkestra.domain.ports import Row

_BY_RANK: Final = {priority.rank: priority for priority in TaskPriority}


def task_from(row: Row, dependencies: list[str]) -> Task:
    """Return a row of `tasks`, with the ids it depends on, as a Task."""
    return Task(
        id=row["id"],
        ordinal=row["ordinal"],
        description=row["description"],
        instructions=row["instructions"],
        priority=_BY_RANK[row["urgency"]],
        category=row["category"],
        task_type=row["task_type"],
        status=TaskStatus(row["status"]),
        dependencies=dependencies,
        assigned_to=row["assigned_to"],
        metadata=json.loads(row["metadata"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        completed_at=row["completed_at"],
    )


def task_record(task: Task) -> dict[str, Any]:
    """Return a task as it stands in the queue's record."""
    return {**vars(task), "title": task.title}


def statistics_from(counts: list[Row]) -> dict[str, Any]:
    """Return the queue's figures from the kept counters; `completion_rate` is in percent."""
    by_status = dict.fromkeys((str(status) for status in TaskStatus), 0)
    by_priority = dict.fromkeys((str(priority) for priority in TaskPriority), 0)
    by_category: dict[str, int] = {}
    for row in counts:
        by_status[row["status"]] += row["total"]
        by_priority[str(_BY_RANK[row["urgency"]])] += row["total"]
        by_category[row["category"]] = by_category.get(row["category"], 0) + row["total"]
    total = sum(by_status.values())
    return {
        "total": total,
        **by_status,
        "completion_rate": 100.0 * by_status["completed"] / total if total else 0.0,
        "by_status": by_status,
        "by_priority": by_priority,
        "by_category": by_category,
    }
