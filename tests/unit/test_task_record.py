import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from orkestra.core import open_project
from orkestra.domain.ports import Row, Store
from orkestra.domain.tasks import TaskDraft
from orkestra.errors import RecordError
from orkestra.tasks import TaskQueue
from orkestra.testing import ManualClock

LARGE = 1_000


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[TaskQueue]:
    with TaskQueue(tmp_path) as opened:
        yield opened


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def large(tmp_path: Path, clock: ManualClock) -> Iterator[TaskQueue]:
    with open_project(tmp_path, clock=clock) as project, TaskQueue(project) as opened:
        opened.add_tasks([TaskDraft(description=f"Task {number}") for number in range(LARGE)])
        yield opened


def record(root: Path) -> Any:  # noqa: ANN401 - JSON, as a user's script reads it
    return json.loads((root / "config" / "task-queue.json").read_text("utf-8"))


def titles(root: Path) -> set[str]:
    return {task["title"] for task in record(root)["tasks"]}


def test_the_record_mirrors_the_queue(queue: TaskQueue, tmp_path: Path) -> None:
    first = queue.add_task("Größe prüfen", priority="high", metadata={"phase": 1}, category="code")
    queue.add_task(title="Second", instructions="a\nb", dependencies=[1], assigned_to="grok", task_type="creative")
    assert record(tmp_path)["schema_version"] == 1
    assert record(tmp_path)["tasks"] == [{**vars(task), "title": task.title} for task in queue.list_tasks()]
    assert record(tmp_path)["tasks"][1]["dependencies"] == [first]


CHANGES: dict[str, Callable[[TaskQueue], object]] = {
    "add": lambda queue: queue.add_task("Third"),
    "batch": lambda queue: queue.add_tasks([TaskDraft(description="Third"), TaskDraft(description="Fourth")]),
    "update": lambda queue: queue.update_task(1, description="Renamed"),
    "status": lambda queue: queue.update_task(1, status="blocked"),
    "dependencies": lambda queue: queue.update_task(2, dependencies=[]),
    "claim": lambda queue: queue.claim("claude"),
    "complete": lambda queue: queue.complete(1),
    "fail": lambda queue: queue.fail(1, "red"),
    "cancel": lambda queue: queue.cancel(1),
    "clear": lambda queue: queue.clear_completed(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_record_is_written_with_each_change(
    queue: TaskQueue, tmp_path: Path, change: Callable[[TaskQueue], object]
) -> None:
    queue.add_task("First")
    queue.add_task("Second", dependencies=[1])
    queue.complete(queue.add_task("Gone soon"))
    before = record(tmp_path)
    change(queue)
    assert record(tmp_path) != before
    assert record(tmp_path)["tasks"] == [{**vars(task), "title": task.title} for task in queue.list_tasks()]


def test_what_is_refused_leaves_the_record_as_it_was(queue: TaskQueue, tmp_path: Path) -> None:
    queue.add_task("First")
    queue.complete(1)
    before = record(tmp_path)
    with pytest.raises(Exception, match="final"):
        queue.fail(1, "too late")
    assert record(tmp_path) == before


def test_a_large_queue_writes_its_record_at_most_every_two_seconds(
    large: TaskQueue, tmp_path: Path, clock: ManualClock
) -> None:
    assert len(titles(tmp_path)) == LARGE
    large.add_task("At once")
    clock.advance(1.9)
    large.add_task("Soon after")
    assert titles(tmp_path).isdisjoint({"At once", "Soon after"})
    clock.advance(0.1)
    large.add_task("Two seconds later")
    assert titles(tmp_path) >= {"At once", "Soon after", "Two seconds later"}


def test_a_large_queue_writes_its_record_at_close(large: TaskQueue, tmp_path: Path) -> None:
    large.add_task("Last")
    assert "Last" not in titles(tmp_path)
    large.close()
    assert "Last" in titles(tmp_path)


def test_a_queue_that_became_small_writes_with_each_change_again(large: TaskQueue, tmp_path: Path) -> None:
    large.complete(1)
    large.complete(2)
    large.clear_completed()
    assert len(titles(tmp_path)) == LARGE - 2


def test_a_reader_never_sees_half_a_record(queue: TaskQueue, tmp_path: Path) -> None:
    queue.add_task("First")
    done = threading.Event()

    def read() -> int:
        seen = 0
        while not done.is_set():
            seen = max(seen, len(record(tmp_path)["tasks"]))
        return seen

    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(read)
        for number in range(50):
            queue.add_task(f"Task {number}", instructions="x" * 2_000)
        done.set()
    assert reading.result() > 1


class StoreThatPauses:
    """A store whose reader falls asleep once, with what it has just read in its hands."""

    def __init__(self, store: Store) -> None:
        self.transaction, self.version, self.close = store.transaction, store.version, store.close
        self._read = store.rows
        self.asleep, self.awake = threading.Event(), threading.Event()

    def rows(self, sql: str, parameters: Mapping[str, Any] = MappingProxyType({})) -> list[Row]:
        found = self._read(sql, parameters)
        if "JOIN tasks" in sql and not self.asleep.is_set():
            self.asleep.set()
            self.awake.wait(10)
        return found


def test_a_slow_connection_never_overwrites_the_record_with_what_it_read_before(tmp_path: Path) -> None:
    with open_project(tmp_path) as project, TaskQueue(tmp_path) as quick, ThreadPoolExecutor(2) as workers:
        store = StoreThatPauses(project.store)
        slow = TaskQueue(replace(project, store=store))
        writing = workers.submit(slow.add_task, "Slow")
        assert store.asleep.wait(10)
        meanwhile = workers.submit(quick.add_task, "Quick")
        wait([meanwhile], timeout=0.2)
        store.awake.set()
        wait([writing, meanwhile])
        assert titles(tmp_path) == {"Slow", "Quick"}


def test_a_record_that_cannot_be_written_is_named_and_the_queue_stands(queue: TaskQueue, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("in the way")
    with pytest.raises(RecordError, match=r"task-queue\.json can't be written"):
        queue.add_task("Kept")
    (tmp_path / "config").unlink()
    queue.add_task("And this")
    assert titles(tmp_path) == {"Kept", "And this"}


def test_inside_event_loops_the_record_follows_within_a_moment_one_loop_after_another(tmp_path: Path) -> None:
    async def add(title: str, *, patience: float) -> None:
        tasks.add_task(title)
        await asyncio.sleep(patience)

    with TaskQueue(tmp_path) as tasks:
        asyncio.run(add("in a loop that ends at once", patience=0))
        asyncio.run(add("in the next loop", patience=0.2))
        record = json.loads((tmp_path / "config" / "task-queue.json").read_text())

    assert [each["title"] for each in record["tasks"]] == ["in a loop that ends at once", "in the next loop"]
