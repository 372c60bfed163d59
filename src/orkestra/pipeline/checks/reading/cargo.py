"""What `cargo test` prints to people: its machine-readable form is not stable Rust."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from orkestra.domain.work import FailedTest
from orkestra.pipeline.checks.reading.places import first_place, message_of
from orkestra.pipeline.checks.suites import Results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orkestra.pipeline.checks.suites import Said

_BINARY: Final = re.compile(
    r"^\s+Running (?:unittests )?\S+ \(\S*?([^/\s\\]+)-[0-9a-f]{16}(?:\.exe)?\)$|^\s+Doc-tests (\S+)$", re.MULTILINE
)
_TEST: Final = re.compile(r"^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)\b", re.MULTILINE)
_DETAILS: Final = re.compile(r"^failures:$", re.MULTILINE)
"""From here on stands what failing tests printed."""
_SECTION: Final = re.compile(r"^---- (.+?) stdout ----$(.*?)(?=^---- |^failures:$|\Z)", re.MULTILINE | re.DOTALL)
_PANIC: Final = re.compile(r"panicked at (\S+?):(\d+):\d+:\n(.*)")
_ERROR: Final = re.compile(r"^error(?:\[E\d+\])?: (.*)\n\s*--> (\S+?):(\d+):\d+", re.MULTILINE)
_BUILDING: Final = re.compile(r"^error: could not compile `([^`]+)`", re.MULTILINE)


def read_cargo(said: Said) -> Results:
    """Return the results of all test programs; each test is named `program: path`. What can't be built is a failure."""
    tests: list[str] = []
    failures: list[FailedTest] = []
    skipped = 0
    for program, text in _programs(said.output):
        said_of = {found[1]: found[2] for found in _SECTION.finditer(text)}
        for found in _TEST.finditer(_DETAILS.split(text)[0]):
            name, end = f"{program}: {found[1]}", found[2]
            skipped += end == "ignored"
            if end != "ignored":
                tests.append(name)
            if end == "FAILED":
                failures.append(_failed(name, said_of.get(found[1], ""), said.files))
    broken = _unbuilt(said.output, said.files)
    names = tuple(dict.fromkeys([*tests, *(failure.test for failure in broken)]))
    return Results(tests=names, failures=(*failures, *broken), ran=len(tests) + len(broken), skipped=skipped)


def _programs(output: str) -> Iterator[tuple[str, str]]:
    heads = list(_BINARY.finditer(output))
    for at, head in enumerate(heads):
        end = heads[at + 1].start() if at + 1 < len(heads) else len(output)
        yield head[1] or f"{head[2]} doc", output[head.end() : end]


def _failed(name: str, text: str, files: frozenset[str]) -> FailedTest:
    panic = _PANIC.search(text)
    if panic and panic[1] in files:
        return FailedTest(
            framework="cargo test", test=name, message=message_of(panic[3]), file=panic[1], line=int(panic[2])
        )
    file, line = first_place(text, files)
    return FailedTest(framework="cargo test", test=name, message=message_of(text), file=file, line=line)


def _unbuilt(output: str, files: frozenset[str]) -> tuple[FailedTest, ...]:
    crates = tuple(dict.fromkeys(_BUILDING.findall(output)))
    error = _ERROR.search(output)
    if not crates:
        return ()
    known = error is not None and error[2] in files
    return tuple(
        FailedTest(
            framework="cargo test",
            test=f"{crate} can't be built",
            message=message_of(error[1]) if error else "",
            file=error[2] if error and known else "",
            line=int(error[3]) if error and known else 0,
        )
        for crate in crates
    )
