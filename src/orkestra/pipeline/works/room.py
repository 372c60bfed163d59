"""What a work is done with, and how its plan finds the user's consent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.domain.clock import iso
from orkestra.domain.runs import Question

if TYPE_CHECKING:
    from orkestra.agents.crew import Crew
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Sandbox
    from orkestra.engine.waits import Waits
    from orkestra.tasks.queue import TaskQueue

APPROVE: Final = "approve"
EDIT: Final = "edit"
REJECT: Final = "reject"

Consent = Callable[[str, str, Question], Awaitable[str]]
"""Asks under the id of a wait and of its run, and returns approve, edit or reject."""


class PlanKept(Exception):  # noqa: N818 - says what happened; nobody's error, so the run stays open
    """The plan is written and waits to be approved, later and by another call."""


@dataclass(frozen=True, kw_only=True)
class WorkRoom:
    """What works of one project are done with; `work_off` does the tasks with these ids, as far as it can."""

    project: OpenProject
    queue: TaskQueue
    crew: Crew
    sandbox: Sandbox
    consent: Consent
    work_off: Callable[[Collection[str]], Awaitable[None]]

    def now(self) -> str:
        """Return the present moment as ISO 8601."""
        return iso(self.project.clock.now())


def asking(waits: Waits) -> Consent:
    """Return the consent of whoever answers: at the terminal, or from the inbox."""

    async def ask(wait_id: str, run_id: str, question: Question) -> str:
        return await waits.ask(wait_id, run_id, question)

    return ask


def given(waits: Waits) -> Consent:
    """Return consent that was given beforehand: the plan is taken as it comes."""

    async def approve(wait_id: str, run_id: str, question: Question) -> str:
        del run_id, question
        if any(wait.wait_id == wait_id for wait in waits.open()):
            waits.answer(wait_id, APPROVE, by="--auto-approve")  # asked in an earlier life: nobody need answer it now
        return APPROVE

    return approve


async def later(wait_id: str, run_id: str, question: Question) -> str:
    """No consent yet: the plan is kept."""
    del wait_id, question
    raise PlanKept(run_id)
