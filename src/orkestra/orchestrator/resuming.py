"""Decisions that were interrupted: planning and votes go on before tasks are given out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.committee.committee import RUN_KIND as VOTE
from orkestra.committee.committee import Committee
from orkestra.domain.errors import CommitteeError, PlanningAbortedError
from orkestra.engine.journal import Journal
from orkestra.planning.planner import RUN_KIND as PLANNING
from orkestra.planning.planner import ProjectPlanner

if TYPE_CHECKING:
    from orkestra.agents.crew import Crew
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Person


async def resume_decisions(project: OpenProject, crew: Crew, person: Person | None) -> None:
    """Bring open planning runs, then open votes, to their ends.

    A plan that is rejected, or a vote that nobody can hold, ends there and stops nothing else.
    """
    journal = Journal(project)
    planner = ProjectPlanner(project, crew=crew, person=person)
    for run in journal.unfinished():
        if run.kind == PLANNING:
            try:
                await planner.resume(run.run_id, run.input, person)
            except PlanningAbortedError:
                continue
    for run in journal.unfinished():
        if run.kind == VOTE:
            try:
                await Committee(project, crew).resume(run.subject)
            except CommitteeError:
                continue
