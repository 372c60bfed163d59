"""What a scripted crew says in the fault tests: a plan of three small tasks, decided with a disagreement."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import orkestra.demo
from orkestra.testing import Line
from tests.fixtures.guest import planned
from tests.fixtures.scripted import approves, plans, save_script, writes
from tests.fixtures.votes import FIVE, everyone

DEMONSTRATION = Path(orkestra.demo.__file__).parent / "words"
WORK = "Add three numbers"
TASKS = ("Add one", "Add two", "Add three")
SECONDS = 0.02
"""How long a member thinks: long enough to be killed meanwhile."""


def demonstration(directory: Path) -> Path:
    """The packaged script with every answer given at once."""
    shutil.copytree(DEMONSTRATION, directory)
    for path in directory.glob("*.json"):
        path.write_text(json.dumps(_at_once(path)), "utf-8")
    return directory


def small_plan(directory: Path) -> Path:
    """The proposals and ballots of the demonstration, about three tasks; they are built as they are planned."""
    tasks = [
        {"key": title, "title": title, "phase": "Core", "after": list(TASKS[:2]) if title == TASKS[2] else []}
        for title in TASKS
    ]
    said = (line for title in TASKS for line in (plans(title, seconds=SECONDS), *_built(title)))
    save_script(directory, list(said))
    planning = _at_once(DEMONSTRATION / "01-plan.json")
    for line in planning:
        if line["purpose"] == "proposal":
            line["answer"]["tasks"] = tasks
    (directory / "plan.json").write_text(json.dumps(planning), "utf-8")
    return directory


def small_work(directory: Path) -> Path:
    """A work of three tasks, the last after the others."""
    plan = planned(*({"title": title} for title in TASKS[:2]), {"title": TASKS[2], "after": [1, 2]}, work=WORK)
    return save_script(directory, [plan, *(line for title in TASKS for line in _built(title))])


def split_vote(directory: Path) -> Path:
    """Five who disagree in both rounds."""
    sides = {name: f"option_{1 + number % 2}" for number, name in enumerate(FIVE)}
    said = (line for number in (1, 2) for line in everyone(sides, number))
    return save_script(directory, [replace(line, seconds=SECONDS) for line in said])


def _built(title: str) -> tuple[Line, Line]:
    name = title.rpartition(" ")[2]
    test = (
        f"import unittest\n\nfrom {name} import NAME\n\n\nclass Named(unittest.TestCase):\n"
        f"    def test_{name}(self) -> None:\n        self.assertEqual(NAME, {name!r})\n"
    )
    files = {f"{name}.py": f"NAME = {name!r}\n", f"test_{name}.py": test}
    return writes(title, files, seconds=SECONDS), approves(title, seconds=SECONDS)


def _at_once(path: Path) -> list[dict[str, Any]]:
    return [{**line, "seconds": SECONDS} for line in json.loads(path.read_text("utf-8"))]
