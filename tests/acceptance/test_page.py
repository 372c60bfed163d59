"""A static web page with no key at all: scaffolded, its tests run by node, and committed."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.command import orkestra
from tests.fixtures.scripted import git, landed, on_main

BRIEF = """\
A static web page for a bakery: opening hours, the bread of the day, and how to get there.

It is one page in HTML and CSS with a little JavaScript, and needs no server.
"""
FILES = {"index.html", "style.css", "app.js", "package.json", "README.md", "LICENSE"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm on this machine"),
]


def npm_test(place: Path) -> str:
    """What `npm test` says where the user runs it."""
    ran = subprocess.run(["npm", "test", "--silent"], cwd=place, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_a_page_is_planned_scaffolded_proven_by_node_and_committed(tmp_path: Path) -> None:
    (tmp_path / "brief.md").write_text(BRIEF, "utf-8")
    new = orkestra("new", "bakery", "--brief", "brief.md", "-f", "opening hours,bread of the day", "-y", cwd=tmp_path)
    assert new.returncode == 0, new.stderr
    project = tmp_path / "bakery"

    started = orkestra("start", cwd=project)

    assert started.returncode == 5, started.stdout + started.stderr
    assert "2 need an AI" in started.stdout.splitlines()[-1]
    tasks = json.loads(orkestra("tasks", "--json", cwd=project).stdout)
    assert [task["status"] for task in tasks].count("completed") == len(landed(project)) == 5
    assert set(git(project, "ls-tree", "-r", "--name-only", "main").split()) >= FILES
    assert "<title>bakery</title>" in on_main(project, "index.html")
    assert re.search(r"^Proof: node:test: \d+ passed", git(project, "log", "-1", "--format=%b", "main"), re.MULTILINE)
    assert "# fail 0" in npm_test(project)
    assert not git(project, "status", "--porcelain")

    git(project, "clone", "-q", str(project), str(tmp_path / "elsewhere"))
    assert re.search(r"^# pass [1-9]", npm_test(tmp_path / "elsewhere"), re.MULTILINE)
