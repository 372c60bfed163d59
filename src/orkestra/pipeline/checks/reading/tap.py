"""The Test Anything Protocol, as node:test, mocha, tape and ava speak it (testanything.org, versions 13 and 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from orkestra.domain.work import FailedTest
from orkestra.pipeline.checks.reading.places import first_place, message_of
from orkestra.pipeline.checks.reading.spoken import read_spoken
from orkestra.pipeline.checks.reading.telling import told_apart
from orkestra.pipeline.checks.suites import Results

if TYPE_CHECKING:
    from orkestra.pipeline.checks.suites import Said

_POINT: Final = re.compile(r"^( *)(not )?ok\b(?: (\d+))?(?: -)?(?: (.*?))?\s*$")
_SUBTEST: Final = re.compile(r"^( *)# Subtest: (.*)$")
_DIRECTIVE: Final = re.compile(r"(?<!\\) # (skip|todo)\b.*$", re.IGNORECASE)
_GIVEN: Final = re.compile(r"^\s*(?:error|message): (?:'(.*)'|\"(.*)\"|(?![|>])(.*))$", re.MULTILINE)
_BLOCK: Final = re.compile(r"^\s*(?:error|message): [|>]-?\n\s*(\S.*)$", re.MULTILINE)
_ESCAPED: Final = re.compile(r"\\([#\\])")
_LOCATION: Final = re.compile(r"^\s*(?:location|at): .*$", re.MULTILINE)
_STEP: Final = 4


@dataclass
class _Point:
    """A test's end: whether it was good, its directive, and what was said about it."""

    good: bool
    directive: str = ""
    details: list[str] = field(default_factory=list)


@dataclass
class _Tape:
    """What has been read so far; `above` are the names of the tests that the next point lies in, by depth.

    `inside` says of each depth with points whose parent is still to come whether all of them were good.
    """

    above: list[str] = field(default_factory=list)
    inside: dict[int, bool] = field(default_factory=dict)
    points: dict[str, _Point] = field(default_factory=dict)

    def begin(self, depth: int, name: str) -> None:
        self.above = [*self.above[:depth], name]

    def point(self, depth: int, name: str, point: _Point) -> None:
        """Take a point; a parent counts only where it failed although all tests within it were good."""
        within = [good for below, good in self.inside.items() if below > depth]
        self.inside = {below: good for below, good in self.inside.items() if below <= depth}
        self.inside[depth] = self.inside.get(depth, True) and all(within) and (point.good or bool(point.directive))
        if not within or (all(within) and not point.good):
            self.points[told_apart(" > ".join([*self.above[:depth], name]), self.points)] = point


def read_tap(said: Said) -> Results:
    """Return the results of all tests that hold no others; what is to be done some day (`TODO`) is skipped.

    A file that could be loaded is no test, though node:test gives it a good point where no test is in it.
    """
    tape = _read(said.output)
    tests = {name: point for name, point in tape.points.items() if not (point.good and name in said.files)}
    if not tape.points:
        return read_spoken(said)
    ran = {name: point for name, point in tests.items() if not point.directive}
    failures = tuple(
        _failed(name, "\n".join(point.details), said.files) for name, point in ran.items() if not point.good
    )
    return Results(tests=tuple(ran), failures=failures, ran=len(ran), skipped=len(tests) - len(ran))


def _read(output: str) -> _Tape:
    tape = _Tape()
    details: list[str] = []
    inside = False
    for line in output.splitlines():
        if line.strip() in {"---", "..."}:
            inside = line.strip() == "---"
        elif inside:
            details.append(line)
        elif found := _SUBTEST.match(line):
            tape.begin(len(found[1]) // _STEP, _plain(found[2]))
        elif found := _POINT.match(line):
            text = found[4] or f"test {found[3] or ''}".strip()
            directive = _DIRECTIVE.search(text)
            name = _plain(_DIRECTIVE.sub("", text))
            kind = directive[1].lower() if directive else ""
            point = _Point(good=not found[2], directive=kind)
            details = point.details
            tape.point(len(found[1]) // _STEP, name, point)
        else:
            details.append(line)  # mocha writes its traces without marks
    return tape


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text).strip()


def _failed(name: str, details: str, files: frozenset[str]) -> FailedTest:
    given, block = _GIVEN.search(details), _BLOCK.search(details)
    stack = _LOCATION.sub("", details)
    file, line = first_place(stack, files)
    if not file:
        file, line = first_place(details, files)
    message = next(filter(None, given.groups()), "") if given else block[1] if block else details
    return FailedTest(framework="tap", test=name, message=message_of(message), file=file, line=line)
