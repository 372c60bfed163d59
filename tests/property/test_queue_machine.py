"""Whatever is done to the queue, in any order: it behaves as a dict of tasks would."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orkestra.core import open_project
from orkestra.domain.tasks import TaskDraft
from orkestra.errors import DependencyError, InvalidStatusError
from orkestra.tasks import TaskPriority, TaskQueue, TaskStatus
from tests.property.queue_model import ILLEGAL, STATUSES, URGENCY, Card, QueueModel

picks = st.integers(0, 10**6)
some_picks = st.lists(picks, max_size=3)
priorities = st.sampled_from(sorted(URGENCY))


class QueueMachine(RuleBasedStateMachine):
    @initialize()
    def open_first(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.model = QueueModel()
        self.open()

    def open(self) -> None:
        self.project = open_project(self.root)
        self.queue = TaskQueue(self.project)

    def teardown(self) -> None:
        self.close()
        shutil.rmtree(self.root)

    @rule()
    def reopen(self) -> None:
        self.close()
        self.open()

    def close(self) -> None:
        self.queue.close()
        self.project.close()

    # what is done to the queue

    @rule(priority=priorities, needs=some_picks)
    def add(self, priority: str, needs: list[int]) -> None:
        depends_on = self.chosen(needs)
        task_id = self.queue.add_task("A task", priority=priority, dependencies=sorted(depends_on))
        self.model.enter(task_id, priority, depends_on)

    @rule(priority=priorities, needs=some_picks)
    def add_a_chain(self, priority: str, needs: list[int]) -> None:
        depends_on = self.chosen(needs)
        last, first = f"last_{self.model.newest}", f"first_{self.model.newest}"
        rank = TaskPriority(priority)
        self.queue.add_tasks(
            [
                TaskDraft(key=last, description="Last", priority=rank, dependencies=(first,)),
                TaskDraft(key=first, description="First", priority=rank, dependencies=tuple(depends_on)),
            ]
        )
        self.model.enter(first, priority, depends_on)
        self.model.enter(last, priority, {first})

    @precondition(lambda self: self.model)
    @rule(pick=picks, status=st.sampled_from(STATUSES))
    def set_status(self, pick: int, status: str) -> None:
        task_id = self.pick(pick)
        card = self.model[task_id]
        if status in ILLEGAL.get(card.status, set()):
            with pytest.raises(InvalidStatusError, match=f"is {card.status} and can't become {status}"):
                self.queue.update_task(task_id, status=status)
        else:
            assert self.queue.update_task(card.ordinal, status=status).status == status
            self.model.become(task_id, status)

    @precondition(lambda self: self.model)
    @rule(pick=picks)
    def complete(self, pick: int) -> None:
        task_id = self.pick(pick)
        if "completed" in ILLEGAL.get(self.model[task_id].status, set()):
            with pytest.raises(InvalidStatusError):
                self.queue.complete(task_id)
        else:
            self.queue.complete(task_id)
            self.model.become(task_id, "completed")

    @rule()
    def claim(self) -> None:
        looked = self.queue.get_next_task()
        taken = self.queue.claim("claude")
        assert (taken and taken.id) == (looked and looked.id)
        if taken is not None:
            self.model.become(taken.id, "in_progress")

    @precondition(lambda self: self.model)
    @rule(pick=picks)
    def claim_that_one(self, pick: int) -> None:
        task_id = self.pick(pick)
        taken = self.queue.claim("claude", task_id)
        assert (taken is not None) == (task_id in self.model.ready())
        if taken is not None:
            self.model.become(task_id, "in_progress")

    @precondition(lambda self: self.model)
    @rule(pick=picks, needs=some_picks)
    def depend_anew(self, pick: int, needs: list[int]) -> None:
        task_id, depends_on = self.pick(pick), self.chosen(needs)
        if any(task_id in self.model.needed_by(needed) for needed in depends_on):
            with pytest.raises(DependencyError, match=task_id):
                self.queue.update_task(task_id, dependencies=sorted(depends_on))
        else:
            self.queue.update_task(task_id, dependencies=sorted(depends_on))
            self.model[task_id].needs = depends_on
            self.model.exact = False

    @precondition(lambda self: self.model)
    @rule(pick=picks, priority=priorities)
    def reprioritise(self, pick: int, priority: str) -> None:
        self.queue.update_task(self.pick(pick), priority=priority)
        self.model[self.pick(pick)].priority = priority

    @rule()
    def clear(self) -> None:
        assert self.queue.clear_completed() == self.model.clear_completed()

    @rule()
    def work_out_the_critical_path(self) -> None:
        self.queue.prioritise()
        self.model.exact = True

    def pick(self, number: int) -> str:
        return list(self.model)[number % len(self.model)]

    def chosen(self, numbers: list[int]) -> set[str]:
        return {self.pick(number) for number in numbers} if self.model else set()

    # what must hold after each rule

    @invariant()
    def it_holds_what_the_model_holds(self) -> None:
        held = {
            task.id: Card(task.ordinal, task.priority, set(task.dependencies), task.status)
            for task in self.queue.list_tasks()
        }
        assert held == self.model

    @invariant()
    def dependencies_are_counted_right(self) -> None:
        rows = self.project.store.rows("SELECT id, unmet FROM tasks")
        for row in rows:
            assert row["unmet"] == self.model.unmet(row["id"])
            assert self.queue.check_dependencies(row["id"]) == (row["unmet"] == 0)

    @invariant()
    def statistics_are_counted_right(self) -> None:
        cards = self.model.values()
        statistics = self.queue.get_statistics()
        assert statistics["total"] == len(cards)
        assert statistics["by_status"] == {each: sum(c.status == each for c in cards) for each in TaskStatus}
        assert statistics["by_priority"] == {each: sum(c.priority == each for c in cards) for each in TaskPriority}
        done = statistics["completed"]
        assert statistics["completion_rate"] == pytest.approx(100 * done / len(cards) if cards else 0)

    @invariant()
    def the_next_task_is_the_right_one(self) -> None:
        ready = self.model.ready()
        shown = self.queue.get_next_task()
        if shown is None or not ready:
            assert (shown, ready) == (None, {})
            return
        assert URGENCY[ready[shown.id].priority] == min(URGENCY[card.priority] for card in ready.values())
        if self.model.exact:  # since the last change that could shorten or make a chain
            order = {each: (URGENCY[c.priority], -self.model.depth(each), c.ordinal) for each, c in ready.items()}
            assert shown.id == min(order, key=lambda each: order[each])

    @invariant()
    def the_record_is_the_queue(self) -> None:
        if self.model.newest:
            record = json.loads(self.project.layout.queue_record.read_text("utf-8"))
            assert record["tasks"] == [{**vars(task), "title": task.title} for task in self.queue.list_tasks()]


TestQueueMachine = pytest.mark.slow(QueueMachine.TestCase)
QueueMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
