"""What all benchmarks share: a figure beside its floor, runs that take turns, and a directory on a real disk."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Literal

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A promise: what it is about, and how much of that there may be (at least, where more is better)."""

    about: Literal["figure", "ratio", "figure - floor"]
    limit: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{self.about} {'>=' if self.at_least else '<='} {self.limit:g}"

    def is_met(self, figure: float, floor: float) -> bool:
        measured = {"figure": figure, "ratio": figure / floor, "figure - floor": figure - floor}[self.about]
        return measured >= self.limit if self.at_least else measured <= self.limit


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row: what was measured, beside the least that the same work costs without Orkestra."""

    what: str
    unit: str
    value: float
    floor: float
    floor_is: str
    goal: Goal | None = None

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "met" if self.goal.is_met(self.value, self.floor) else "MISSED"

    def cells(self) -> tuple[str, ...]:
        figure, floor = f"{self.value:,.4g} {self.unit}", f"{self.floor:,.4g} {self.unit}"
        goal = "" if self.goal is None else str(self.goal)
        return (self.what, figure, floor, self.floor_is, f"{self.value / self.floor:.2f}", goal, self.verdict)

    def record(self) -> dict[str, Any]:
        goal = None if self.goal is None else {**asdict(self.goal), "met": self.verdict == "met"}
        return {**asdict(self), "ratio": self.value / self.floor, "goal": goal}


HEADER = ("what", "figure", "floor", "the floor is", "ratio", "goal", "")


def table(figures: list[Figure]) -> str:
    rows = [HEADER, *(figure.cells() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    ruled = [rows[0], tuple("-" * width for width in widths), *rows[1:]]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in ruled)


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def taking_turns(works: Mapping[str, Callable[[], float]], turns: int) -> dict[str, float]:
    """The median of each measurement; they take turns, so that a noisy moment hits all of them."""
    measured: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(turns):
        for name, work in works.items():
            measured[name].append(work())
    return {name: median(values) for name, values in measured.items()}


@contextmanager
def directory() -> Iterator[Path]:
    """A directory beside the sources and not in /tmp, which is memory on many machines."""
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build, prefix="bench-") as made:
        yield Path(made)
