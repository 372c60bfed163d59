"""Libraries that nobody here wrote, as `make test-real` fetched them: each a repository whose own suite passes."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fixtures.scripted import git
from tests.wire.script import Rule, answers

FETCHED = Path(__file__).parent / "fetched"


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A small piece of work on a library, and the mind that does it, in the words of tests/wire.

    `plan` is the architect's answer. `work` are the coder's turns: each asks for what the tool before it really said.
    `shows` is what an auditor must see in the diff, `files` is what the work may change.
    """

    order: str
    plan: dict[str, Any]
    work: tuple[Rule, ...]
    shows: str
    files: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Library:
    """A library: how its source is laid out, how its suite is run by hand, and a feature for it.

    `installed` brings what the suite needs besides the source, and git does not hold.
    """

    name: str
    source: Callable[[Path], None]
    installed: Callable[[Path], None]
    suite: tuple[str, ...]
    passed: re.Pattern[str]
    feature: Feature

    def repository(self, place: Path) -> Path:
        """The library as its user has it: one commit, and installed what its tests need."""
        place.mkdir()
        self.source(place)
        git(place, "init", "-q", "-b", "trunk")
        git(place, "add", "-A")
        git(place, "commit", "-q", "-m", f"{self.name} as it was published")
        self.installed(place)
        return place

    def tested(self, place: Path) -> int:
        """How many of its own tests pass there, run as its authors do; all must."""
        ran = subprocess.run(self.suite, cwd=place, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return sum(map(int, self.passed.findall(ran.stdout)))

    def tested_on(self, branch: str, repository: Path, place: Path) -> int:
        """How many pass on a branch, in a clone of its own."""
        git(repository, "clone", "-q", "--branch", branch, str(repository), str(place))
        self.installed(place)
        return self.tested(place)

    @property
    def minds(self) -> list[Rule]:
        """Who is asked as the architect plans, as the auditor looks for the change in the diff, else works by tools."""
        review = {"approved": True, "summary": "It does what was asked, and its tests show it."}
        return [
            Rule(text=r"the architect\. Plan this work", reply=answers(self.feature.plan)),
            Rule(text=rf"the auditor\.[\s\S]*{self.feature.shows}", reply=answers(review)),
            *self.feature.work,
        ]
