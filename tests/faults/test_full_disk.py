"""A disk that is full while Orkestra works: it says so in one line, and with room again it goes on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.walls import walled

DISK = 40_000_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "free"),
    [("new", 100), ("new", 180), ("new", 260), ("start", 0), ("start", 150), ("start", 450), ("run", 0), ("run", 300)],
)
def test_a_full_disk_is_told_in_one_line_and_with_room_again_the_work_is_finished(
    tmp_path: Path, name: str, free: int
) -> None:
    walled()  # a small disk for everybody is bubblewrap's, too
    place = tmp_path / "small"
    place.mkdir()
    small_disk = ("bwrap", "--dev-bind", "/", "/", "--size", str(DISK), "--tmpfs", str(place))

    done = subprocess.run(
        [*small_disk, sys.executable, "-m", "tests.faults.full_disk", str(place), name, str(free)],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)

    said = found.pop("said")
    assert len(said.splitlines()) == 1, said
    assert "full" in said or "No space left" in said or "free some disk space" in said
    assert found.pop("starved") in {9, 11}
    assert found == {
        "ended": 0,
        "harmed": "",
        "dirty": "",
        "found": 3,
        "lost": 0,
        "commits_twice": 0,
        "begun_twice": 0,
    }
