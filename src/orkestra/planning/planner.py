"""The planner: from a description to tasks in the queue, with the committee and the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orkestra.adapters.people.terminal import TerminalPerson
from orkestra.agents.crew import Crew
from orkestra.codec import from_plain, to_plain
from orkestra.core.opening import InProject, OpenProject
from orkestra.core.portal import run_sync
from orkestra.domain.identity import new_id
from orkestra.domain.plans import Brief, Plan
from orkestra.engine.engine import Engine
from orkestra.engine.journal import Journal
from orkestra.planning.deciding import PlanningRoom, plan_project
from orkestra.planning.drafting import make_brief
from orkestra.planning.wizard import ask_brief
from orkestra.tasks.queue import TaskQueue

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from orkestra.domain.ports import Person
    from orkestra.domain.runs import RunRecord
    from orkestra.engine.run import Run

RUN_KIND = "planning"


class ProjectPlanner(InProject):
    """Plans one project, in `project_root`; `crew` replaces the crew of the settings, `person` the terminal."""

    def __init__(
        self,
        project_root: str | os.PathLike[str] | OpenProject,
        project_name: str = "",
        *,
        crew: Crew | None = None,
        person: Person | None = None,
    ) -> None:
        super().__init__(project_root)
        self._name = project_name or self._project.root.name
        self._crew = crew
        self._person = person

    def run_planning_wizard(self) -> Plan:
        """Ask for description, involvement and features, plan with the committee, and return the approved plan.

        The end of the input stands for every default, approval included. Raises InvalidInputError without a
        description, PlanningAbortedError when the plan is rejected.
        """
        return run_sync(self.arun_planning_wizard())

    async def arun_planning_wizard(self) -> Plan:
        """Do what `run_planning_wizard` does, awaitable."""
        person = self._person or TerminalPerson()
        brief = await ask_brief(person, self._name)
        return await self.aplan(brief, person=person)

    def create_project(
        self,
        name: str = "",
        description: str = "",
        features: str | Sequence[str] = (),
        *,
        involvement: int = 3,
    ) -> Plan:
        """Plan without questions and return the plan, approved as it is."""
        brief = make_brief(name or self._name, description, features, involvement)
        return run_sync(self.aplan(brief, auto_approve=True))

    async def aplan(self, brief: Brief, *, auto_approve: bool = False, person: Person | None = None) -> Plan:
        """Plan from a brief, as a durable run: after a crash `orkestra start` goes on with it."""
        run = self.begin(brief, auto_approve=auto_approve)
        return await self.resume(run.run_id, run.input, person)

    def begin(self, brief: Brief, *, auto_approve: bool = False) -> RunRecord:
        """Open the planning run without driving it: the orchestrator's next start does."""
        given = to_plain({"brief": brief, "auto_approve": auto_approve})
        return Journal(self._project).open(new_id("planning"), kind=RUN_KIND, subject=brief.name, given=given)

    async def resume(self, run_id: str, given: Any, person: Person | None = None) -> Plan:  # noqa: ANN401 - as recorded
        """Drive a planning run that was begun or interrupted, from its recorded input."""
        engine = Engine(self._project, person)
        brief = from_plain(given["brief"], Brief)
        with TaskQueue(self._project) as queue:
            room = PlanningRoom(self._project, self._crew or Crew.assemble(self._project), queue, engine.waits)

            async def planning(run: Run) -> Plan:
                return await plan_project(run, room, brief, auto_approve=given["auto_approve"])

            return await engine.run(run_id, planning, kind=RUN_KIND, subject=brief.name, returns=Plan)
