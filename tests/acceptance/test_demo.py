"""`orkestra demo`: everything but the words is real, so one wrong word breaks it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import orkestra.demo
from orkestra.core.opening import open_project
from tests.fixtures.scripted import git, landed

SCRIPT = Path(orkestra.demo.__file__).parent / "words"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def demo(place: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    home = {"ORKESTRA_HOME": str(place.parent / "orkestra-home"), "HOME": str(place.parent)}
    command = [sys.executable, "-m", "orkestra", "demo", "--path", str(place), *options]
    return subprocess.run(
        command, env={**os.environ, **home, **environment}, capture_output=True, text=True, check=False, timeout=200
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    place = tmp_path_factory.mktemp("demo") / "ledger"
    ran = demo(place, "--json")
    assert ran.returncode == 0, ran.stderr
    return place, json.loads(ran.stdout)


def test_all_tasks_are_completed_and_the_program_proves_itself(shown: tuple[Path, dict[str, Any]]) -> None:
    _, said = shown
    assert said["tasks"]["total"] >= 6
    assert said["tasks"]["completed"] == said["tasks"]["total"]
    assert said["proof"]["passed"]
    assert "2026-01" in said["proof"]["output"]


def test_each_task_is_exactly_one_commit_on_main(shown: tuple[Path, dict[str, Any]]) -> None:
    place, _ = shown
    tasks = {task["id"] for task in json.loads((place / "config/task-queue.json").read_text())["tasks"]}
    assert sorted(landed(place)) == sorted(tasks)
    assert not git(place, "log", "--merges", "--format=%h", "main")


def test_main_is_left_clean_and_no_worktree_stays(shown: tuple[Path, dict[str, Any]]) -> None:
    place, _ = shown
    assert not git(place, "status", "--porcelain")
    assert len(git(place, "worktree", "list").splitlines()) == 1


def test_a_second_round_settles_the_disagreement_about_the_plan(shown: tuple[Path, dict[str, Any]]) -> None:
    place, _ = shown
    [record] = (place / "logs/voting").glob("vote_*.json")
    first, second = json.loads(record.read_text())["rounds"]
    assert len({ballot["choice"] for ballot in first["ballots"]}) == 3
    assert len({ballot["choice"] for ballot in second["ballots"]}) == 2


def test_at_least_three_tasks_are_in_progress_at_the_same_time(shown: tuple[Path, dict[str, Any]]) -> None:
    place, _ = shown
    at_once, most = 0, 0
    with open_project(place) as project:
        for event in project.story.since(limit=100_000):
            at_once += {"task.claimed": 1, "task.completed": -1}.get(event.kind, 0)
            most = max(most, at_once)
    assert at_once == 0
    assert most >= 3


def test_a_real_test_run_fails_before_the_consultant_mends_it(shown: tuple[Path, dict[str, Any]]) -> None:
    place, _ = shown
    with open_project(place) as project:
        told = [event for event in project.story.since(limit=100_000) if event.kind == "step.value"]
        [mended] = [event.subject for event in told if event.data["name"] == "consultant 2"]
        steps = [event.data["name"] for event in told if event.subject == mended]
    assert steps.index("tests 1") < steps.index("consultant 2") < steps.index("tests 2") < steps.index("merge")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A copy of the demonstration's script, with nobody taking time to think."""
    copy = Path(shutil.copytree(SCRIPT, tmp_path / "script"))
    for path in copy.glob("*.json"):
        lines = [{**line, "seconds": 0.0} for line in json.loads(path.read_text())]
        path.write_text(json.dumps(lines))
    return copy


@pytest.mark.parametrize("fix", ["missing", "wrong"])
def test_without_the_consultants_right_fix_the_task_fails_and_nothing_of_it_is_on_main(
    tmp_path: Path, script: Path, fix: str
) -> None:
    money = script / "03-money.json"
    lines = json.loads(money.read_text())
    if fix == "missing":
        lines = [line for line in lines if line["purpose"] != "consultant"]
    else:
        [consultant] = [line for line in lines if line["purpose"] == "consultant"]
        consultant["edits"][0]["source"] = "files/money/money_first.py.txt"
    money.write_text(json.dumps(lines))
    ran = demo(tmp_path / "ledger", "--json", ORKESTRA_DEMO_SCRIPT=str(script))
    assert ran.returncode != 0
    said = json.loads(ran.stdout)
    assert said["tasks"]["failed"] == 1
    assert not said["proof"]["passed"]
    queue = json.loads((tmp_path / "ledger/config/task-queue.json").read_text())["tasks"]
    [failed] = [task for task in queue if task["status"] == "failed"]
    assert failed["id"] not in landed(tmp_path / "ledger")
    assert "money.py" not in git(tmp_path / "ledger", "ls-tree", "-r", "--name-only", "main")
    assert not git(tmp_path / "ledger", "status", "--porcelain")


def test_a_script_that_is_no_script_is_named_in_one_line(tmp_path: Path, script: Path) -> None:
    (script / "01-plan.json").write_text('[{"purpose": "proposal"')
    ran = demo(tmp_path / "ledger", ORKESTRA_DEMO_SCRIPT=str(script))
    assert ran.returncode == 11
    assert "01-plan.json" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize("purpose", ["proposal", "ballot"])
def test_without_proposals_or_ballots_there_is_no_plan_and_one_line_says_so(
    tmp_path: Path, script: Path, purpose: str
) -> None:
    plan = script / "01-plan.json"
    plan.write_text(json.dumps([line for line in json.loads(plan.read_text()) if line["purpose"] != purpose]))
    ran = demo(tmp_path / "ledger", ORKESTRA_DEMO_SCRIPT=str(script))
    assert ran.returncode not in {0, 1}
    assert len(ran.stderr.splitlines()) == 1
    assert f"the script has no line for {purpose}" in ran.stderr
    assert not landed(tmp_path / "ledger")
