"""The orchestrator: goes on with what was interrupted, then gives ready tasks to agents until none is left."""

import asyncio
import dataclasses
import json
from collections import Counter
from pathlib import Path

import pytest

from orkestra.agents import Crew
from orkestra.core.opening import OpenProject
from orkestra.engine.ownership import current_owner
from orkestra.orchestrator import Orchestrator
from orkestra.tasks import TaskQueue
from orkestra.testing import Script, scripted_crew
from tests.fixtures.scripted import (
    PROOF,
    done,
    ended,
    git,
    made_project,
    plans,
    reason,
    work_off,
)

DOOR, LOCK, WINDOW = "Add a door", "Add a lock", "Add a window"


@pytest.fixture
def project(tmp_path: Path) -> OpenProject:
    return made_project(tmp_path / "house", max_iterations=1)


def asked(log: Path) -> Counter[tuple[str, str]]:
    """How often each role was asked about each task, noted by the models themselves."""
    calls = [json.loads(line) for line in log.read_text().splitlines()]
    return Counter((call["purpose"], call["subject"]) for call in calls)


def most_at_once(project: OpenProject) -> int:
    now = most = 0
    for event in project.story.since():
        now += {"task.claimed": 1, "task.completed": -1}.get(event.kind, 0)
        most = max(most, now)
    return most


def test_with_nothing_to_do_it_ends_at_once_and_leaves_main_as_it_was(project: OpenProject) -> None:
    work_off(project, Script(()))
    assert ended(project) == []
    assert not git(project.root, "status", "--porcelain")
    assert current_owner(project) is None


def test_a_failed_task_does_not_stop_others_and_what_waits_for_it_stays_pending(project: OpenProject) -> None:
    queue = TaskQueue(project)
    door = queue.add_task(DOOR)
    queue.add_task(LOCK, dependencies=[door])
    queue.add_task(WINDOW)
    untested = done(DOOR, {"door.txt": "a door"})
    with Script((*untested, *done(WINDOW, {"test_window.py": PROOF}))) as script:
        work_off(project, script)
    assert ended(project) == ["failed", "pending", "completed"]
    log = [json.loads(line) for line in project.layout.execution_log.read_text().splitlines()]
    assert {entry["title"]: entry["end"] for entry in log} == {DOOR: "failed", WINDOW: "completed"}
    assert json.loads(git(project.root, "show", "main:config/task-queue.json"))["tasks"][0]["status"] == "failed"


def test_a_script_without_an_answer_fails_the_task_and_says_which(project: OpenProject) -> None:
    TaskQueue(project).add_task(DOOR)
    work_off(project, Script((plans(DOOR),)))
    assert ended(project) == ["failed"]
    assert reason(project) == f"the script has no line for executor '{DOOR}' by glm, round 1"


def test_without_a_coder_a_task_is_blocked_with_the_reason_until_a_start_with_one(
    project: OpenProject, tmp_path: Path
) -> None:
    TaskQueue(project).add_task(DOOR)
    log = tmp_path / "calls.log"
    with Script(tuple(done(DOOR, {"test_door.py": PROOF})), log=log) as script:
        thinkers = [dataclasses.replace(backend, coder=None) for backend in scripted_crew(script)]
        asyncio.run(Orchestrator(project, crew=Crew.of(thinkers)).start())
        assert ended(project) == ["blocked"]
        assert "needs an AI that writes code" in reason(project)
        work_off(project, script)
    assert ended(project) == ["completed"]
    assert set(asked(log).values()) == {1}


def test_nobody_on_the_crew_blocks_a_task_too(project: OpenProject) -> None:
    TaskQueue(project).add_task(DOOR)
    work_off(project, Script(()), agents=())
    assert ended(project) == ["blocked"]


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_tasks_are_worked_on_at_the_same_time_than_the_settings_allow(tmp_path: Path, most: int) -> None:
    project = made_project(tmp_path / "house", max_concurrent_tasks=most)
    queue = TaskQueue(project)
    titles = [f"Task {number}" for number in range(3)]
    for title in titles:
        queue.add_task(title)
    with Script(tuple(line for n, title in enumerate(titles) for line in done(title, {f"test_{n}.py": PROOF}))) as all3:
        work_off(project, all3)
    assert ended(project) == ["completed"] * 3
    assert most_at_once(project) == most


def test_tasks_that_were_interrupted_count_among_those_worked_on_at_the_same_time(tmp_path: Path) -> None:
    project = made_project(tmp_path / "house", max_concurrent_tasks=1)
    queue = TaskQueue(project)
    titles = [f"Task {number}" for number in range(3)]
    for title in titles:
        queue.add_task(title)
    queue.claim("glm")
    with Script(tuple(line for n, title in enumerate(titles) for line in done(title, {f"test_{n}.py": PROOF}))) as all3:
        work_off(project, all3)
    assert ended(project) == ["completed"] * 3
    assert most_at_once(project) == 1


def test_a_failed_task_that_is_made_pending_again_is_worked_on_anew(project: OpenProject) -> None:
    queue = TaskQueue(project)
    queue.add_task(DOOR)
    work_off(project, Script(tuple(done(DOOR, {"door.txt": "no test"}))))
    assert ended(project) == ["failed"]
    queue.update_task(1, status="pending")
    work_off(project, Script(tuple(done(DOOR, {"test_door.py": PROOF}))))
    assert ended(project) == ["completed"]
