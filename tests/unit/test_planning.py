"""Planning: from a brief to tasks in the queue."""

import io
import subprocess
from pathlib import Path

import pytest

from orkestra.adapters.people.terminal import TerminalPerson
from orkestra.agents import Crew
from orkestra.core import OrkestraProject
from orkestra.errors import InvalidInputError, PlanningAbortedError, VotingError
from orkestra.planning import ProjectPlanner
from orkestra.tasks import TaskQueue
from orkestra.testing import Line, Script, scripted_crew

PROPOSAL = {"title": "Small modules", "summary": "One module per concern"}


def typing(*lines: str) -> TerminalPerson:
    return TerminalPerson(io.StringIO("".join(f"{line}\n" for line in lines)), io.StringIO())


def proposing(**changes: object) -> Line:
    return Line(purpose="proposal", agent="claude", answer={**PROPOSAL, **changes})


def planner(root: Path, script: Script, person: TerminalPerson | None = None) -> ProjectPlanner:
    return ProjectPlanner(root, "ledger", crew=Crew.of(scripted_crew(script, ["claude"])), person=person)


def titles(root: Path) -> list[str]:
    return [task.title for task in TaskQueue(root).list_tasks()]


def test_the_standard_phases_have_four_tasks_and_one_for_each_feature(tmp_path: Path) -> None:
    plan = ProjectPlanner(tmp_path).create_project("ledger", "a ledger", "import, report, budgets")

    assert [(phase.name, len(phase.tasks)) for phase in plan.phases] == [
        ("Foundation", 4),
        ("Core Features", 3),
        ("Integration", 4),
        ("Deployment", 4),
    ]
    assert all(phase.milestone and phase.deliverables for phase in plan.phases)


def test_each_phase_waits_for_the_one_before(tmp_path: Path) -> None:
    ProjectPlanner(tmp_path).create_project("ledger", "a ledger", ["import"])
    queue = TaskQueue(tmp_path)

    order: list[str] = []
    while task := queue.get_next_task():
        order.append(task.category)
        queue.complete(task.id)

    assert list(dict.fromkeys(order)) == ["Foundation", "Core Features", "Integration", "Deployment"]
    assert len(order) == 13


def test_a_wizard_that_is_answered_and_then_left_has_its_plan_approved(tmp_path: Path) -> None:
    person = typing("A ledger for the pocket", "2", "import,report")

    plan = ProjectPlanner(tmp_path, "ledger", person=person).run_planning_wizard()

    assert plan.brief.features == ("import", "report")
    assert len(titles(tmp_path)) == 14


def test_a_plan_can_be_changed_before_it_is_approved(tmp_path: Path) -> None:
    person = typing("A ledger", "3", "", "modify", "no database", "approve")
    changed = Line(purpose="proposal", round=2, mentions=("no database",), answer={**PROPOSAL, "title": "Plain files"})

    with Script((changed, proposing())) as script:
        plan = planner(tmp_path, script, person).run_planning_wizard()

    assert (plan.title, plan.changes) == ("Plain files", ("no database",))


def test_a_rejected_plan_queues_nothing(tmp_path: Path) -> None:
    with pytest.raises(PlanningAbortedError):
        planner(tmp_path, Script((proposing(),)), typing("A ledger", "3", "", "reject")).run_planning_wizard()

    assert titles(tmp_path) == []


def test_a_proposals_own_tasks_are_queued_with_their_dependencies(tmp_path: Path) -> None:
    tasks = [
        {"key": "a", "title": "Lay out", "phase": "Foundation"},
        {"key": "b", "title": "Read CSV", "phase": "Core Features", "after": ["a"]},
    ]

    planner(tmp_path, Script((proposing(tasks=tasks),))).create_project("ledger", "a ledger")

    first, second = TaskQueue(tmp_path).list_tasks()
    assert (first.title, second.title, second.dependencies) == ("Lay out", "Read CSV", [first.id])


@pytest.mark.parametrize(
    "tasks",
    [
        [
            {"key": "a", "title": "A", "phase": "P", "after": ["b"]},
            {"key": "b", "title": "B", "phase": "P", "after": ["a"]},
        ],
        [{"key": "a", "title": "A", "phase": "P", "after": ["nowhere"]}],
        [{"key": "a", "title": "A", "phase": "P"}, {"key": "a", "title": "B", "phase": "P"}],
    ],
    ids=["circular", "unknown", "twice"],
)
def test_a_proposal_that_is_no_plan_is_left_out(tmp_path: Path, tasks: list[dict[str, object]]) -> None:
    with pytest.raises(VotingError, match="claude"):
        planner(tmp_path, Script((proposing(tasks=tasks),))).create_project("ledger", "a ledger")


def test_different_proposals_are_voted_on(tmp_path: Path) -> None:
    other = Line(purpose="proposal", agent="grok", answer={**PROPOSAL, "title": "One script"})
    ballots = Line(purpose="ballot", answer={"choice": "option_2", "reasoning": "less to keep"})
    crew = Crew.of(scripted_crew(Script((proposing(), other, ballots)), ["claude", "grok"]))

    plan = ProjectPlanner(tmp_path, crew=crew).create_project("ledger", "a ledger")

    assert plan.title == "One script"
    assert plan.vote_id.startswith("vote_")


def test_the_plan_and_its_records_are_committed(tmp_path: Path) -> None:
    made = OrkestraProject.create("ledger", tmp_path / "ledger")
    ProjectPlanner(made.path).create_project("ledger", "a ledger")

    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", made.path, *arguments], check=True, capture_output=True, text=True).stdout

    assert "docs: plan Standard phases" in git("log", "--format=%s")
    assert {"docs/plan.md", "config/task-queue.json"} <= set(git("ls-files").splitlines())
    assert git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("description", "features", "involvement"), [("", "", 2), ("  ", "", 2), ("x", "", 7), ("x", "y" * 300, 2)]
)
def test_a_brief_that_can_not_be_used_is_refused(
    tmp_path: Path, description: str, features: str, involvement: int
) -> None:
    with pytest.raises(InvalidInputError):
        ProjectPlanner(tmp_path).create_project("ledger", description, features, involvement=involvement)
    assert titles(tmp_path) == []


def test_a_user_who_wants_to_be_asked_hears_each_round(tmp_path: Path) -> None:
    other = Line(purpose="proposal", agent="grok", answer={**PROPOSAL, "title": "One script"})
    first = [
        Line(purpose="ballot", agent=agent, round=1, answer={"choice": choice, "reasoning": "mine"})
        for agent, choice in (("claude", "option_1"), ("grok", "option_2"))
    ]
    second = Line(
        purpose="ballot",
        round=2,
        mentions=("The user says: keep it small",),
        answer={"choice": "option_2", "reasoning": "as the user says"},
    )
    script = Script((proposing(), other, *first, second))
    crew = Crew.of(scripted_crew(script, ["claude", "grok"]))
    person = typing("A ledger", "1", "", "keep it small", "approve")

    plan = ProjectPlanner(tmp_path, "ledger", crew=crew, person=person).run_planning_wizard()

    assert plan.title == "One script"
