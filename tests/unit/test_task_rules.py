import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from orkestra.core import OpenProject, open_project
from orkestra.domain.tasks import TaskDraft
from orkestra.errors import DependencyError, InvalidPriorityError, InvalidStatusError, OrkestraError, TaskError
from orkestra.tasks import TaskPriority, TaskQueue, TaskStatus

MAY_FOLLOW = {
    "pending": {"in_progress", "completed", "failed", "blocked", "cancelled"},
    "in_progress": {"pending", "completed", "failed", "blocked", "cancelled"},
    "blocked": {"pending", "in_progress", "failed", "cancelled"},
    "failed": {"pending", "cancelled"},
    "completed": set(),
    "cancelled": set(),
}
LEGAL = [(old, new) for old, new in product(MAY_FOLLOW, repeat=2) if new in MAY_FOLLOW[old]]
ILLEGAL = [(old, new) for old, new in product(MAY_FOLLOW, repeat=2) if new != old and new not in MAY_FOLLOW[old]]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[OpenProject]:
    with open_project(tmp_path) as opened:
        yield opened


@pytest.fixture
def queue(project: OpenProject) -> Iterator[TaskQueue]:
    with TaskQueue(project) as opened:
        yield opened


def test_the_statuses_are_the_promised_ones() -> None:
    assert set(TaskStatus) == set(MAY_FOLLOW)


@pytest.mark.parametrize(("old", "new"), LEGAL)
def test_a_status_may_become(queue: TaskQueue, old: str, new: str) -> None:
    queue.add_task("Moving")
    queue.update_task(1, status=old)
    assert queue.update_task(1, status=new).status == queue.get_task(1).status == new


@pytest.mark.parametrize(("old", "new"), ILLEGAL)
def test_a_status_may_not_become(queue: TaskQueue, old: str, new: str) -> None:
    task_id = queue.add_task("Fixed")
    before = queue.update_task(1, status=old)
    with pytest.raises(InvalidStatusError, match=f"{task_id} is {old} and can't become {new}"):
        queue.update_task(1, status=new, description="Neither is this", metadata={"nor": "this"})
    assert queue.get_task(1) == before


@pytest.mark.parametrize("status", list(MAY_FOLLOW))
def test_the_same_status_again_changes_nothing(queue: TaskQueue, project: OpenProject, status: str) -> None:
    queue.add_task("Calm")
    before = queue.update_task(1, status=status)
    events = project.story.last()
    assert queue.update_task(1, status=status) == before
    assert project.story.last() == events


def test_completing_twice_keeps_the_first_moment(queue: TaskQueue, project: OpenProject) -> None:
    queue.add_task("Once")
    before = queue.complete(1)
    events = project.story.last()
    assert queue.complete(1, at="2031-01-01T00:00:00Z") == before
    assert project.story.last() == events


@pytest.mark.parametrize("status", ["COMPLETED", "Completed", TaskStatus.COMPLETED])
def test_a_status_is_read_in_any_case(queue: TaskQueue, status: str) -> None:
    queue.add_task("Loud")
    assert queue.update_task(1, status=status).status is TaskStatus.COMPLETED


@pytest.mark.parametrize("status", ["done", "", "pending "])
def test_an_unknown_status_is_named_with_the_known_ones(queue: TaskQueue, status: str) -> None:
    queue.add_task("Plain")
    with pytest.raises(InvalidStatusError, match=f"{status!r} is not a status.*pending.*cancelled"):
        queue.update_task(1, status=status)
    with pytest.raises(InvalidStatusError):
        queue.list_tasks(status=status)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        *((number, name) for number, name in enumerate(["critical", "high", "medium", "low", "low"], start=1)),
        *((name.upper(), name) for name in ["critical", "high", "medium", "low"]),
        (99, "low"),
        (TaskPriority.HIGH, "high"),
    ],
)
def test_a_priority_is_a_name_in_any_case_or_a_number(queue: TaskQueue, given: Any, meant: str) -> None:  # noqa: ANN401 - both
    queue.add_task("Added", priority=given)
    queue.add_task("Updated", priority="low" if meant != "low" else "high")
    queue.update_task(2, priority=given)
    assert [task.priority for task in queue.list_tasks()] == [meant, meant]


@pytest.mark.parametrize("given", [0, -1, "urgent", "", 1.5, True, None])
def test_what_is_no_priority_is_named(queue: TaskQueue, given: Any) -> None:  # noqa: ANN401 - that is the point
    with pytest.raises(InvalidPriorityError, match=re.escape(f"{given!r} is not a priority")):
        queue.add_task("Refused", priority=given)
    assert queue.list_tasks() == []


def test_an_unknown_dependency_is_named(queue: TaskQueue) -> None:
    with pytest.raises(DependencyError, match="depends on task_ghost, which is not in the queue"):
        queue.add_task("Haunted", dependencies=["task_ghost"])
    with pytest.raises(DependencyError, match="depends on 12"):
        queue.add_task("Haunted", dependencies=[12])
    assert queue.list_tasks() == []


def test_a_task_cannot_depend_on_itself(queue: TaskQueue) -> None:
    task_id = queue.add_task("Narcissus")
    for itself in (task_id, 1, "1"):
        with pytest.raises(DependencyError, match=f"{task_id} can't depend on itself"):
            queue.update_task(1, dependencies=[itself])
    with pytest.raises(DependencyError, match="echo -> echo"):
        queue.add_tasks([TaskDraft(key="echo", description="Echo", dependencies=("echo",))])
    assert [task.dependencies for task in queue.list_tasks()] == [[]]


def test_a_circle_of_dependencies_is_named_and_leaves_all_as_it_was(queue: TaskQueue) -> None:
    ids = [queue.add_task("Hen")]
    ids.append(queue.add_task("Egg", dependencies=[1]))
    ids.append(queue.add_task("Chick", dependencies=[2]))
    before = queue.list_tasks()
    with pytest.raises(DependencyError, match=r"in a circle: .* -> ") as refused:
        queue.update_task(1, dependencies=[3])
    assert all(each in str(refused.value) for each in ids)
    assert queue.list_tasks() == before


def test_a_circle_within_a_batch_is_named(queue: TaskQueue) -> None:
    drafts = [
        TaskDraft(key=key, description=key, dependencies=(needed,))
        for key, needed in [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]
    ]
    with pytest.raises(DependencyError, match=r"a -> b -> c -> a|b -> c -> a -> b|c -> a -> b -> c"):
        queue.add_tasks(drafts)
    assert queue.list_tasks() == []


def test_text_may_be_as_long_as_promised_and_hold_lines_tabs_and_any_script(queue: TaskQueue) -> None:
    instructions = "line\r\n\tindented\n" + "ä漢🎼" * 30_000
    queue.add_task("ü" * 500, instructions=instructions[:100_000])
    queue.add_task("Short", instructions="")
    assert [len(task.description) for task in queue.list_tasks()] == [500, 5]
    assert queue.get_task(1).instructions == instructions[:100_000]


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        ({"description": "x" * 501}, "description has 501 characters; at most 500"),
        ({"instructions": "x" * 100_001}, "instructions has 100,001 characters; at most 100,000"),
        ({"description": ""}, "needs a description"),
        ({"description": " \n\t"}, "needs a description"),
        ({"description": 7}, "description is text, not int"),
        *(
            ({field: f"ab{control}"}, f"{field} holds the control character U\\+{ord(control):04X} at position 2")
            for field, control in product(("description", "instructions"), "\x00\x07\x1b\x7f\x85\x9f\ud800")
        ),
    ],
)
def test_text_that_cannot_be_a_tasks_is_refused_with_the_reason(
    queue: TaskQueue, refused: dict[str, Any], why: str
) -> None:
    with pytest.raises(TaskError, match=why):
        queue.add_task(**{"description": "Fine", **refused})
    queue.add_task("Fine")
    with pytest.raises(TaskError, match=why):
        queue.update_task(1, **refused)
    assert [(task.description, task.instructions) for task in queue.list_tasks()] == [("Fine", "")]


@pytest.mark.parametrize("field", ["category", "task_type", "assigned_to"])
@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[2Jb", "a\ud800b"])
def test_no_other_word_of_a_task_holds_control_characters(queue: TaskQueue, field: str, text: str) -> None:
    with pytest.raises(TaskError, match=f"{field} holds the control character"):
        queue.add_task("Fine", **{field: text})  # type: ignore[arg-type]
    assert queue.list_tasks() == []


def test_every_error_of_the_queue_is_one_of_orkestras() -> None:
    assert issubclass(TaskError, OrkestraError)
    for error in (DependencyError, InvalidPriorityError, InvalidStatusError):
        assert issubclass(error, TaskError)
