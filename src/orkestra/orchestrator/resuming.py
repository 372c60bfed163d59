"""Decisions that were interrupted: planning and votes go on before tasks are given out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.committee.committee import Committee
from orkestra.committee.holding import RUN_KIND as VOTE
from orkestra.domain.errors import CommitteeError, LeaseHeld, PlanningAbortedError
from orkestra.domain.protocol import DecisionKind
from orkestra.engine.journal import Journal
from orkestra.planning.planner import RUN_KIND as PLANNING
from orkestra.planning.planner import ProjectPlanner

if TYPE_CHECKING:
    from orkestra.agents.crew import Crew
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Person
    from orkestra.domain.votes import Vote


async def resume_decisions(project: OpenProject, crew: Crew, person: Person | None) -> None:
    """Bring open planning runs, then open votes, to their ends.

    A plan that is rejected, or a vote that nobody can hold, ends there and stops nothing else; one that another process
    holds is left to it.
    """
    journal = Journal(project)
    planner = ProjectPlanner(project, crew=crew, person=person)
    for run in journal.unfinished():
        if run.kind == PLANNING:
            try:
                await planner.resume(run.run_id, run.input, person)
            except PlanningAbortedError:
                continue
    committee = Committee(project, crew, person=person)
    for run in journal.unfinished():
        if run.kind == VOTE and not _waits_for_people(committee.get_vote(run.subject), person):
            try:
                await committee.resume(run.subject)
            except (CommitteeError, LeaseHeld):
                continue


def _waits_for_people(vote: Vote, person: Person | None) -> bool:
    """Whether a vote would keep the work waiting: `orkestra vote hold` goes on with it, beside the work."""
    irreversible = vote.agenda.kind is DecisionKind.IRREVERSIBLE
    return vote.outcome is None and bool(vote.agenda.people or (irreversible and person is None))
