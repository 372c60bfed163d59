"""The command line while something is at work: answers from elsewhere, interruptions, and going on."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from orkestra.core.opening import open_project
from orkestra.core.project import OrkestraProject
from orkestra.tasks import TaskQueue
from orkestra.testing import Line
from tests.fixtures.command import orkestra, running, until
from tests.fixtures.scripted import PROOF, done, git, landed, save_script

DOOR = "Add a door"
SLEEPS = "import time\n\n\ndef test_it() -> None:\n    time.sleep(25)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = OrkestraProject.create("house", tmp_path / "house", settings={"crew": "demo"}).path
    TaskQueue(place).add_task(DOOR)
    return place


def script(tmp_path: Path, name: str, lines: list[Line]) -> dict[str, str]:
    """The environment in which the demonstration's crew says these lines."""
    directory = save_script(tmp_path / name, lines)
    return {"ORKESTRA_DEMO_SCRIPT": str(directory), "ORKESTRA_SCRIPT_LOG": str(tmp_path / "calls.log")}


def calls(tmp_path: Path) -> list[str]:
    log = tmp_path / "calls.log"
    return [json.loads(line)["purpose"] for line in log.read_text().splitlines()] if log.exists() else []


def told(project: Path, name: str, kind: str) -> bool:
    with open_project(project) as opened:
        return any((event.data.get("name"), event.kind) == (name, kind) for event in opened.story.since())


def interrupted(child: subprocess.Popen[str]) -> tuple[int, float]:
    """The exit code after one Ctrl-C, and how long it took."""
    began = time.monotonic()
    child.send_signal(signal.SIGINT)
    return child.wait(timeout=60), time.monotonic() - began


def test_an_answer_from_another_process_lets_a_waiting_plan_go_on(tmp_path: Path) -> None:
    house = tmp_path / "house"
    with running("new", "house", "-d", "A house", "-f", "door", cwd=tmp_path) as child:
        until(
            lambda: (
                (house / ".orkestra/orkestra.db").exists() and '"wait' in orkestra("inbox", "--json", cwd=house).stdout
            )
        )
        [question] = json.loads(orkestra("inbox", "--json", cwd=house).stdout)
        refused = orkestra("inbox", question["wait_id"], "perhaps", cwd=house)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (8, 1)
        assert orkestra("inbox", question["wait_id"], "approve", cwd=house).returncode == 0
        assert child.wait(timeout=30) == 0
    assert len(json.loads(orkestra("tasks", "--json", cwd=house).stdout)) == 13
    assert json.loads(orkestra("inbox", "--json", cwd=house).stdout) == []


def test_ctrl_c_ends_a_start_soon_and_the_next_start_finishes_without_asking_again(
    tmp_path: Path, project: Path
) -> None:
    slow = script(tmp_path, "slow", done(DOOR, {"test_door.py": PROOF}, seconds=70))
    with running("start", cwd=project, **slow) as child:
        until(lambda: "executor" in calls(tmp_path))
        code, seconds = interrupted(child)
        assert child.stdout is not None
        said = child.stdout.read()
    assert code == 130
    assert seconds < 10
    assert said.endswith("`orkestra start` goes on with it.\nstopped\n")
    assert not git(project, "status", "--porcelain")
    quick = script(tmp_path, "quick", done(DOOR, {"test_door.py": PROOF}))
    assert orkestra("start", cwd=project, **quick).returncode == 0
    assert calls(tmp_path) == ["architect", "executor", "executor", "auditor"]
    assert len(landed(project)) == 1


def test_ctrl_c_does_not_wait_for_a_long_test_run(tmp_path: Path, project: Path) -> None:
    sleepy = script(tmp_path, "sleepy", done(DOOR, {"test_door.py": SLEEPS}))
    with running("start", cwd=project, **sleepy) as child:
        until(lambda: told(project, "executor 1", "step.value"))
        time.sleep(2)  # the test run is no call: nothing but time tells that it is under way
        code, seconds = interrupted(child)
    assert code == 130
    assert seconds < 10
    assert not landed(project)


def test_stop_from_another_terminal_ends_a_start_and_says_which_process(tmp_path: Path, project: Path) -> None:
    slow = script(tmp_path, "slow", done(DOOR, {"test_door.py": PROOF}, seconds=70))
    with running("start", cwd=project, **slow) as child:
        until(lambda: "executor" in calls(tmp_path))
        status = json.loads(orkestra("status", "--json", cwd=project).stdout)
        assert status["owner"]["pid"] == child.pid
        second = orkestra("start", cwd=project, **slow)
        assert second.returncode == 6
        assert f"process {child.pid} " in second.stderr
        stopped = orkestra("stop", cwd=project)
        assert (stopped.returncode, stopped.stdout) == (0, f"stopped process {child.pid}\n")
        child.wait(timeout=10)
    assert not json.loads(orkestra("status", "--json", cwd=project).stdout)["running"]


def test_a_second_ctrl_c_ends_it_at_once(tmp_path: Path, project: Path) -> None:
    sleepy = script(tmp_path, "sleepy", done(DOOR, {"test_door.py": SLEEPS}))
    with running("start", cwd=project, **sleepy) as child:
        until(lambda: told(project, "executor 1", "step.value"))
        time.sleep(2)
        child.send_signal(signal.SIGINT)
        time.sleep(0.3)
        code, seconds = interrupted(child)
    assert code == 130
    assert seconds < 3
