"""What durability costs: the same graph of work with every step recorded, and with nothing recorded."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time
from typing import Protocol

from benchmarks.measure import Figure, Goal, directory
from orkestra.core import OpenProject, open_project
from orkestra.domain.tasks import TaskDraft
from orkestra.engine.engine import Engine
from orkestra.engine.run import Run
from orkestra.tasks import TaskQueue
from orkestra.tasks.graph import depths

TASKS, STEPS, STEP_SECONDS, AT_ONCE = 200, 4, 0.020, 8
IDEAL = TASKS * STEPS * STEP_SECONDS / AT_ONCE
TURNS = 3
SEED = 20
Graph = dict[str, list[str]]


class System(Protocol):
    def claim(self) -> str | None: ...

    def do(self, task: str) -> Coroutine[None, None, None]: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Cost:
    wall: float
    cpu: float


@dataclass
class Plain:
    """The floor: dictionaries and a heap, nothing survives a crash."""

    graph: Graph
    unmet: dict[str, int] = field(default_factory=dict)
    ready: list[tuple[int, str]] = field(default_factory=list)
    dependents: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.depth = depths(self.graph)
        self.unmet = {task: len(needs) for task, needs in self.graph.items()}
        for task, needs in self.graph.items():
            for needed in needs:
                self.dependents.setdefault(needed, []).append(task)
            if not needs:
                self._push(task)

    def claim(self) -> str | None:
        return heapq.heappop(self.ready)[1] if self.ready else None

    async def do(self, task: str) -> None:
        for _ in range(STEPS):
            await asyncio.sleep(STEP_SECONDS)
        for dependent in self.dependents.get(task, ()):
            self.unmet[dependent] -= 1
            if not self.unmet[dependent]:
                self._push(dependent)

    def close(self) -> None:
        pass

    def _push(self, task: str) -> None:
        heapq.heappush(self.ready, (-self.depth[task], task))


class Durable:
    """The real queue and the real engine: one run per task, each step committed with synchronous = FULL."""

    def __init__(self, project: OpenProject, queue: TaskQueue) -> None:
        self._queue = queue
        self._engine = Engine(project)

    def claim(self) -> str | None:
        task = self._queue.claim("bench")
        return task.id if task else None

    async def do(self, task: str) -> None:
        done = await self._engine.run(f"run-{task}", _four_steps, kind="task", subject=task, returns=int)
        assert done == STEPS
        self._queue.complete(task)

    def close(self) -> None:
        self._queue.close()


def measure() -> Iterator[Figure]:
    graph = _graph()
    floors, costs = zip(*((_plain(graph), _durable(graph)) for _ in range(TURNS)), strict=True)
    yield Figure(
        what="durable run: wall / ideal",
        unit="x",
        value=median(cost.wall for cost in costs) / IDEAL,
        floor=median(cost.wall for cost in floors) / IDEAL,
        floor_is="plain asyncio",
        goal=Goal(about="figure", limit=1.30),
    )
    yield Figure(
        what="durable run: CPU per step",
        unit="ms",
        value=median(cost.cpu for cost in costs) / (TASKS * STEPS) * 1e3,
        floor=median(cost.cpu for cost in floors) / (TASKS * STEPS) * 1e3,
        floor_is="plain asyncio",
        goal=Goal(about="figure - floor", limit=0.5),
    )


def _graph() -> Graph:
    chance = random.Random(SEED)
    names = [f"task-{number:03}" for number in range(TASKS)]
    return {name: chance.sample(names[:number], min(number, chance.randint(0, 4))) for number, name in enumerate(names)}


def _plain(graph: Graph) -> Cost:
    return _cost(Plain(graph))


def _durable(graph: Graph) -> Cost:
    drafts = [TaskDraft(key=task, description=task, dependencies=tuple(needs)) for task, needs in graph.items()]
    with directory() as root, open_project(root) as project, TaskQueue(project) as queue:
        queue.add_tasks(drafts)
        cost = _cost(Durable(project, queue))
        assert queue.get_statistics()["completed"] == TASKS
        [row] = project.store.rows("SELECT count(*) AS steps FROM steps WHERE state = 'value'")
        assert row["steps"] == TASKS * STEPS
    return cost


def _cost(system: System) -> Cost:
    wall, cpu = perf_counter(), process_time()
    done = asyncio.run(_drive(system))
    system.close()  # a record that is still to be written belongs to the cost
    cost = Cost(wall=perf_counter() - wall, cpu=process_time() - cpu)
    assert done == TASKS
    return cost


async def _drive(system: System) -> int:
    """Keep up to AT_ONCE tasks going until none is ready and none is running."""
    done = 0
    running: set[asyncio.Task[None]] = set()
    while True:
        while len(running) < AT_ONCE and (task := system.claim()) is not None:
            running.add(asyncio.create_task(system.do(task)))
        if not running:
            return done
        ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for each in ended:
            each.result()
        done += len(ended)


async def _four_steps(run: Run) -> int:
    for number in range(STEPS):
        await run.step(f"step-{number}", _work, returns=str)
    return STEPS


async def _work() -> str:
    await asyncio.sleep(STEP_SECONDS)
    return "what a step returns: a commit, a verdict, a line"
