"""Workers whose every move is made by hand, each on a machine of its own, and the world that they act on."""

from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from itertools import count, cycle
from pathlib import Path
from types import coroutine

from orkestra.adapters.locks.files import FileLocks
from orkestra.core import open_project
from orkestra.domain.runs import Lease, RunRecord, StepRecord
from orkestra.engine.engine import Engine
from orkestra.engine.journal import Journal
from orkestra.engine.run import Run
from orkestra.errors import AgentError

RUN = "run-of-the-test"
Plan = dict[str, list[str]]
"""For each lane, a branch of the run, the kinds of its steps: `free`, `paid`, `free failing`, `paid failing`."""


@coroutine
def pause() -> Generator[None, None, None]:
    """Stop here until the test goes on."""
    yield


class World:
    """Everything outside of the journal. It answers each call differently, so that a repeated one is seen."""

    def __init__(self, root: Path) -> None:
        self._project = open_project(root)
        self._journal = Journal(self._project)
        self._nonces = count()
        self.calls: list[str] = []
        self.keys: dict[str, set[str]] = {}

    def answer(self, name: str) -> str:
        return f"{name} #{next(self._nonces)}"

    def recorded(self) -> dict[str, StepRecord]:
        """What the journal holds, by the name of the step, read over a connection of its own."""
        return {step.name: step for step in self._journal.steps(Lease(run_id=RUN, epoch=0, attempt=1)).values()}

    def outcomes(self) -> dict[str, StepRecord]:
        return {name: step for name, step in self.recorded().items() if step.state != "intent"}

    def run(self) -> RunRecord | None:
        return self._journal.find(RUN)

    def close(self) -> None:
        self._project.close()


@dataclass
class Worker:
    """One worker at one run; `order` says which lane it likes to work on next."""

    root: Path
    world: World
    plan: Plan
    order: list[int]
    in_call: str = ""
    epoch: int = 0
    value: dict[str, str] | None = None
    lanes: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.lanes = cycle(self.order)
        self._project = open_project(self.root)
        elsewhere = self.root / "machines" / str(id(self))
        engine = Engine(replace(self._project, locks=FileLocks(elsewhere)))
        self._moves = engine.run(RUN, self._work, kind="test", subject="machine", returns=dict[str, str])

    def move(self) -> bool:
        """Go on to the next pause; say whether there is more to do."""
        try:
            self._moves.send(None)
        except StopIteration as end:
            self.value = end.value
            return False
        return True

    def crash(self) -> None:
        self._moves.close()
        self._project.close()

    async def _work(self, run: Run) -> dict[str, str]:
        branches = {lane: run.branch(lane) if lane else run for lane in self.plan}
        todo = {lane: list(enumerate(kinds)) for lane, kinds in self.plan.items() if kinds}
        found = {}
        while todo:
            lane = sorted(todo)[next(self.lanes) % len(todo)]
            number, kind = todo[lane].pop(0)
            if not todo[lane]:
                del todo[lane]
            await pause()
            found[f"{lane}{number}"] = await self._step(branches[lane], f"{lane}{number}", kind)
        await pause()
        return dict(sorted(found.items()))

    async def _step(self, run: Run, name: str, kind: str) -> str:
        async def work(*, key: str = "") -> str:
            self._begin(name, key)
            await pause()
            self.in_call = ""
            if "failing" in kind:
                raise AgentError(self.world.answer(name))
            return self.world.answer(name)

        try:
            return await (run.paid if kind.startswith("paid") else run.step)(name, work, returns=str)
        except AgentError as error:
            return f"refused: {error}"

    def _begin(self, name: str, key: str) -> None:
        now = self.world.run()
        assert now is not None
        stale = self.epoch < now.epoch if self.epoch else False
        assert not (key and stale), "a paid call was begun after somebody else took over"
        assert stale or name not in self.world.outcomes(), "a recorded step was done again"
        if key:
            self.in_call = name
            self.world.calls.append(name)
            self.world.keys.setdefault(name, set()).add(key)


def answers(value: dict[str, str]) -> dict[str, str]:
    """A run's value without what differs from call to call."""
    return {name: answer.partition(" #")[0] for name, answer in value.items()}


def undisturbed(plan: Plan) -> dict[str, str]:
    """What a run of that plan gives when nothing ever happens to it."""
    steps = {f"{lane}{number}": kind for lane, kinds in plan.items() for number, kind in enumerate(kinds)}
    return {name: f"refused: {name}" if "failing" in kind else name for name, kind in sorted(steps.items())}


def repeated(calls: list[str]) -> Counter[str]:
    """How often each paid call was begun beyond the first time."""
    return Counter(calls) - Counter(set(calls))
