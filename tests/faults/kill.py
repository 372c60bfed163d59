"""Kill a command at any moment, go on as a user would, and count what was lost, done twice or asked twice.

    python -m tests.faults.kill --scenario demo --moments 30

For each moment: the scenario's command is killed (kill -9; every second time with all its children) when it has come
that far, a few milliseconds later each time, then the command that goes on with it runs to the end. Calls are
counted by a log that the scripted models themselves append and fsync before they answer, not by the journal.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.scenarios import SCENARIOS, Scenario

PATIENCE = 120.0
OFTEN = "chore: keep the records of the work so far"
"""The only commit that may be made more than once."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was counted after a kill and what went on from there."""

    moment: int
    found: int
    lost: int
    commits_twice: int
    begun_twice: int
    recorded_repeated: int
    in_flight_repeated: int
    dirty: str
    harmed: str
    exit_code: int
    first_event_seconds: float
    said: str

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice, nothing left dirty, and work went on within 5 s."""
        twice = (self.commits_twice, self.begun_twice, self.recorded_repeated)
        wrong = (self.lost, *twice, self.dirty, self.harmed, self.exit_code)
        return not any(wrong) and self.found > 0 and self.first_event_seconds <= 5.0


def kill_at(scenario: Scenario, moment: int, *, children: bool, lag: float = 0.0) -> Outcome:
    """Kill a scenario when it has come so far, go on with it, and return what was counted."""
    scenario.prepare()
    goal = scenario.progress() + moment
    process = scenario.begin()
    _wait(process, lambda: scenario.progress() >= goal)
    time.sleep(lag)
    with suppress(ProcessLookupError):  # it may have come to its end meanwhile
        os.killpg(process.pid, signal.SIGKILL) if children else process.kill()
    process.wait()
    recorded = {str(key) for (key,) in scenario.rows("SELECT key FROM steps WHERE state <> 'intent'")}
    before, harmed = scenario.calls(), scenario.harmed()
    exit_code, first = _go_on(scenario)
    calls = scenario.calls()
    return Outcome(
        moment=moment,
        **counted(scenario),
        recorded_repeated=sum(key in recorded for key in calls[len(before) :]),
        in_flight_repeated=_twice(calls),
        dirty=dirty(scenario),
        harmed=harmed or scenario.harmed(),
        exit_code=exit_code,
        first_event_seconds=round(first, 2),
        said=(scenario.said.read_text().splitlines() or [""])[-1] if exit_code else "",
    )


def _go_on(scenario: Scenario) -> tuple[int, float]:
    """Go on to the end; return the last exit code and after how many seconds something new was told."""
    seen, began = scenario.progress(), time.monotonic()
    exit_code, first = 0, 0.0
    for process in scenario.go_on():
        _wait(process, lambda: scenario.progress() > seen)
        if not first and scenario.progress() > seen:
            first = time.monotonic() - began
        exit_code = process.wait(PATIENCE)
    return exit_code, first or time.monotonic() - began


def counted(scenario: Scenario) -> dict[str, int]:
    found, lost = scenario.done()
    unfinished = scenario.rows("SELECT 1 FROM runs WHERE status <> 'done'")
    subjects = scenario.git("log", "--format=%s", scenario.branch).splitlines()
    runs = scenario.rows("SELECT kind FROM runs WHERE kind IN ('planning', 'vote', 'work')")
    return {
        "found": found,
        "lost": lost + len(unfinished),
        "commits_twice": _twice(scenario.landed()) + _twice(each for each in subjects if each != OFTEN),
        "begun_twice": _twice(runs),
    }


def _twice(them: Iterable[object]) -> int:
    return sum(times - 1 for times in Counter(them).values())


def dirty(scenario: Scenario) -> str:
    """What git would trip over: changes that nobody's drafts explain, worktrees, locks."""
    changes = [line for line in scenario.git("status", "--porcelain").splitlines() if line not in scenario.drafts]
    worktrees = scenario.git("worktree", "list").splitlines()[1:]
    branches = scenario.git("branch", "--format=%(refname:short)", "--list", "orkestra/task-*").split()
    locks = [path.name for path in (scenario.root / ".git").rglob("*.lock")]
    return "; ".join([*changes, *worktrees, *branches, *locks])


def moments(scenario: Scenario, count: int) -> Iterator[int]:
    """Spread moments over how far an undisturbed command comes."""
    scenario.prepare()
    before = scenario.progress()
    scenario.begin().wait(PATIENCE)
    last = scenario.progress() - before
    yield from (1 + round(number * (last - 2) / max(count - 1, 1)) for number in range(count))


def _wait(process: subprocess.Popen[bytes], reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not reached() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.002)


def main() -> int:
    """Kill at as many moments as asked for, print a line for each, and return 1 when any was not good."""
    parser = argparse.ArgumentParser(description="kill -9 a command, go on with it, count")
    parser.add_argument("--scenario", choices=SCENARIOS, default="demo")
    parser.add_argument("--moments", type=int, default=30)
    wanted = parser.parse_args()
    made, count = SCENARIOS[wanted.scenario], wanted.moments
    bad, slowest = 0, 0.0
    with tempfile.TemporaryDirectory(prefix="orkestra-kill-") as scratch:
        for number, moment in enumerate(moments(made(Path(scratch) / "undisturbed"), count)):
            scenario = made(Path(scratch) / f"kill-{number}")
            outcome = kill_at(scenario, moment, children=bool(number % 2), lag=number % 5 / 100)
            bad += not outcome.good
            slowest = max(slowest, outcome.first_event_seconds)
            print(("good " if outcome.good else "BAD  ") + " ".join(f"{k}={v}" for k, v in vars(outcome).items()))
            sys.stdout.flush()
    print(f"{wanted.scenario}: {count - bad} of {count} moments good, the slowest went on after {slowest:.2f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
