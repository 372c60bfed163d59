"""What tests said about an agent's work decides what its vote weighs."""

from pathlib import Path

from orkestra.committee import Committee
from orkestra.committee.record import TrackRecord
from orkestra.core.opening import open_project
from orkestra.counting.weights import Outcome
from orkestra.tasks import TaskQueue
from orkestra.testing import Script
from tests.fixtures.scripted import BUG, PROOF, approves, ended, made_project, plans, rejects, work_off, writes
from tests.fixtures.votes import committee_of, everyone


def test_a_tasks_real_test_result_changes_that_agents_weight_in_the_next_vote(tmp_path: Path) -> None:
    project = made_project(tmp_path / "house", max_iterations=1)
    TaskQueue(project).add_task("Add a door")
    TaskQueue(project).add_task("Add a roof")
    story = (
        plans("Add a door"),
        writes("Add a door", {"test_door.py": PROOF}, agent="glm"),
        approves("Add a door"),
        plans("Add a roof"),
        writes("Add a roof", {"test_roof.py": BUG}, agent="glm"),
        rejects("Add a roof", "it leaks"),
    )
    votes = {"glm": "option_1", "claude": "option_2"}

    def weighed() -> float:
        committee = committee_of(project.root, everyone(votes), members=list(votes))
        vote_id = committee.create_vote("How?", ["rows", "columns"], agents=list(votes))
        return float(committee.process_vote(vote_id, max_rounds=1)["weights"]["glm"])

    before = weighed()
    work_off(project, Script(story), agents=["glm"])
    after = weighed()

    assert ended(project) == ["completed", "failed"]
    assert sorted(str(outcome.right) for outcome in TrackRecord(project).outcomes()) == ["fails", "works"]
    assert after < before


def test_the_same_outcome_counts_once(tmp_path: Path) -> None:
    with open_project(tmp_path) as project:
        record = TrackRecord(project)
        known = Outcome(kind="code", answers={"glm": "works"}, options=2, right="works")

        assert (record.note("task_1", "tests", known), record.note("task_1", "tests", known)) == (True, False)
        assert record.outcomes() == [known]


def test_who_answered_nonsense_counts_as_not_right_and_who_could_not_be_reached_is_not_judged(tmp_path: Path) -> None:
    said = {"claude": "option_1", "chatgpt": "option_9", "gemini": "option_2"}
    committee = committee_of(tmp_path, everyone(said), members=[*said, "grok"])
    vote_id = committee.create_vote("How?", ["rows", "columns"], agents=[*said, "grok"])
    committee.process_vote(vote_id, max_rounds=1)

    committee.verify(vote_id, "rows")

    [outcome] = committee.record.outcomes()
    assert outcome.answers == {"claude": "option_1", "gemini": "option_2"}
    assert list(outcome.abstained) == ["chatgpt"]


def test_the_score_of_each_member_is_told(tmp_path: Path) -> None:
    with open_project(tmp_path) as project:
        record = TrackRecord(project)
        record.claimed_to_work("a", "glm", "code", passed=True)
        record.claimed_to_work("b", "glm", "code", passed=False)

        assert record.score() == {"glm": (1, 2)}


def test_a_committee_can_be_asked_for_its_record(tmp_path: Path) -> None:
    assert Committee(tmp_path).record.weights().of("anybody") == 1.0


def test_agreement_alone_gives_nobody_weight(tmp_path: Path) -> None:
    sides = {"claude": "option_1", "gemini": "option_1", "grok": "option_1", "glm": "option_2"}
    committee = committee_of(tmp_path, everyone(sides), members=list(sides))
    for number in range(6):
        vote_id = committee.create_vote(f"The {number}th?", ["rows", "columns"], agents=list(sides))
        committee.process_vote(vote_id, max_rounds=1)

    assert set(committee.record.weights().common.values()) <= {1.0}
