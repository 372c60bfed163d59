"""How long a command line waits before anything happens."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measure import Figure, Goal, directory, seconds, taking_turns
from orkestra.core import open_project
from orkestra.engine.ownership import owning
from orkestra.tasks import TaskQueue

TURNS = 21
TASKS = 20
FLOOR = "python -c pass"
ORKESTRA = str(Path(sys.executable).with_name("orkestra"))
COMMANDS = {
    FLOOR: [sys.executable, "-c", "pass"],
    "import orkestra": [sys.executable, "-c", "import orkestra"],
    "orkestra --help": [ORKESTRA, "--help"],
    "orkestra status": [ORKESTRA, "status"],
}


def measure() -> Iterator[Figure]:
    commands = dict(COMMANDS)
    if getattr(importlib.util.find_spec("orkestra.cli"), "origin", None) is None:
        print("start-up: the command `orkestra` is not there yet (no orkestra.cli)")
        commands = {name: argv for name, argv in commands.items() if argv[0] != ORKESTRA}
    with directory() as project, directory() as compiled:
        _fill(project)
        # as after `pip install`: modules are compiled, whatever this shell says about writing .pyc files
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = str(compiled)
        run = partial(subprocess.run, cwd=project, env=environment, check=True, capture_output=True)
        works = {name: partial(seconds, partial(run, argv)) for name, argv in commands.items()}
        taking_turns(works, 2)  # the first run compiles
        found = taking_turns(works, TURNS)
    floor = found.pop(FLOOR)
    for name, value in found.items():
        goal = None if name.startswith("import") else Goal(about="ratio", limit=10)
        yield Figure(what=name, unit="ms", value=value * 1e3, floor=floor * 1e3, floor_is=FLOOR, goal=goal)


def _fill(project: Path) -> None:
    """A project as it lies there after somebody worked on it."""
    with open_project(project) as opened, owning(opened), TaskQueue(opened) as queue:
        for number in range(TASKS):
            queue.add_task(f"Task {number}", dependencies=[str(number)] if number else None)
