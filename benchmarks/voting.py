"""What holding a vote costs beside the members' own time: five who think a second each, in two rounds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from benchmarks.measure import Figure, Goal, directory, seconds, taking_turns
from orkestra.core.project import OrkestraProject
from tests.fixtures.votes import committee_of, everyone

SIDES = {"claude": "option_1", "chatgpt": "option_1", "gemini": "option_1", "copilot": "option_2", "grok": "option_2"}
ROUNDS, THINKING, TURNS = 2, 1.0, 5


def measure() -> Iterator[Figure]:
    with directory() as place:
        project = OrkestraProject.create("house", place / "house").path
        found = taking_turns({"held": lambda: _held(project), "floor": lambda: seconds(_floor)}, TURNS)
    yield Figure(
        what="a vote of five, two rounds",
        unit="s",
        value=found["held"],
        floor=found["floor"],
        floor_is="five sleepers, twice",
        goal=Goal(about="ratio", limit=1.15),
    )


def _held(project: Path) -> float:
    lines = [replace(line, seconds=THINKING) for number in range(1, ROUNDS + 1) for line in everyone(SIDES, number)]
    committee = committee_of(project, lines)
    began = perf_counter()
    vote_id = committee.create_vote("How to store it?", ["rows", "columns"])
    outcome = committee.process_vote(vote_id)
    wall = perf_counter() - began
    assert (outcome["decision"], outcome["rounds"], outcome["failures"]) == ("rows", ROUNDS, {})
    return wall


def _floor() -> None:
    asyncio.run(_sleepers())


async def _sleepers() -> None:
    for _ in range(ROUNDS):
        await asyncio.gather(*(asyncio.sleep(THINKING) for _ in SIDES))
