"""What `go test -json` prints: one event a line (go doc test2json)."""

from __future__ import annotations

import json
import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from orkestra.domain.work import FailedTest
from orkestra.pipeline.checks.reading.places import message_of
from orkestra.pipeline.checks.suites import Results

if TYPE_CHECKING:
    from orkestra.pipeline.checks.suites import Said

_UNBUILT: Final = re.compile(r"^FAIL\t(\S+) \[(?:build|setup) failed\]$")
"""How Go before 1.24 says it, between the events."""
_PANIC: Final = re.compile(r"^panic: (.*?)(?: \[recovered\])?$", re.MULTILINE)
_TRACE: Final = re.compile(r"^\s*(?:\./)?([^\s:]+\.go):(\d+)(?::\d+)?:?\s*(.*)$", re.MULTILINE)


@dataclass
class _Events:
    ended: dict[tuple[str, str], str] = field(default_factory=dict)
    said: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    loose: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        event = _event(line)
        if event is None:
            self.loose.append(line)
            if unbuilt := _UNBUILT.match(line):
                self.ended[unbuilt[1], ""] = "fail"
            return
        package = str(event.get("Package") or event.get("ImportPath") or "").partition(" ")[0]
        where = (package, str(event.get("Test", "")))
        if event["Action"] in {"pass", "fail", "skip"}:
            self.ended[where] = event["Action"]
        elif event["Action"] in {"output", "build-output"}:
            self.said[where].append(str(event.get("Output", "")))


def read_go(said: Said, module: str) -> Results:
    """Return the results of all tests without subtests; a package that can't be built is a failure of its own."""
    events = _Events()
    for line in said.output.splitlines():
        events.take(line)
    parents = {(package, test.rpartition("/")[0]) for package, test in events.ended if "/" in test}
    tests = {where: end for where, end in events.ended.items() if where[1] and where not in parents}
    ran = {where: end for where, end in tests.items() if end != "skip"}
    whole = {
        (package, ""): "fail"
        for (package, test), end in events.ended.items()
        if not test and end == "fail" and not any(w[0] == package and e == "fail" for w, e in ran.items())
    }
    failures = tuple(
        _failed(where, events, module, said.files) for where, end in {**ran, **whole}.items() if end == "fail"
    )
    names = tuple(_name(*where) for where in {**ran, **whole})
    return Results(tests=names, failures=failures, ran=len(names), skipped=len(tests) - len(ran))


def spoken(output: str) -> str:
    """Return what the events say to people."""
    lines = ((_event(line), line) for line in output.splitlines())
    return "".join(f"{line}\n" if event is None else str(event.get("Output", "")) for event, line in lines)


def _event(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and isinstance(event.get("Action"), str) else None


def _name(package: str, test: str) -> str:
    return f"{package}.{test}" if test else package


def _failed(where: tuple[str, str], events: _Events, module: str, files: frozenset[str]) -> FailedTest:
    package, test = where
    text = "".join(events.said[where]) or "\n".join(events.loose)
    folder = posixpath.relpath(package, module) if module and package.startswith(module) else "."
    found = [(match, _file(match[1], folder, files)) for match in _TRACE.finditer(text)]
    known = next(((match, file) for match, file in found if file), None)
    if known is None:
        return FailedTest(framework="go test", test=_name(package, test), message=message_of(text))
    match, file = known
    panic = _PANIC.search(text)
    message = message_of(f"panic: {panic[1]}" if panic else match[3] or text)
    return FailedTest(framework="go test", test=_name(package, test), message=message, file=file, line=int(match[2]))


def _file(named: str, folder: str, files: frozenset[str]) -> str:
    """Return the project's file that a trace means: Go names it within its package, or from the root."""
    inside = posixpath.normpath(f"{folder}/{named}")
    return next((path for path in (inside, named) if path in files), "")
