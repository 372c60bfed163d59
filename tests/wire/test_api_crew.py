"""`orkestra start` with an AI that has only an API: configured by the environment, working by our tools, killed."""

import signal
from pathlib import Path

import pytest

from orkestra.core.opening import OpenProject
from orkestra.tasks import TaskQueue
from tests.fixtures.command import orkestra, running, until
from tests.fixtures.scripted import PROOF, ended, git, landed, made_project, on_main
from tests.wire.coding import KEY
from tests.wire.script import Asked, Reply, Rule, answers, calls, fault, says
from tests.wire.server import WireServer

DOOR = "Add a door"
PLAN = Rule(text="the architect", reply=answers({"approach": "the shortest way", "files": ["door.py"]}))
REVIEW = Rule(text="the auditor", reply=answers({"approved": True, "summary": "merge it"}))
WORK = [
    Rule(turn=1, reply=calls("write", path="door.py", text="OPEN = 1\n")),
    Rule(turn=2, result="door.py", reply=calls("edit", path="door.py", old="1", new="True")),
    Rule(turn=3, result="edited door.py", reply=calls("write", path="tests/test_door.py", text=PROOF)),
    Rule(turn=4, reply=says("The door opens.")),
]
SERVICES = {
    "anthropic": ("CLAUDE", ""),
    "responses": ("CHATGPT", "/v1"),
    "gemini": ("GEMINI", ""),
}


@pytest.fixture
def project(tmp_path: Path) -> OpenProject:
    project = made_project(tmp_path / "house", max_iterations=1)
    TaskQueue(project).add_task(DOOR)
    return project


def reached(url: str, api: str = "anthropic") -> dict[str, str]:
    """The variables that a user sets."""
    prefix, path = SERVICES[api]
    return {f"{prefix}_API_KEY": KEY, f"{prefix}_BASE_URL": f"{url}{path}", f"{prefix}_MODEL": "wire-1"}


@pytest.mark.slow
@pytest.mark.parametrize("api", SERVICES)
def test_a_task_is_done_proven_and_on_main(project: OpenProject, api: str) -> None:
    with WireServer([PLAN, REVIEW, *WORK]) as wire:
        started = orkestra("start", cwd=project.root, **reached(wire.url, api))

    assert started.returncode == 0, started.stdout + started.stderr
    assert ended(project) == ["completed"]
    assert len(landed(project.root)) == 1
    assert on_main(project.root, "door.py") == "OPEN = True\n"
    assert not git(project.root, "status", "--porcelain")
    assert len(wire.asked) == 1 + len(WORK) + 1
    assert KEY not in started.stdout + started.stderr


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_at_the_request_that_was_not_answered(project: OpenProject) -> None:
    def script(asked: Asked) -> Reply:
        turns = [each for each in wire.asked if each.key == asked.key]
        if asked.results and asked.turn == 3 and len(turns) == 1:
            return fault("silence", after=2)
        return next(rule.reply for rule in (PLAN, REVIEW, *WORK) if rule.fits(asked)).for_request(asked)

    with WireServer(script) as wire:
        with running("start", cwd=project.root, **reached(wire.url)) as child:
            until(lambda: [each.turn for each in wire.asked][-1:] == [3], 60)
            child.send_signal(signal.SIGKILL)
            child.wait()
        again = orkestra("start", cwd=project.root, **reached(wire.url))

    assert again.returncode == 0, again.stdout + again.stderr
    assert on_main(project.root, "door.py") == "OPEN = True\n"
    keys = [each.key for each in wire.asked]
    assert len(keys) == len(set(keys)) + 1
