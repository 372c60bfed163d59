"""A project from a brief: begun with no key at all, finished by an AI behind the real SDK."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.command import orkestra, running
from tests.fixtures.scripted import git, landed
from tests.wire.csvstats import BRIEF, FEATURES, IMPLEMENTED, MIND, NAME, WORK
from tests.wire.server import WireServer

KEY = "sk-canary-3f60c1b27d98aa54"
SECONDS = 200

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def statuses(project: Path, **home: str) -> dict[str, str]:
    tasks = json.loads(orkestra("tasks", "--json", cwd=project, **home).stdout)
    return {task["title"]: task["status"] for task in tasks}


def passing(project: Path) -> str:
    """What the project's own tests say where its user runs them."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    return ran.stdout.splitlines()[-1]


def configure(home: Path, url: str) -> None:
    """What a user writes when a key has come."""
    (home / "config").mkdir(parents=True, exist_ok=True)
    (home / "config/config.toml").write_text(f'[services.claude]\nbase_url = "{url}"\n', "utf-8")
    keys = home / "config/api-keys.env"
    keys.write_text(f"ANTHROPIC_API_KEY={KEY}\n", "utf-8")
    keys.chmod(0o600)


def test_what_was_begun_with_no_key_is_finished_when_there_is_one(tmp_path: Path) -> None:
    home, project = {"ORKESTRA_HOME": str(tmp_path / "home")}, tmp_path / NAME
    (tmp_path / "brief.md").write_text(BRIEF, "utf-8")

    new = orkestra("new", NAME, "--brief", "brief.md", "-f", ",".join(FEATURES), "-y", cwd=tmp_path, **home)
    assert new.returncode == 0, new.stderr
    assert "15 tasks queued" in new.stdout
    begun = orkestra("start", cwd=project, **home)

    assert begun.returncode == 5, begun.stdout + begun.stderr
    assert "3 need an AI, and 7 more wait behind them" in begun.stdout.splitlines()[-1]
    assert "`orkestra doctor`" in begun.stdout.splitlines()[-1]
    waiting = {title: status for title, status in statuses(project, **home).items() if status != "completed"}
    assert waiting == {title: "blocked" if title in IMPLEMENTED else "pending" for title in WORK}
    assert passing(project).startswith("5 passed")
    assert not git(project, "status", "--porcelain")

    with WireServer(MIND) as wire:
        configure(tmp_path / "home", wire.url)
        with running("start", cwd=project, **home) as child:
            said, _ = child.communicate(timeout=SECONDS)

    assert child.returncode == 0, said
    assert "100 % done: 15 completed." in said
    assert set(statuses(project, **home).values()) == {"completed"}
    assert len(landed(project)) == 15
    assert passing(project).startswith("10 passed")
    assert not git(project, "status", "--porcelain")
    assert len(set(wire.keys)) == len(wire.keys) == len(WORK) * 4
    assert KEY not in said + wire.written
