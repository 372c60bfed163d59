from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orkestra.core import OpenProject, open_project
from orkestra.domain.tasks import TaskDraft
from orkestra.errors import DependencyError, TaskNotFoundError
from orkestra.tasks import Task, TaskPriority, TaskQueue, TaskStatus
from orkestra.testing import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def project(tmp_path: Path, clock: ManualClock) -> Iterator[OpenProject]:
    with open_project(tmp_path, clock=clock) as opened:
        yield opened


@pytest.fixture
def queue(project: OpenProject) -> Iterator[TaskQueue]:
    with TaskQueue(project) as opened:
        yield opened


def told(project: OpenProject) -> list[tuple[str, str]]:
    return [(event.kind, event.subject) for event in project.story.since()]


def test_a_task_is_added_with_a_description_and_details(queue: TaskQueue) -> None:
    first = queue.add_task("Read the brief")
    task_id = queue.add_task(
        "Set up project", priority=TaskPriority.HIGH, dependencies=[first], category="setup", metadata={"phase": 1}
    )
    assert queue.get_task(task_id) == Task(
        id=task_id,
        ordinal=2,
        description="Set up project",
        instructions="",
        priority=TaskPriority.HIGH,
        category="setup",
        task_type="technical",
        status=TaskStatus.PENDING,
        dependencies=[first],
        assigned_to=None,
        metadata={"phase": 1},
        created_at="2026-01-01T00:00:00.000000Z",
        updated_at="2026-01-01T00:00:00.000000Z",
        completed_at=None,
    )


def test_a_task_is_added_with_a_title_and_instructions(queue: TaskQueue) -> None:
    task_id = queue.add_task(title="Draw the logo", instructions="Blue, round.", priority=1, task_type="creative")
    task = queue.get_task(task_id)
    assert (task.title, task.description, task.instructions) == ("Draw the logo", "Draw the logo", "Blue, round.")
    assert (task.priority, task.task_type) == (TaskPriority.CRITICAL, "creative")


def test_a_queue_opens_with_a_path_as_text_and_keeps_its_tasks(tmp_path: Path) -> None:
    with TaskQueue(str(tmp_path)) as first:
        task_id = first.add_task("Stay")
    with TaskQueue(tmp_path) as second:
        assert [task.id for task in second.list_tasks()] == [task_id]


def test_a_task_is_addressed_by_id_or_ordinal_as_a_number_or_text(queue: TaskQueue) -> None:
    ids = [queue.add_task(f"Task {number}") for number in range(1, 6)]
    assert queue.get_task(5) == queue.get_task("5") == queue.get_task(ids[4])
    queue.update_task("2", status="completed")
    assert queue.check_dependencies(queue.add_task("Sixth", dependencies=[2, "2", ids[1]]))
    assert queue.get_task(6).dependencies == [ids[1]]


@pytest.mark.parametrize("unknown", [7, "7", 0, -1, 10**30, "9" * 5000, "task_nobody", "", "²"])
def test_an_unknown_task_is_named(queue: TaskQueue, unknown: int | str) -> None:
    queue.add_task("Alone")
    for call in (queue.get_task, queue.complete, queue.update_task, queue.check_dependencies):
        with pytest.raises(TaskNotFoundError, match=f"no task {unknown};"):
            call(unknown)


def test_an_update_changes_what_it_names_and_merges_metadata(queue: TaskQueue, clock: ManualClock) -> None:
    task_id = queue.add_task("Draft", metadata={"kept": 1, "changed": 1}, category="docs")
    clock.advance(60)
    task = queue.update_task(task_id, title="Final", priority="high", assigned_to="claude", metadata={"changed": 2})
    assert (task.description, task.priority, task.assigned_to) == ("Final", TaskPriority.HIGH, "claude")
    assert (task.category, task.metadata) == ("docs", {"kept": 1, "changed": 2})
    assert (task.created_at, task.updated_at) == ("2026-01-01T00:00:00.000000Z", "2026-01-01T00:01:00.000000Z")
    assert queue.get_task(task_id) == task


@pytest.mark.parametrize("field", ["colour", "key", "id", "ordinal", "created_at"])
def test_a_field_that_nobody_may_change_is_refused_by_name(queue: TaskQueue, field: str) -> None:
    task = queue.get_task(queue.add_task("Plain"))
    with pytest.raises(TypeError, match=field):
        queue.update_task(1, **{field: "x"})
    assert queue.get_task(1) == task


def test_completing_keeps_the_moment(queue: TaskQueue, clock: ManualClock) -> None:
    queue.add_task("Now")
    queue.add_task("Then")
    clock.advance(1)
    assert queue.update_task(1, status=TaskStatus.COMPLETED).completed_at == "2026-01-01T00:00:01.000000Z"
    assert queue.complete(2, at="2025-12-31T23:59:59.000000Z").completed_at == "2025-12-31T23:59:59.000000Z"


def test_a_failed_or_cancelled_task_keeps_the_reason(queue: TaskQueue) -> None:
    queue.add_task("One", metadata={"kept": True})
    queue.add_task("Two")
    assert queue.fail(1, "tests are red").metadata == {"kept": True, "reason": "tests are red"}
    assert queue.cancel(2, "not needed").metadata == {"reason": "not needed"}
    assert [task.status for task in queue.list_tasks()] == ["failed", "cancelled"]


def test_tasks_are_listed_in_order_of_addition_by_status_category_and_agent(queue: TaskQueue) -> None:
    for number, category in enumerate(("code", "docs", "code"), start=1):
        queue.add_task(f"Task {number}", category=category, priority=4 - number)
    queue.claim("claude", 2)

    def ordinals(**by: Any) -> list[int]:  # noqa: ANN401 - whichever filters
        return [task.ordinal for task in queue.list_tasks(**by)]

    assert ordinals() == [1, 2, 3]
    assert ordinals(category="code") == [1, 3]
    assert ordinals(status="in_progress") == ordinals(assigned_to="claude") == [2]
    assert ordinals(status=TaskStatus.PENDING, category="docs") == []


def test_statistics_count_by_status_and_tell_the_rate_in_percent(queue: TaskQueue) -> None:
    assert queue.get_statistics()["completion_rate"] == 0
    for number in range(8):
        queue.add_task(f"Task {number}", priority=number + 1, category="even" if number % 2 == 0 else "odd")
    for number, status in enumerate(["completed", "completed", "failed", "blocked", "in_progress"], start=1):
        queue.update_task(number, status=status)
    statistics = queue.get_statistics()
    counted = {"pending": 3, "in_progress": 1, "completed": 2, "failed": 1, "blocked": 1, "cancelled": 0}
    assert {name: statistics[name] for name in counted} == statistics["by_status"] == counted
    assert (statistics["total"], statistics["completion_rate"]) == (8, 25.0)
    assert statistics["by_priority"] == {"critical": 1, "high": 1, "medium": 1, "low": 5}
    assert statistics["by_category"] == {"even": 4, "odd": 4}


def test_clearing_removes_completed_tasks_and_frees_no_ordinal(queue: TaskQueue) -> None:
    for name in ("Done", "Waiting", "Done too"):
        queue.add_task(name, dependencies=[1] if name == "Waiting" else [])
    queue.complete(1)
    queue.complete(3)
    assert queue.clear_completed() == 2
    assert queue.clear_completed() == 0
    [waiting] = queue.list_tasks()
    assert (waiting.ordinal, waiting.dependencies, queue.check_dependencies(2)) == (2, [], True)
    assert queue.get_task(queue.add_task("New")).ordinal == 4
    assert queue.get_statistics()["total"] == 2


def test_a_batch_may_depend_on_itself_in_any_order_and_is_returned_as_given(queue: TaskQueue) -> None:
    drafts = [
        TaskDraft(key="roof", description="Roof", dependencies=("walls",)),
        TaskDraft(key="walls", description="Walls"),
    ]
    assert queue.add_tasks(drafts) == ["roof", "walls"]
    assert queue.get_task("roof").dependencies == ["walls"]
    assert queue.add_tasks(drafts) == ["roof", "walls"]
    assert queue.get_statistics()["total"] == 2, "adding a key again changes nothing"


def test_a_batch_is_added_whole_or_not_at_all(queue: TaskQueue, project: OpenProject) -> None:
    drafts = [TaskDraft(description="Good"), TaskDraft(description="Bad", dependencies=("nobody",))]
    with pytest.raises(DependencyError, match="nobody"):
        queue.add_tasks(drafts)
    assert (queue.list_tasks(), told(project)) == ([], [])


def test_each_change_tells_one_event(queue: TaskQueue, project: OpenProject) -> None:
    task_id = queue.add_task("Watched")
    queue.update_task(1, description="Watched closely")
    queue.claim("claude")
    queue.complete(1)
    queue.clear_completed()
    kinds = ["task.added", "task.changed", "task.claimed", "task.completed"]
    assert told(project) == [*((kind, task_id) for kind in kinds), ("tasks.cleared", "queue")]
