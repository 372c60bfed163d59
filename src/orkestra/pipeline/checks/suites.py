"""Suites: the tests of one framework in one place of a project, with how to run and to read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from orkestra.domain.work import FailedTest, Lent
    from orkestra.pipeline.checks.site import Site

ALWAYS: Final[Mapping[str, str]] = {"CI": "true", "NO_COLOR": "1", "TERM": "dumb"}
"""Variables for every suite: nobody watches, nobody types, nothing is coloured."""


@dataclass(frozen=True)
class Said:
    """What a suite left behind: its output, its report file's text ("" for none), and the project's files."""

    output: str
    report: str = ""
    files: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Results:
    """What a suite's output says: the names of tests that ran to an end, those that failed, and how many were skipped.

    `ran` counts; it may be more than there are names.
    """

    tests: tuple[str, ...] = ()
    failures: tuple[FailedTest, ...] = ()
    ran: int = 0
    skipped: int = 0


@dataclass(frozen=True, kw_only=True)
class Suite:
    """The tests of one framework in one place of a project.

    `check` names it among the project's checks, `report` is the file (within the place) that its results are
    written to. `again` gives the arguments that run one test alone. `missing` says why it can't be run at all.
    """

    framework: str
    check: str
    site: Site
    argv: tuple[str, ...]
    read: Callable[[Said], Results]
    again: Callable[[FailedTest], tuple[str, ...]]
    environment: Mapping[str, str] = field(default_factory=dict)
    lent: tuple[Lent, ...] = ()
    report: str = ""
    missing: str = ""

    @property
    def label(self) -> str:
        """The framework, with the place where it is not the whole project."""
        return f"{self.framework} in {self.site.place}" if self.site.place else self.framework
