"""What `python -m unittest -v` prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from orkestra.domain.work import FailedTest
from orkestra.pipeline.checks.reading.places import last_place, message_of
from orkestra.pipeline.checks.suites import Results

if TYPE_CHECKING:
    from orkestra.pipeline.checks.suites import Said

_STARTED: Final = re.compile(r"^(\w+) \(([\w.]+)\)(?:\n[^\n]*?)? \.\.\.", re.MULTILINE)
_SKIPPED: Final = re.compile(r"^(\w+) \(([\w.]+)\)(?:\n[^\n]*?)? \.\.\. (?:skipped|expected failure)", re.MULTILINE)
_HEAD: Final = re.compile(r"^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (\w+) \(([\w.]+)\)", re.MULTILINE)
_COUNT: Final = re.compile(r"^Ran (\d+) tests? in ", re.MULTILINE)
_END: Final = re.compile(r"^-{70}\nRan \d+ tests? in ", re.MULTILINE)
_OMITTED: Final = re.compile(r"\b(?:skipped|expected failures)=(\d+)")
_RULE: Final = re.compile(r"^={70}$", re.MULTILINE)
_LOADER: Final = "unittest.loader._FailedTest."


def read_unittest(said: Said) -> Results:
    """Return the results of a verbose run; parts of one test (`subTest`) are that test.

    Where there are several summaries, tests print some: the one that claims least is believed.
    """
    failures: dict[str, FailedTest] = {}
    for part in _RULE.split(said.output)[1:]:
        section = _END.split(part)[0]
        if found := _HEAD.search(section):
            name = _name(found[1], found[2])
            failures.setdefault(name, _failed(name, section, said.files))
    count = min(_COUNT.finditer(said.output), key=lambda found: int(found[1]), default=None)
    skipped = sum(map(int, _OMITTED.findall(said.output[count.end() :]))) if count else 0
    left_out = {_name(*found) for found in _SKIPPED.findall(said.output)}
    names = dict.fromkeys([*(_name(*found) for found in _STARTED.findall(said.output)), *failures])
    tests = tuple(name for name in names if name not in left_out)
    ran = max(int(count[1]) - skipped, len(failures)) if count else len(failures)
    return Results(tests=tests, failures=tuple(failures.values()), ran=ran, skipped=skipped)


def _name(function: str, owner: str) -> str:
    """Return a test's full name; Python 3.11 prints it behind the function's, older ones the class alone."""
    if owner.startswith(_LOADER):
        return owner.removeprefix(_LOADER)
    return owner if owner.endswith(f".{function}") else f"{owner}.{function}"


def _failed(name: str, section: str, files: frozenset[str]) -> FailedTest:
    file, line = last_place(section, files)
    said = [text for text in section.splitlines() if text and not text[0].isspace() and set(text) != {"-"}]
    return FailedTest(
        framework="unittest", test=name, message=message_of(said[-1] if said else ""), file=file, line=line
    )
