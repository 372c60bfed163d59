"""Planning as a durable run: proposals, a vote, the user's word, tasks in the queue, everything in git."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.workspaces.repository import Repository
from orkestra.committee.committee import Committee
from orkestra.core.bookkeeping import committed_records
from orkestra.core.portal import in_thread
from orkestra.core.records import write_atomically
from orkestra.domain.errors import PlanningAbortedError, PlanningError
from orkestra.domain.identity import derived_id
from orkestra.domain.plans import Involvement, Plan
from orkestra.domain.runs import Question
from orkestra.domain.tasks import TaskDraft
from orkestra.domain.votes import Agenda
from orkestra.planning.drafting import draft_plan
from orkestra.planning.proposing import gather_proposals
from orkestra.planning.rendering import render_plan
from orkestra.planning.scaffolding import signed_scaffold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from orkestra.agents.crew import Crew
    from orkestra.core.opening import OpenProject
    from orkestra.domain.plans import Brief, Proposal
    from orkestra.engine.run import Run
    from orkestra.engine.waits import Waits
    from orkestra.tasks.queue import TaskQueue

APPROVE: Final = "approve"
MODIFY: Final = "modify"
REJECT: Final = "reject"
MAX_CHANGES: Final = 5
PLAN_DOCUMENT: Final = "docs/plan.md"


@dataclass(frozen=True)
class PlanningRoom:
    """What planning works with."""

    project: OpenProject
    crew: Crew
    queue: TaskQueue
    waits: Waits


async def plan_project(run: Run, room: PlanningRoom, brief: Brief, *, auto_approve: bool) -> Plan:
    """Return the plan that was decided and approved, with its tasks queued and its record committed.

    Raises PlanningAbortedError when the user rejects it, VotingError or NoQuorum when nobody can plan.
    """
    changes: list[str] = []
    while True:
        plan = await _decide(run, room, brief, changes)
        word = APPROVE if auto_approve else await _approval(run, plan, len(changes))
        if word == APPROVE:
            break
        if word == REJECT:
            raise PlanningAbortedError("the plan was rejected: nothing was queued")
        if len(changes) == MAX_CHANGES:
            raise PlanningError(f"the plan was changed {MAX_CHANGES} times; begin again with another brief")
        changes.append(await run.ask(f"changes-{len(changes) + 1}", Question(text="What should change?")))

    async def enqueue() -> list[str]:
        year, holder = room.project.clock.now().year, await in_thread(_user, room.project.root)
        signed = [signed_scaffold(task, holder or brief.name, year) for task in plan.tasks]
        added = room.queue.add_tasks([_named(run.run_id, task) for task in signed])
        room.queue.prioritise()
        return added

    await run.step("enqueue", enqueue, returns=list[str])
    await run.step("commit plan", lambda: _commit(room, plan), returns=str)
    return plan


async def _decide(run: Run, room: PlanningRoom, brief: Brief, changes: Sequence[str]) -> Plan:
    members = [agent.name for agent in Committee.AGENTS]
    proposals = await gather_proposals(run, room.crew, members, brief, changes)
    if len(proposals) == 1:
        return draft_plan(brief, proposals[0].proposal, changes=changes)
    authors = {_in_one_line(each.proposal): each.authors for each in proposals}
    committee = Committee(room.project, room.crew)
    number = len(changes) + 1

    async def vote() -> dict[str, Any]:
        vote_id = committee.create_vote(
            f"Which plan for {brief.name}?",
            list(authors),
            context="\n".join((brief.description, *brief.features, *changes)),
            agenda=Agenda(key=derived_id("vote", run.run_id, str(number)), area="planning", authors=authors),
        )
        hear = _listener(run, room, vote_id) if brief.involvement is Involvement.HIGH else None
        return await committee.aprocess_vote(vote_id, room.project.settings.max_rounds, hear)

    outcome = await run.step(f"vote {number}", vote, returns=dict[str, Any])
    chosen = int(outcome["option_id"].removeprefix("option_")) - 1
    return draft_plan(brief, proposals[chosen].proposal, outcome["vote_id"], changes)


def _listener(run: Run, room: PlanningRoom, vote_id: str) -> Callable[[dict[str, Any]], Any]:
    async def hear(held: dict[str, Any]) -> str:
        said = "".join(f"\n  {each['voter']} -> {each['choice']}: {each['reasoning']}" for each in held["ballots"])
        text = f"Round {held['round']} ended {held['consensus_level']}:{said}\nYour word to them"
        return await room.waits.ask(derived_id("wait", vote_id, str(held["round"])), run.run_id, Question(text=text))

    return hear


async def _approval(run: Run, plan: Plan, number: int) -> str:
    question = Question(
        text=f"\n{render_plan(plan)}\nApprove this plan?", options=(APPROVE, MODIFY, REJECT), default=APPROVE
    )
    return await run.ask(f"approval-{number + 1}", question)


async def _commit(room: PlanningRoom, plan: Plan) -> str:
    layout = room.project.layout
    document = render_plan(plan).encode()
    repository = Repository.if_any(layout.root)
    if repository is None:
        return ""  # a directory without git can still be planned in; nothing is there to commit to
    place = layout.record(PLAN_DOCUMENT)
    write_atomically(place, document, scratch=layout.scratch)
    files = {**layout.for_git({place: document}), **committed_records(room.project), **room.queue.record_file()}
    return await in_thread(repository.commit, files, f"docs: plan {plan.title}")


def _user(root: Path) -> str:
    repository = Repository.if_any(root)
    return repository.user_name() if repository else ""


def _named(run_id: str, task: TaskDraft) -> TaskDraft:
    """Return the task under an id that the same run always gives it, so that it is queued once."""
    renamed = tuple(derived_id("task", run_id, key) for key in task.dependencies)
    return TaskDraft(**{**vars(task), "key": derived_id("task", run_id, task.key), "dependencies": renamed})


def _in_one_line(proposal: Proposal) -> str:
    return f"{proposal.title}: {proposal.summary}"
