from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orkestra.domain.tasks import TaskDraft
from orkestra.errors import TaskNotFoundError
from orkestra.tasks import TaskPriority, TaskQueue


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[TaskQueue]:
    with TaskQueue(tmp_path) as opened:
        yield opened


def claimed(queue: TaskQueue) -> list[int]:
    """The ordinals that are claimed one after another until none is ready."""
    ordinals = []
    while task := queue.claim("claude"):
        ordinals.append(task.ordinal)
    return ordinals


def test_claiming_takes_what_looking_shows(queue: TaskQueue) -> None:
    queue.add_task("Ready")
    looked = queue.get_next_task()
    assert looked == queue.get_next_task(), "looking takes nothing"
    taken = queue.claim("claude")
    assert looked is not None
    assert taken is not None
    assert (taken.id, taken.status, taken.assigned_to) == (looked.id, "in_progress", "claude")
    assert queue.get_task(1) == taken
    assert queue.get_next_task() is queue.claim("gemini") is None


def test_the_most_urgent_comes_first_then_the_oldest(queue: TaskQueue) -> None:
    for priority in ("low", "medium", "critical", "high", "medium", "critical"):
        queue.add_task(f"A {priority} one", priority=priority)
    assert claimed(queue) == [3, 6, 4, 2, 5, 1]


def test_a_task_is_ready_when_all_it_depends_on_is_completed(queue: TaskQueue) -> None:
    queue.add_task("Base")
    queue.add_task("Frame")
    queue.add_task("House", priority=1, dependencies=[1, 2])
    assert claimed(queue) == [1, 2]
    queue.complete(1)
    assert (queue.check_dependencies(3), claimed(queue)) == (False, [])
    queue.complete(2)
    assert (queue.check_dependencies(3), claimed(queue)) == (True, [3])


@pytest.mark.parametrize("status", ["failed", "cancelled", "blocked", "in_progress"])
def test_only_a_completed_dependency_is_met(queue: TaskQueue, status: str) -> None:
    queue.add_task("Needed")
    queue.add_task("Waiting", dependencies=[1])
    queue.update_task(1, status=status)
    assert (queue.check_dependencies(2), queue.get_next_task()) == (False, None)


def test_new_dependencies_replace_the_old_ones(queue: TaskQueue) -> None:
    for name in ("Open", "Done", "Waiting"):
        queue.add_task(name)
    queue.complete(2)
    ids = [task.id for task in queue.list_tasks()]
    assert queue.update_task(3, dependencies=[1]).dependencies == [ids[0]]
    assert not queue.check_dependencies(3)
    assert queue.update_task(3, dependencies=[ids[1]]).dependencies == [ids[1]]
    assert queue.check_dependencies(3)
    assert queue.update_task(3, dependencies=[]).dependencies == []


def test_of_equally_urgent_tasks_the_one_with_the_longest_chain_behind_it_comes_first(queue: TaskQueue) -> None:
    queue.add_task("Nobody waits")
    queue.add_task("Two wait, side by side")
    queue.add_task("A chain waits")
    for dependencies in ([2], [2], [3], [6], [7]):
        queue.add_task("Waiting", dependencies=dependencies)
    assert claimed(queue) == [3, 2, 1]


def test_a_batch_is_claimed_along_its_critical_path_before_and_behind_what_is_there(queue: TaskQueue) -> None:
    queue.add_task("Loose")
    queue.add_task("Root")
    queue.add_tasks(
        [
            TaskDraft(key="top", description="Top", dependencies=("middle",)),
            TaskDraft(key="side", description="Side", dependencies=("2",)),
            TaskDraft(key="middle", description="Middle", dependencies=("2",)),
        ]
    )
    root = queue.claim("claude")
    queue.complete(2)
    middle = queue.claim("claude")
    assert root is not None
    assert middle is not None
    assert (root.ordinal, middle.id) == (2, "middle")


def test_prioritising_forgets_chains_that_are_no_longer_waiting(queue: TaskQueue) -> None:
    queue.add_task("First come")
    queue.add_task("Once important")
    queue.add_task("Dropped", dependencies=[2])
    queue.cancel(3)
    queue.prioritise()
    assert claimed(queue) == [1, 2]


def test_a_new_priority_counts_at_once(queue: TaskQueue) -> None:
    queue.add_task("First")
    queue.add_task("Second")
    queue.update_task(2, priority=TaskPriority.CRITICAL)
    assert claimed(queue) == [2, 1]


def test_a_given_task_is_claimed_only_when_it_is_ready(queue: TaskQueue) -> None:
    queue.add_task("Urgent", priority=1)
    queue.add_task("Wanted")
    wanted = queue.add_task("Waiting", dependencies=[1])
    taken = queue.claim("grok", 2)
    assert taken is not None
    assert (taken.ordinal, queue.get_task(1).status) == (2, "pending")
    assert queue.claim("grok", 2) is queue.claim("grok", wanted) is None
    with pytest.raises(TaskNotFoundError):
        queue.claim("grok", "task_ghost")


def test_looking_may_be_narrowed_to_a_category_or_an_agent(queue: TaskQueue) -> None:
    queue.add_task("Code", priority=1, category="code")
    queue.add_task("Docs", category="docs", assigned_to="gemini")
    for task in (queue.get_next_task(category="docs"), queue.get_next_task(assigned_to="gemini")):
        assert task is not None
        assert task.ordinal == 2
    assert queue.get_next_task(category="cloud") is None


def test_two_connections_never_claim_the_same_task(queue: TaskQueue, tmp_path: Path) -> None:
    queue.add_tasks([TaskDraft(description=f"Task {number}") for number in range(40)])

    def work(_: int) -> list[int]:
        with TaskQueue(tmp_path) as mine:
            return claimed(mine)

    with ThreadPoolExecutor(4) as workers:
        shares = list(workers.map(work, range(4)))
    assert sorted(ordinal for share in shares for ordinal in share) == list(range(1, 41))


def test_threads_may_share_one_queue(queue: TaskQueue) -> None:
    with ThreadPoolExecutor(8) as workers:
        ids = list(workers.map(queue.add_task, (f"Task {number}" for number in range(40))))
        taken = list(workers.map(queue.claim, ["claude"] * 40))
    assert {task.id for task in taken if task is not None} == set(ids)
