"""Kill the demonstration at any moment, start again, and count what was lost, done twice or asked twice.

    python -m tests.faults.kill --moments 30

For each moment: `orkestra demo` is killed (kill -9; every second time with all its children) after its k-th
recorded event, then `orkestra start` runs to the end. Calls are counted by a log that the scripted models
themselves append and fsync before they answer, not by the journal.
"""

import argparse
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import orkestra.demo

SCRIPT = Path(orkestra.demo.__file__).parent / "words"
ORKESTRA = (sys.executable, "-m", "orkestra")
PATIENCE = 120.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was counted after a kill and a start."""

    moment: int
    tasks: int
    lost: int
    commits_twice: int
    recorded_repeated: int
    in_flight_repeated: int
    dirty: str
    exit_code: int
    first_event_seconds: float

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice, nothing left dirty, and work went on within 5 s."""
        wrong = (self.lost, self.commits_twice, self.recorded_repeated, self.dirty, self.exit_code)
        return not any(wrong) and self.tasks > 0 and self.first_event_seconds <= 5.0


class Demonstration:
    """One demonstration in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True)
        self.root = directory / "project"
        self.log = directory / "calls.jsonl"
        self.log.touch()
        self._environment = {
            **os.environ,
            "ORKESTRA_HOME": str(directory / "home"),
            "ORKESTRA_SCRIPT_LOG": str(self.log),
            "ORKESTRA_DEMO_SCRIPT": str(_without_pauses(directory / "script")),
        }

    def begin(self) -> subprocess.Popen[bytes]:
        """Start `orkestra demo` in a process group of its own."""
        return self._run("demo", "--path", str(self.root))

    def start(self) -> subprocess.Popen[bytes]:
        """Start `orkestra start` in the project."""
        return self._run("start", "--project", str(self.root))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Read the project's database; no rows while there is none."""
        database = self.root / ".orkestra" / "orkestra.db"
        if not database.exists():
            return []
        try:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
                return connection.execute(sql).fetchall()
        except sqlite3.OperationalError:
            return []

    def events(self) -> int:
        """How many events are recorded."""
        rows = self.rows("SELECT max(seq) FROM events")
        return int(str(rows[0][0])) if rows and rows[0][0] is not None else 0

    def calls(self) -> list[str]:
        """The keys of all calls that the models noted, in order; a torn last line was never answered."""
        lines = self.log.read_bytes().split(b"\n")[:-1]
        return [json.loads(line)["key"] for line in lines]

    def git(self, *arguments: str) -> str:
        """Ask the project's git."""
        return subprocess.run(
            ["git", "-C", str(self.root), *arguments], check=True, capture_output=True, text=True
        ).stdout

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*ORKESTRA, *arguments, "--json"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def kill_at(directory: Path, moment: int, *, children: bool) -> Outcome:
    """Kill a demonstration after its `moment`-th event, start it again, and return what was counted."""
    demonstration = Demonstration(directory)
    process = demonstration.begin()
    _wait(process, lambda: demonstration.events() >= moment)
    if children:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    recorded = {str(key) for (key,) in demonstration.rows("SELECT key FROM steps WHERE state <> 'intent'")}
    before, seen = demonstration.calls(), demonstration.events()
    again, began = demonstration.start(), time.monotonic()
    _wait(again, lambda: demonstration.events() > seen)
    first = time.monotonic() - began
    exit_code = again.wait(PATIENCE)
    return _count(demonstration, moment, recorded, before, (exit_code, first))


def _count(
    demonstration: Demonstration, moment: int, recorded: set[str], before: list[str], end: tuple[int, float]
) -> Outcome:
    statuses = [str(status) for (status,) in demonstration.rows("SELECT status FROM tasks")]
    landed = Counter(demonstration.git("log", "--format=%(trailers:key=Orkestra-Task,valueonly)").split())
    subjects = Counter(demonstration.git("log", "--format=%s", "--grep=^docs: plan", "--grep=^feat").splitlines())
    calls = demonstration.calls()
    return Outcome(
        moment=moment,
        tasks=len(statuses),
        lost=sum(status != "completed" for status in statuses) + abs(len(statuses) - len(landed)),
        commits_twice=sum(n - 1 for n in landed.values()) + sum(n - 1 for n in subjects.values()),
        recorded_repeated=sum(key in recorded for key in calls[len(before) :]),
        in_flight_repeated=sum(n - 1 for n in Counter(calls).values()),
        dirty=demonstration.git("status", "--porcelain").strip(),
        exit_code=end[0],
        first_event_seconds=round(end[1], 2),
    )


def moments(directory: Path, count: int) -> Iterator[int]:
    """Spread moments over the events of an undisturbed run; the first event is the making of the project."""
    demonstration = Demonstration(directory)
    demonstration.begin().wait(PATIENCE)
    last = demonstration.events()
    yield from (2 + round(number * (last - 3) / max(count - 1, 1)) for number in range(count))


def _wait(process: subprocess.Popen[bytes], reached: object) -> None:
    assert callable(reached)
    end = time.monotonic() + PATIENCE
    while not reached() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.002)


def _without_pauses(directory: Path) -> Path:
    """The packaged script with every answer given at once."""
    shutil.copytree(SCRIPT, directory)
    for path in directory.glob("*.json"):
        lines = [{**line, "seconds": 0.02} for line in json.loads(path.read_text("utf-8"))]
        path.write_text(json.dumps(lines), "utf-8")
    return directory


def main() -> int:
    """Kill at as many moments as asked for, print a line for each, and return 1 when any was not good."""
    parser = argparse.ArgumentParser(description="kill -9 the demonstration, start it again, count")
    parser.add_argument("--moments", type=int, default=30)
    count = parser.parse_args().moments
    bad = 0
    with tempfile.TemporaryDirectory(prefix="orkestra-kill-") as scratch:
        for number, moment in enumerate(moments(Path(scratch) / "undisturbed", count)):
            outcome = kill_at(Path(scratch) / f"kill-{number}", moment, children=bool(number % 2))
            bad += not outcome.good
            print(("good " if outcome.good else "BAD  ") + " ".join(f"{k}={v}" for k, v in vars(outcome).items()))
            sys.stdout.flush()
    print(f"{count - bad} of {count} moments good")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
