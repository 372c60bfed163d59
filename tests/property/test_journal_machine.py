"""Whatever happens to the workers of a run, in any order: the journal keeps its promises.

A worker is a coroutine that stops before each step and within each call. It crashes by being dropped there. It is
taken over by another worker, on a machine of its own, while it stands still; woken later, it finds out.
"""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orkestra.domain.runs import RunStatus, StepRecord
from orkestra.errors import LeaseLost
from tests.property.workers import Plan, Worker, World, answers, repeated, undisturbed

kinds = st.lists(st.sampled_from(["paid", "free", "paid failing", "free failing"]), max_size=4)
plans = st.fixed_dictionaries({"": kinds, "left": kinds, "right": kinds})
orders = st.lists(st.integers(0, 2), min_size=1, max_size=6)
picks = st.integers(0, 5)


class JournalMachine(RuleBasedStateMachine):
    @initialize(plan=plans)
    def set_out(self, plan: Plan) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.world = World(self.root)
        self.plan = plan
        self.alive: list[Worker] = []
        self.interrupted: Counter[str] = Counter()
        self.seen: dict[str, StepRecord] = {}

    @rule(order=orders)
    def a_worker_takes_the_run(self, order: list[int]) -> None:
        done = self.is_done()
        calls = len(self.world.calls)
        self.interrupt()
        worker = Worker(self.root, self.world, self.plan, order)
        if self.goes_on(worker):
            run = self.world.run()
            assert run is not None
            assert run.epoch > max((other.epoch for other in self.alive), default=0)
            worker.epoch = run.epoch
            self.alive.append(worker)
        assert len(self.world.calls) == calls, "nothing is done before the first pause"
        assert done <= (worker.value is not None), "a run that is done gives its value at once"

    @precondition(lambda self: self.alive)
    @rule(pick=picks, moves=st.integers(1, 8))
    def a_worker_goes_on(self, pick: int, moves: int) -> None:
        worker = self.alive[pick % len(self.alive)]
        for _ in range(moves):
            if not self.goes_on(worker):
                self.alive.remove(worker)
                return

    @precondition(lambda self: self.alive)
    @rule(pick=picks)
    def a_worker_crashes(self, pick: int) -> None:
        worker = self.alive.pop(pick % len(self.alive))
        if self.is_current(worker):
            self.interrupt(worker)
        worker.crash()

    def goes_on(self, worker: Worker) -> bool:
        """Let the worker make a move; what it may do depends on whether it still has the run."""
        current = worker.epoch == 0 or self.is_current(worker)
        before = (self.world.run(), self.world.recorded())
        try:
            more = worker.move()
        except LeaseLost:
            assert not current, "the worker that has the run lost it"
            more = False
        else:
            assert more or current, "a stale worker finished the run"
        assert current or (self.world.run(), self.world.recorded()) == before, "a stale worker recorded something"
        if worker.value is not None:
            self.check(worker.value)
        if not more:
            worker.crash()
        return more

    def check(self, value: dict[str, str]) -> None:
        assert answers(value) == undisturbed(self.plan)
        for name, step in self.world.outcomes().items():
            assert value[name] == (step.value if step.state == "value" else f"refused: {step.error_message}")

    def interrupt(self, worker: Worker | None = None) -> None:
        """Note the call in flight of the worker that has the run: that one may be done again."""
        for each in [worker] if worker else filter(self.is_current, self.alive):
            self.interrupted[each.in_call] += 1

    def is_current(self, worker: Worker) -> bool:
        run = self.world.run()
        return run is not None and worker.epoch == run.epoch and run.status is RunStatus.OPEN

    def is_done(self) -> bool:
        run = self.world.run()
        return run is not None and run.status is RunStatus.DONE

    @invariant()
    def what_is_recorded_never_changes(self) -> None:
        outcomes = self.world.outcomes()
        assert {name: outcomes[name] for name in self.seen} == self.seen
        self.seen = outcomes

    @invariant()
    def at_most_the_call_in_flight_is_repeated_per_interruption(self) -> None:
        assert repeated(self.world.calls) <= self.interrupted

    @invariant()
    def a_repeated_call_has_the_same_key_and_no_other_call_has_it(self) -> None:
        keys = list(self.world.keys.values())
        assert all(len(each) == 1 for each in keys)
        assert len(set().union(*keys)) == len(keys)

    def teardown(self) -> None:
        self.a_worker_takes_the_run([0])
        while self.alive and self.goes_on(self.alive[-1]):
            pass
        assert self.is_done()
        calls = len(self.world.calls)
        assert not self.goes_on(Worker(self.root, self.world, self.plan, [1]))
        assert len(self.world.calls) == calls
        for worker in self.alive:
            worker.crash()
        self.world.close()
        shutil.rmtree(self.root)


TestJournalMachine = pytest.mark.slow(JournalMachine.TestCase)
JournalMachine.TestCase.settings = settings(max_examples=120, stateful_step_count=40)
