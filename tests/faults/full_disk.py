"""Fill the disk before a command, make room after it, and go on; to be run in a place that is a small disk of its own.

bwrap --dev-bind / / --size 40000000 --tmpfs PLACE python -m tests.faults.full_disk PLACE start 300
"""

import json
import os
import sys
from pathlib import Path

from tests.faults.kill import PATIENCE, counted, dirty
from tests.faults.scenarios import SCENARIOS

MOST = 16_384
"""Bytes at a time."""


def main() -> None:
    """Print as JSON how the command ended that found so many free kB, and how those did that had room again."""
    place, name, free = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    scenario = SCENARIOS[name](place / name)
    scenario.said = place.parent / "said.txt"  # a terminal has room
    scenario.said.touch()
    scenario.prepare()
    filler = place / "filler"
    _fill(filler, free * 1024)
    starved = scenario.begin().wait(PATIENCE)
    filler.unlink()
    said = scenario.said.read_text()
    ended = [process.wait(PATIENCE) for process in scenario.go_on()]
    found = {"starved": starved, "said": said, "ended": ended[-1], "harmed": scenario.harmed()}
    print(json.dumps({**found, "dirty": dirty(scenario), **counted(scenario)}))


def _fill(filler: Path, free: int) -> None:
    disk = os.statvfs(filler.parent)
    with filler.open("wb") as file:
        for _ in range((disk.f_bavail * disk.f_frsize - free) // MOST):
            file.write(b"x" * MOST)


if __name__ == "__main__":
    main()
