"""The Test Anything Protocol, as node:test, mocha, tape and ava speak it (testanything.org, versions 13 and 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from orkestra.domain.work import FailedTest
from orkestra.pipeline.checks.reading.places import first_place, message_of
from orkestra.pipeline.checks.reading.spoken import read_spoken
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
class _Tape:
    """What has been read so far; `above` are the names of the tests that the next point lies in, by depth."""

    above: list[str] = field(default_factory=list)
    parents: set[str] = field(default_factory=set)
    points: dict[str, tuple[bool, str, list[str]]] = field(default_factory=dict)

    def begin(self, depth: int, name: str) -> None:
        self.above = [*self.above[:depth], name]

    def point(self, depth: int, name: str, *, good: bool, directive: str) -> list[str]:
        full = " > ".join([*self.above[:depth], name])
        if depth:
            self.parents.add(" > ".join(self.above[:depth]))
        return self.points.setdefault(full, (good, directive, []))[2]


def read_tap(said: Said) -> Results:
    """Return the results of all tests that hold no others; what is to be done some day (`TODO`) is skipped."""
    tape = _read(said.output)
    leaves = {name: point for name, point in tape.points.items() if name not in tape.parents}
    if not leaves:
        return read_spoken(said)
    ran = {name: point for name, point in leaves.items() if not point[1]}
    failures = tuple(_failed(name, "\n".join(p[2]), said.files) for name, p in ran.items() if not p[0])
    return Results(tests=tuple(ran), failures=failures, ran=len(ran), skipped=len(leaves) - len(ran))


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
            details = tape.point(len(found[1]) // _STEP, name, good=not found[2], directive=kind)
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
