"""With no key at all: planned, scaffolded, proven and committed; what needs an AI waits, and goes on with one."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from orkestra.tasks import TaskQueue
from tests.fixtures.command import orkestra
from tests.fixtures.scripted import PROOF, done, git, landed, on_main, save_script

BY_RULE = (
    "Set up project structure",
    "Configure development environment",
    "Initialize version control conventions",
    "Set up testing framework",
    "Set up continuous integration",
)
BY_AI = (
    "Implement import",
    "Implement report",
    "Integrate the features",
    "Test end to end",
    "Measure performance",
    "Review security",
    "Write the documentation",
    "Prepare the release",
    "Set up monitoring",
)
NEW = ("new", "Pocket Ledger", "-d", "A ledger for the pocket", "-f", "import,report", "-y")


def status(project: Path) -> dict[str, list[str]]:
    """The tasks' titles by how they stand."""
    found: dict[str, list[str]] = {}
    for task in json.loads(orkestra("tasks", "--json", cwd=project).stdout):
        found.setdefault(task["status"], []).append(task["title"])
    return found


@pytest.fixture(scope="module")
def scaffolded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A project as it stands after `new` and one `start` with no AI, and what the start said."""
    place = tmp_path_factory.mktemp("offline")
    home = {"ORKESTRA_HOME": str(place / "home")}
    planned = orkestra(*NEW, cwd=place, **home)
    assert planned.returncode == 0, planned.stderr
    assert "14 tasks queued" in planned.stdout
    assert f"cd '{place / 'Pocket Ledger'}' && orkestra start" in planned.stdout
    return place / "Pocket Ledger", orkestra("start", cwd=place / "Pocket Ledger", **home)


@pytest.mark.slow
def test_what_rules_can_do_is_done_and_what_needs_an_ai_is_blocked(
    scaffolded: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    project, started = scaffolded
    assert started.returncode == 5, started.stdout + started.stderr
    assert status(project) == {"completed": sorted(BY_RULE, key=BY_RULE.index), "blocked": list(BY_AI[:2])} | {
        "pending": list(BY_AI[2:])
    }
    last = started.stdout.splitlines()[-1]
    assert last.startswith("2 need an AI, and 7 more wait behind them: set ANTHROPIC_API_KEY")
    assert "then `orkestra start`" in last


@pytest.mark.slow
def test_the_scaffold_is_on_main_one_proven_commit_for_each_task_and_nothing_lies_around(
    scaffolded: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    project, _ = scaffolded
    assert not git(project, "status", "--porcelain")
    assert len(landed(project)) == len(BY_RULE)
    assert git(project, "log", "-1", "--format=%b", "main").startswith("  By rule, no AI was asked: wrote ")
    settings = tomllib.loads(on_main(project, "pyproject.toml"))
    assert settings["project"]["name"] == "pocket-ledger"
    for path in ("LICENSE", "Makefile", "Containerfile", "CHANGELOG.md", ".github/workflows/checks.yml"):
        assert on_main(project, path)
    assert on_main(project, "README.md").startswith("# Pocket Ledger\n\nA ledger for the pocket\n")


@pytest.mark.slow
def test_the_tests_of_the_scaffold_pass_where_the_user_runs_them(
    scaffolded: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    project, _ = scaffolded
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "5 passed" in ran.stdout


@pytest.mark.slow
def test_who_did_it_is_never_called_an_ai(scaffolded: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    project, _ = scaffolded
    with TaskQueue(project) as queue:
        assert {task.assigned_to for task in queue.list_tasks("completed")} == {"offline"}
    assert "By rule, no AI was asked" in on_main(project, "docs/plan.md")


@pytest.mark.slow
def test_status_says_why_it_stands_still_and_what_to_do(
    scaffolded: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    project, _ = scaffolded
    said = orkestra("status", cwd=project).stdout
    assert "blocked: 5. Implement import: needs an AI: set ANTHROPIC_API_KEY" in said
    assert "2 need an AI, and 7 more wait behind them" in said
    hold_ups = json.loads(orkestra("status", "--json", cwd=project).stdout)["hold_ups"]
    assert hold_ups == {"need_ai": 2, "behind_ai": 7, "behind_failed": 0}


@pytest.mark.slow
def test_a_start_that_still_finds_no_ai_changes_nothing_and_one_that_does_finishes(
    scaffolded: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    project = Path(shutil.copytree(scaffolded[0], tmp_path / "elsewhere"))  # the other tests see it as it was
    before = git(project, "rev-parse", "main")
    again = orkestra("start", cwd=project)
    assert again.returncode == 5
    assert "begin" not in again.stdout
    assert git(project, "rev-parse", "main") == before

    lines = [line for n, title in enumerate(BY_AI) for line in done(title, {f"tests/test_{n}.py": PROOF})]
    crew = {"ORKESTRA_CREW": "demo", "ORKESTRA_DEMO_SCRIPT": str(save_script(tmp_path / "script", lines))}
    finished = orkestra("start", cwd=project, **crew)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "100 % done: 14 completed." in finished.stdout
    assert len(landed(project)) == len(BY_RULE) + len(BY_AI)
    assert not git(project, "status", "--porcelain")
