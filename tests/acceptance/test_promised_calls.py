"""A call to each promise that exists so far, as a user's own script makes it."""

import asyncio
import json
from pathlib import Path

import pytest

from orkestra.committee import Agent, Committee, Vote, VoteOption, VoteType
from orkestra.core import OrkestraProject
from orkestra.errors import (
    ConsensusFailureError,
    DependencyError,
    InvalidPriorityError,
    InvalidStatusError,
    InvalidVoteError,
    TaskNotFoundError,
    VoteNotFoundError,
)
from orkestra.orchestrator import SystemStartup
from orkestra.planning import ProjectPlanner
from orkestra.tasks import TaskPriority, TaskQueue, TaskStatus


def test_m1_1_a_vote_is_created_processed_and_found_again(tmp_path: Path) -> None:
    committee = Committee(str(tmp_path))
    vote_id = committee.create_vote(
        topic="Choose architecture pattern", options=["MVC", "Clean architecture"], context="a small web application"
    )

    result = committee.process_vote(vote_id, max_rounds=5, user_feedback_callback=None)

    assert vote_id.startswith("vote_")
    assert result["decision"] in {"MVC", "Clean architecture"}
    assert result["consensus_level"] == "unanimous"
    assert result["rounds"] == 1
    assert "no AI was asked" in result["reasoning"]
    assert [vote.vote_id for vote in committee.list_votes(status="completed")] == [vote_id]
    assert committee.get_vote(vote_id).topic == "Choose architecture pattern"


def test_m1_1_the_committee_has_five_members_and_gathers_context(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("We settled on tokens for authentication.\n")
    committee = Committee(project_root=tmp_path)

    assert [agent.name for agent in Committee.AGENTS] == ["claude", "chatgpt", "gemini", "copilot", "grok"]
    assert "notes.md:1" in committee.gather_context("authentication")


def test_m1_1_an_outcome_can_be_recorded_by_hand(tmp_path: Path) -> None:
    committee = Committee(tmp_path)
    vote_id = committee.create_vote("Which colour?", ["red", "blue"], agents=["claude", "grok"])

    outcome = committee.create_outcome(vote_id, "blue", "the user said so")

    assert outcome["decision"] == "blue"


def test_m1_2_a_direct_vote_is_called_cast_and_decided(tmp_path: Path) -> None:
    committee = Committee(tmp_path)
    vote_id = committee.call_vote("Ship it?", "All tests pass", required_voters=["claude", "gemini", "grok"])

    committee.cast_vote(vote_id, "claude", "YES", reasoning="the tests pass")
    committee.cast_vote(vote_id, "gemini", "yes")
    result = committee.get_vote_result(vote_id)

    assert result["decision"] == "yes"
    assert result["counts"] == {"yes": 2, "no": 0}
    assert result["quorum_met"]


def test_m1_2_votes_have_three_types(tmp_path: Path) -> None:
    committee = Committee(tmp_path)
    choice = committee.call_vote("Store?", "", VoteType.MULTIPLE_CHOICE, ["claude"], ["SQLite", "Postgres"])
    ranked = committee.call_vote("Order?", "", vote_type=VoteType.RANKED, required_voters=["grok"], options=["a", "b"])

    committee.cast_vote(choice, "claude", "option_2")
    committee.cast_vote(ranked, "grok", ["b", "a"])

    assert committee.get_vote_result(choice)["decision"] == "Postgres"
    assert committee.get_vote_result(ranked)["decision"] == "b"


def test_m1_4_the_records_of_a_vote_are_plain_classes() -> None:
    agent = Agent("claude", "Architecture", "active")
    option = VoteOption("option_1", "MVC", ["claude"], {"claude": "simple"})
    vote = Vote("vote_1", "Pattern?", [option], "web", [], ["claude"], "2026-01-01", "2026-01-02")

    assert (agent.status, vote.options[0].votes, vote.rounds) == ("active", ["claude"], [])


def test_m1_5_votes_and_outcomes_are_recorded(tmp_path: Path) -> None:
    committee = Committee(tmp_path)
    vote_id = committee.create_vote("Which?", ["a", "b"])
    committee.process_vote(vote_id)

    vote = json.loads((tmp_path / f"logs/voting/{vote_id}.json").read_text())
    outcome = json.loads((tmp_path / f"logs/outcomes/{vote_id}-outcome.json").read_text())

    assert vote["options"][0]["id"] == "option_1"
    assert outcome["decision"] in {"a", "b"}


def test_m1_6_errors_have_names(tmp_path: Path) -> None:
    committee = Committee(tmp_path)

    with pytest.raises(VoteNotFoundError):
        committee.get_vote("vote_nowhere")
    with pytest.raises(InvalidVoteError):
        committee.create_vote("Which?", ["same", "same"])
    assert issubclass(ConsensusFailureError, Exception)


def test_m3_2_both_forms_of_adding_a_task(tmp_path: Path) -> None:
    queue = TaskQueue(tmp_path)
    first = queue.add_task("Set up project", priority=TaskPriority.HIGH, category="setup", metadata={"hours": 4})
    second = queue.add_task(title="Build", instructions="all", priority=1, task_type="technical", dependencies=[first])

    assert queue.get_next_task().id == first  # type: ignore[union-attr]
    assert not queue.check_dependencies(second)
    queue.update_task(first, status=TaskStatus.COMPLETED)
    claimed = queue.claim("claude")

    assert claimed is not None
    assert (claimed.id, claimed.priority, claimed.assigned_to) == (second, "critical", "claude")
    assert claimed.dependencies == [first]
    statistics = queue.get_statistics()
    assert (statistics["total"], statistics["completed"], statistics["completion_rate"]) == (2, 1, 50.0)
    assert queue.get_task(task_id=2).instructions == "all"
    assert queue.clear_completed() == 1
    assert json.loads((tmp_path / "config/task-queue.json").read_text())["tasks"][0]["id"] == second


def test_m3_5_errors_have_names(tmp_path: Path) -> None:
    queue = TaskQueue(project_root=str(tmp_path))
    queue.add_task("one")

    with pytest.raises(TaskNotFoundError):
        queue.get_task("task_nowhere")
    with pytest.raises(DependencyError):
        queue.add_task("two", dependencies=["task_nowhere"])
    with pytest.raises(InvalidPriorityError):
        queue.add_task("three", priority="yesterday")
    queue.update_task(1, status="completed")
    with pytest.raises(InvalidStatusError):
        queue.update_task(1, status="pending")


def test_m4_5_a_plan_is_made_without_questions(tmp_path: Path) -> None:
    plan = ProjectPlanner(tmp_path).create_project(name="ledger", description="a ledger for the pocket")

    assert [len(phase.tasks) for phase in plan.phases] == [4, 1, 4, 4]
    assert TaskQueue(tmp_path).get_statistics()["total"] == 13


def test_m12_3_projects_are_created_loaded_and_listed(tmp_path: Path) -> None:
    made = OrkestraProject.create("ledger", tmp_path / "ledger")

    assert OrkestraProject.load(tmp_path / "ledger").name == "ledger"
    assert {"name": "ledger", "path": str(made.path)} in OrkestraProject.list_projects()
    assert (made.path / "config/project.json").exists()


def test_m7_1_the_orchestrator_starts_and_tells_how_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = OrkestraProject.create("ledger", tmp_path / "ledger")
    TaskQueue(made.path).add_task("Needs an AI")

    orchestrator = SystemStartup(made.path).initialize()
    asyncio.run(orchestrator.start())
    orchestrator.print_status()
    status = orchestrator.get_status()

    assert status["running"] is False
    assert set(status["agents"]) == {"claude", "chatgpt", "gemini", "copilot", "grok"}
    assert (status["tasks"]["pending"], status["tasks"]["blocked"]) == (0, 1)
    assert "1 blocked" in capsys.readouterr().out
    orchestrator.close()
