"""The plan of a work: the architect makes it, the user reads it in `.orkestra/plan.md` and has the last word."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.workspaces.reading import file_at, files_at
from orkestra.adapters.workspaces.repository import Repository
from orkestra.agents.prompting import Asking, render_prompt
from orkestra.core.portal import in_thread
from orkestra.core.records import write_atomically
from orkestra.domain.errors import BadResponse, InvalidInputError, PlanningAbortedError, PlanningError, ProviderTimeout
from orkestra.domain.identity import derived_id
from orkestra.domain.runs import Question
from orkestra.domain.works import WorkPlan
from orkestra.pipeline.roles import CHAINS, Role
from orkestra.pipeline.works.outline import outline
from orkestra.pipeline.works.plantext import parse, render, tidy, work_of
from orkestra.pipeline.works.room import APPROVE, EDIT, REJECT

if TYPE_CHECKING:
    from pathlib import Path

    from orkestra.domain.work import CheckReport
    from orkestra.domain.works import Order
    from orkestra.engine.run import Run
    from orkestra.pipeline.works.room import WorkRoom

PURPOSE: Final = "architect plan"
MAX_README: Final = 6_000
MAX_ROUNDS: Final = 20
_READMES: Final = ("README.md", "README.rst", "README.txt", "README")


@dataclass(frozen=True, kw_only=True)
class ReadBack:
    """What the plan's file held when it was read: a plan, or why it is none."""

    plan: WorkPlan | None = None
    problem: str = ""


async def plan_work(run: Run, room: WorkRoom, order: Order, baseline: CheckReport) -> WorkPlan:
    """Return the plan as it was approved, edits included.

    Raises PlanningAbortedError when it is rejected, PlanningError when it was edited into something that is no
    plan and nobody is there to mend it, AgentUnavailable without an architect, a ProviderError without an answer.
    """
    plan = await _designed(run, room, order, baseline)
    problem = ""
    for number in range(1, MAX_ROUNDS + 1):
        _present(room, run.run_id, plan)
        word = await _word(run, room, plan, number, problem)
        if word == REJECT:
            raise PlanningAbortedError("the plan was rejected: nothing was queued, and no branch was made")
        read = await _read_back(run, room, number, word)
        plan, problem = read.plan or plan, read.problem
        if word == APPROVE and not problem:
            return plan
    raise PlanningError(f"the plan was asked about {MAX_ROUNDS} times; begin again, or approve it next time")


async def _designed(run: Run, room: WorkRoom, order: Order, baseline: CheckReport) -> WorkPlan:
    async def designed(*, key: str) -> WorkPlan:
        facts = await in_thread(_facts, room.project.root, order, baseline)
        return await _asked(room, order, facts, key)

    return await run.paid(PURPOSE, designed, returns=WorkPlan)


async def _asked(room: WorkRoom, order: Order, facts: dict[str, Any], key: str) -> WorkPlan:
    agent = room.crew.thinker(CHAINS[Role.ARCHITECT])
    asking = Asking(package="orkestra.pipeline", template="architect-plan.md.j2", purpose=PURPOSE, subject=order.title)
    deadline = room.project.settings.agent_deadline
    try:
        async with asyncio.timeout(deadline):
            answer = await agent.ask(render_prompt(asking, agent.name, facts), WorkPlan, key=key)
    except TimeoutError:
        raise ProviderTimeout(f"{agent.name} did not answer as architect within {deadline:g} s") from None
    try:
        return tidy(answer.value)
    except InvalidInputError as error:
        raise BadResponse(f"{agent.name}'s plan can't be used: {error}; `orkestra resume` asks again") from error


def _facts(root: Path, order: Order, baseline: CheckReport) -> dict[str, Any]:
    repository = Repository.open(root)
    files = files_at(repository, order.base)
    readme = next((name for name in _READMES if name in files), "")
    text = file_at(repository, order.base, readme, MAX_README) if readme else ""
    return {"text": order.text, "outline": outline(files), "readme": text, "baseline": baseline}


def _present(room: WorkRoom, work_id: str, plan: WorkPlan) -> None:
    """Put the plan into its file, unless that is this work's already: the user may have edited it.

    Another work's plan there, edits included, is put aside under its id, and comes back when it is its turn.
    """
    layout = room.project.layout
    there = layout.plan.read_text("utf-8", "replace") if layout.plan.is_file() else ""
    owner = work_of(there)
    if owner == work_id:
        return
    aside = layout.state / "plans"
    if owner:
        write_atomically(aside / f"{owner}.md", there.encode(), scratch=layout.scratch)
    mine = aside / f"{work_id}.md"
    text = mine.read_text("utf-8", "replace") if mine.is_file() else render(plan, work_id)
    write_atomically(layout.plan, text.encode(), scratch=layout.scratch)


async def _word(run: Run, room: WorkRoom, plan: WorkPlan, number: int, problem: str) -> str:
    """Return the user's word on the plan, as recorded or as given now."""
    wait_id = derived_id("wait", run.run_id, "approval", str(number))
    said = f"{problem}\n" if problem else f"{render(plan, run.run_id)}\n"
    text = f"\n{said}It stands in {room.project.layout.plan}. Approve it, edit it, or reject it?"

    async def asked() -> str:
        return await room.consent(
            wait_id, run.run_id, Question(text=text, options=(APPROVE, EDIT, REJECT), default=APPROVE)
        )

    return await run.step(f"approval {number}", asked, returns=str)


async def _read_back(run: Run, room: WorkRoom, number: int, word: str) -> ReadBack:
    """Return what the plan's file holds now; what was approved must be a plan, what was edited may be mended again."""
    path = room.project.layout.plan

    async def read() -> ReadBack:
        try:
            return _read(path, run.run_id)
        except (UnicodeDecodeError, InvalidInputError) as error:
            if word == EDIT:
                return ReadBack(problem=f"{path}, {error}")
            raise PlanningError(f"{path}, {error}; mend it, then `orkestra resume`") from error

    return await run.step(f"read plan {number}", read, returns=ReadBack)


def _read(path: Path, work_id: str) -> ReadBack:
    text = path.read_text("utf-8") if path.is_file() else ""
    ours = work_of(text) == work_id or (text and not work_of(text))
    return ReadBack(plan=parse(text)) if ours else ReadBack()
