"""The orchestrator killed, stopped, or started twice: one owner, and nothing that is recorded is asked again."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from orkestra.core.opening import OpenProject, open_project
from orkestra.domain.errors import LeaseHeld
from orkestra.engine.ownership import current_owner
from orkestra.orchestrator.signals import request_stop
from orkestra.tasks import TaskQueue
from orkestra.testing import Script
from tests.fixtures.command import until
from tests.fixtures.processes import hear, python, tell
from tests.fixtures.scripted import (
    PROOF,
    done,
    ended,
    landed,
    made_project,
    once,
    orchestrator,
    save_script,
    work_off,
)

OWNING = """
    import sys
    from orkestra.core.opening import open_project
    from orkestra.engine.ownership import owning

    with open_project(sys.argv[1]) as project, owning(project):
        print("mine", flush=True)
        sys.stdin.readline()
"""
WORKING = """
    import asyncio, sys
    from pathlib import Path
    from orkestra.agents import Crew
    from orkestra.core.opening import open_project
    from orkestra.orchestrator import Orchestrator
    from orkestra.testing import Script, scripted_crew

    script = Script.load(Path(sys.argv[2]), log=Path(sys.argv[3]))
    project = open_project(sys.argv[1])
    worker = Orchestrator(project, crew=Crew.of(scripted_crew(script)))

    async def work():
        working = asyncio.create_task(worker.start())
        while not any(event.data.get("name") == "executor 1" for event in project.story.since()):
            await asyncio.sleep(0.01)
        print("executor at work", flush=True)
        await working

    asyncio.run(work())
"""
DOOR = "Add a door"


@pytest.fixture
def project(tmp_path: Path) -> OpenProject:
    return made_project(tmp_path / "house", max_iterations=1)


def asked(log: Path) -> Counter[tuple[str, str]]:
    """How often each role was asked about each task, noted by the models themselves."""
    calls = [json.loads(line) for line in log.read_text().splitlines()]
    return Counter((call["purpose"], call["subject"]) for call in calls)


def test_a_task_left_by_a_killed_process_is_taken_up_and_only_the_call_in_flight_is_asked_again(
    project: OpenProject, tmp_path: Path
) -> None:
    TaskQueue(project).add_task(DOOR)
    slow = done(DOOR, {"test_door.py": PROOF}, seconds=60)
    log = tmp_path / "calls.log"
    with python(WORKING, project.root, save_script(tmp_path / "script", slow), log) as child:
        assert hear(child) == "executor at work"
        child.kill()
    assert ended(project) == ["in_progress"]
    work_off(project, Script(tuple(done(DOOR, {"test_door.py": PROOF})), log=log))
    assert ended(project) == ["completed"]
    assert len(landed(project.root)) == 1
    assert asked(log)["architect", DOOR] == 1
    assert asked(log)["executor", DOOR] <= 2


def test_a_second_start_is_refused_and_told_who_has_the_project(project: OpenProject) -> None:
    TaskQueue(project).add_task(DOOR)
    with python(OWNING, project.root) as child:
        assert hear(child) == "mine"
        with pytest.raises(LeaseHeld, match=f"process {child.pid} "):
            work_off(project, Script(()))
        assert ended(project) == ["pending"]
        tell(child, "enough")
        child.wait(timeout=30)
    work_off(project, Script(tuple(done(DOOR, {"test_door.py": PROOF}))))
    assert ended(project) == ["completed"]


def test_a_stop_from_another_connection_ends_it_and_the_next_start_asks_nothing_that_is_recorded_again(
    project: OpenProject, tmp_path: Path
) -> None:
    TaskQueue(project).add_task(DOOR)
    log = tmp_path / "calls.log"

    def stop() -> None:
        with open_project(project.root) as other:
            owner = current_owner(other)
            assert owner is not None
            until(lambda: "executor" in log.read_text())
            request_stop(other, owner)

    async def stopped() -> None:
        slow = Script(tuple(done(DOOR, {"test_door.py": PROOF}, seconds=60)), log=log)
        await asyncio.gather(orchestrator(project, slow).start(), once(project, "step.intent", "executor 1", stop))

    asyncio.run(asyncio.wait_for(stopped(), timeout=30))
    assert ended(project) == ["in_progress"]
    assert current_owner(project) is None
    work_off(project, Script(tuple(done(DOOR, {"test_door.py": PROOF})), log=log))
    assert ended(project) == ["completed"]
    assert asked(log) == {("architect", DOOR): 1, ("executor", DOOR): 2, ("auditor", DOOR): 1}


def test_what_was_stopped_after_its_last_answer_lands_without_any_question(
    project: OpenProject, tmp_path: Path
) -> None:
    TaskQueue(project).add_task(DOOR)
    log = tmp_path / "calls.log"

    async def stopped() -> None:
        worker = orchestrator(project, Script(tuple(done(DOOR, {"test_door.py": PROOF})), log=log))
        await asyncio.gather(worker.start(), once(project, "step.value", "auditor 1", worker.stop))

    asyncio.run(stopped())
    answered = log.read_text()
    work_off(project, Script((), log=log))
    assert ended(project) == ["completed"]
    assert len(landed(project.root)) == 1
    assert log.read_text() == answered


def test_an_interrupted_task_that_the_user_calls_completed_is_not_gone_on_with(tmp_path: Path) -> None:
    project = made_project(tmp_path / "house")
    task = TaskQueue(project).add_task(DOOR)

    async def interrupted() -> None:
        worker = orchestrator(project, Script(tuple(done(DOOR, {"tests/test_door.py": PROOF}, seconds=60))))
        working = asyncio.create_task(worker.start())
        await once(project, "step.value", "architect", worker.stop)
        await working

    asyncio.run(interrupted())
    TaskQueue(project).complete(task)
    work_off(project, Script(()))
    assert ended(project) == ["completed"]
    assert landed(project.root) == []
