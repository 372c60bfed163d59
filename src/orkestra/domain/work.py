"""Work on one task: blueprint, attempts, checks, reviews, and the proof that it is done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How much a finding matters: a blocker stops the merge, the others are for the reader."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """The architect's plan for one task: no code, but what to touch and how to see that it works."""

    approach: str
    files: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the auditor objects to, and how to see it."""

    problem: str
    severity: Severity = Severity.BLOCKER
    file: str = ""
    line: int = 0
    reproduction: str = ""
    doubt: str = ""
    """Why Orkestra takes this for a claim, not for a fact; "" where nothing speaks against it."""


@dataclass(frozen=True, kw_only=True)
class Review:
    """The auditor's verdict on an attempt."""

    approved: bool
    summary: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What a coder left in the worktree, as a commit of its own (not on main)."""

    commit: str
    agent: str
    backend: str
    summary: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a program may use: bytes of memory and of disk, and processes at the same time."""

    memory: int = 4 * 1024**3
    disk: int = 2 * 1024**3
    processes: int = 512


@dataclass(frozen=True, kw_only=True)
class Lent:
    """A directory outside that a program may read at `place`, a path within its own directory."""

    source: Path
    place: str


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program to run: an argument list (never a shell), where, and for how many seconds at most.

    `lent` directories (installed packages of the project) are read-only.
    """

    argv: tuple[str, ...]
    directory: Path
    timeout: float = 600.0
    output_limit: int = 200_000
    limits: Limits = Limits()
    lent: tuple[Lent, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Completed:
    """How a program ended; `exit_code` is None when its time ran out."""

    exit_code: int | None
    output: str
    seconds: float
    truncated: bool = False


@dataclass(frozen=True, kw_only=True)
class FailedTest:
    """A test that failed: its name as its framework gives it, what it said, where, and the command that shows it.

    What failed as a whole (a file that can't be loaded, a run without an end) stands here under a name of its own.
    """

    framework: str
    test: str
    message: str = ""
    file: str = ""
    line: int = 0
    command: str = ""

    @property
    def key(self) -> str:
        """The name that tells it from the tests of other frameworks."""
        return f"{self.framework}: {self.test}"


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """The result of a project's checks on one commit, run by Orkestra in a clean checkout.

    `tests` are the keys of those that ran to an end (skipped ones did not), as far as they are named; `ran` and
    `skipped` count. `missing` says in a line each what could not be run here at all, and what to do about it;
    `unfinished`, what was stopped before its end: what it would still have said is not known.
    """

    framework: str
    passed: bool
    summary: str
    output: str
    seconds: float
    commit: str
    failures: tuple[FailedTest, ...] = ()
    tests: tuple[str, ...] = ()
    ran: int = 0
    skipped: int = 0
    missing: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()

    @property
    def failing(self) -> tuple[str, ...]:
        """The names of the tests that failed."""
        return tuple(failure.test for failure in self.failures)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Whether a report proves a piece of work, and what it says beside what was seen before.

    `reason` says in a line what is not proven, "" where all is. `fresh` fail now and did not before, `known`
    failed before, too. `gone` are the keys of tests that ran before and don't any more.
    """

    holds: bool
    reason: str = ""
    fresh: tuple[FailedTest, ...] = ()
    known: tuple[FailedTest, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Integration:
    """A task's change on top of the present main: the commit that would land, or the conflicting paths."""

    base: str
    commit: str = ""
    conflicts: tuple[str, ...] = ()
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class Landing:
    """Proven work on main: the commit, and what was seen on exactly that commit."""

    commit: str
    proof: str
    at: str


@dataclass(frozen=True, kw_only=True)
class TaskResult:
    """How a task's run ended; `reason` is empty when it landed."""

    landed: bool
    commit: str = ""
    iterations: int = 0
    reason: str = ""
    needs_agent: bool = False
