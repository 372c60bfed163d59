"""Events in words: what a line says, and what the board of tasks shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from orkestra.domain.text import one_line
from orkestra.domain.votes import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orkestra.domain.events import Event

WIDTH: Final = 100
LONGEST: Final = 1_000
"""A warning is told whole."""
_SILENT: Final = {"open worktree", "tests before", "tests on the new main", "integrate", "merge", "remove worktree"}
"""Steps that go without saying when they succeed."""
_WORK_STEPS: Final = {
    "tests before": "tests before the work",
    "architect plan": "plan",
    "tests on merged state": "tests on merged state",
    "merge home": "merge",
}
"""The steps of a work that are told, in words."""


@dataclass
class TaskLine:
    """What the board knows of one task."""

    ordinal: int
    title: str
    status: str = "pending"
    step: str = ""


@dataclass
class Board:
    """The tasks as the events told so far leave them."""

    seen: int = 0
    tasks: dict[str, TaskLine] = field(default_factory=dict)
    options: dict[str, dict[str, str]] = field(default_factory=dict)

    def take(self, events: Iterable[Event]) -> None:
        """Learn from events, in order."""
        for event in events:
            self.seen = max(self.seen, event.seq)
            if event.kind == "task.added":
                self.tasks[event.subject] = TaskLine(event.data["ordinal"], one_line(event.data["title"], 60))
            elif event.kind == "vote.created":
                self.options[event.subject] = event.data.get("options", {})
            elif event.kind.startswith("task.") and event.subject in self.tasks:
                self._change(self.tasks[event.subject], event)
            elif event.kind.startswith("step.") and (task := self.of_run(event.subject)):
                task.step = event.data["name"] + (" ..." if event.kind == "step.intent" else "")

    def of_run(self, run_id: str) -> TaskLine | None:
        """Return the task that a run works on."""
        return self.tasks.get(run_id.removeprefix("task:").partition(":")[0])

    def at_work(self) -> list[TaskLine]:
        """Return the tasks that somebody works on, in order."""
        return sorted((t for t in self.tasks.values() if t.status == "in_progress"), key=lambda t: t.ordinal)

    def headline(self) -> str:
        """Return how far the tasks are, in a few words."""
        done = sum(1 for task in self.tasks.values() if task.status == "completed")
        return f"{done} of {len(self.tasks)} tasks done" if self.tasks else "planning"

    def _change(self, task: TaskLine, event: Event) -> None:
        status = event.kind.removeprefix("task.")
        task.status = {"claimed": "in_progress", "changed": task.status}.get(status, status)


def tell(event: Event, board: Board) -> str:
    """Return the line that tells an event, "" for one that is not told."""
    if event.kind.startswith("step."):
        return _step(event, board)
    data = event.data
    if event.kind == "sandbox.chosen":
        return one_line(data.get("warning", ""), LONGEST)
    task = f"{data.get('ordinal')}. {data.get('title', '')}"
    told = {
        "vote.created": ("vote", data.get("topic", "")),
        "vote.cast": ("ballot", f"round {data.get('round')}: {data.get('voter', ''):<8} {_chosen(event, board)}"),
        "vote.decided": ("decided", data.get("decision") or NOTHING),
        "checks.before": ("before", data.get("text", "")),
        "task.claimed": ("begin", task),
        "task.completed": ("done", task),
        "task.failed": ("FAILED", task),
        "task.blocked": ("blocked", task),
        "wait.asked": ("waiting", f"for your answer: `orkestra inbox` ({data.get('wait_id')})"),
        "run.taken": ("go on", _named(event, board)),
    }
    return _line(*told[event.kind]) if event.kind in told else ""


def _chosen(event: Event, board: Board) -> str:
    choice = str(event.data.get("choice"))
    return board.options.get(event.subject, {}).get(choice, choice)


def _named(event: Event, board: Board) -> str:
    task = board.of_run(event.subject)
    return f"{task.ordinal}. {task.title}" if task else event.subject.replace(":", " ")


def _step(event: Event, board: Board) -> str:
    task, name = board.of_run(event.subject), event.data["name"]
    if event.subject.startswith("work_"):
        return _work_step(event)
    if task is None or event.kind == "step.intent" or (name in _SILENT and event.kind == "step.value"):
        return ""
    ended = " failed" if event.kind == "step.error" else ""
    note = f": {event.data['note']}" if event.data.get("note") else ""
    return _line("", f"{task.ordinal}. {name}{ended}{note}")


def _work_step(event: Event) -> str:
    name = _WORK_STEPS.get(event.data["name"], "")
    if not name or event.kind == "step.intent":
        return ""
    note = one_line(event.data.get("note") or "", WIDTH)
    return _line("", f"{name}{' failed' if event.kind == 'step.error' else ''}{f': {note}' if note else ''}")


def _line(what: str, text: str) -> str:
    return f"{what:<9}{one_line(text, WIDTH - 9)}"
