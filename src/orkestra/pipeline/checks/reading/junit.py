"""JUnit's XML as pytest writes it (family xunit1: each case names its file)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from orkestra.domain.work import FailedTest
from orkestra.pipeline.checks.reading.places import last_place, message_of
from orkestra.pipeline.checks.suites import Results

if TYPE_CHECKING:
    from orkestra.pipeline.checks.suites import Said

_DECLARES: Final = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_LINE: Final = re.compile(r"^(?:FAILED|ERROR) (\S+(?:\[[^\n]*?\])?)(?: - (.*))?$", re.MULTILINE)


def read_junit(said: Said) -> Results:
    """Return the results in a report, or the failures in pytest's summary where there is no report.

    A report that declares entities is nobody's test report: it is not read.
    """
    if not said.report or _DECLARES.search(said.report):
        return _by_summary(said)
    try:
        root = ET.fromstring(said.report)  # noqa: S314 - no entity is declared
    except ET.ParseError:
        return _by_summary(said)
    names: list[str] = []
    failures: dict[str, FailedTest] = {}
    skipped = 0
    for case in root.iter("testcase"):
        name = _name(case)
        wrong = [part for part in case if part.tag in {"failure", "error"}]
        skipped += not wrong and case.find("skipped") is not None
        if wrong and name not in failures:
            failures[name] = _failed(name, case, wrong[0], said.files)
        if wrong or case.find("skipped") is None:
            names.append(name)
    tests = tuple(dict.fromkeys(names))
    return Results(tests=tests, failures=tuple(failures.values()), ran=len(tests), skipped=skipped)


def _name(case: ET.Element) -> str:
    """Return pytest's own id of a case: file, classes, function."""
    file, name, owner = case.get("file", ""), case.get("name", ""), case.get("classname", "")
    module = file.removesuffix(".py").replace("/", ".")
    if not owner and name == module:
        return file
    classes = owner.removeprefix(module).strip(".").replace(".", "::") if owner.startswith(module) else ""
    return "::".join(filter(None, (file or owner, classes, name)))


def _failed(name: str, case: ET.Element, wrong: ET.Element, files: frozenset[str]) -> FailedTest:
    text = wrong.text or ""
    file, line = last_place(text, files)
    message = wrong.get("message") or text
    if message == "collection failure":
        said = [line.removeprefix("E").strip() for line in text.splitlines() if line.startswith("E ")]
        message = f"can't be loaded: {said[-1]}" if said else message
    return FailedTest(
        framework="pytest",
        test=name,
        message=message_of(message),
        file=file or case.get("file", ""),
        line=line or int(case.get("line", "-1")) + 1,
    )


def _by_summary(said: Said) -> Results:
    found = {match[1]: match[2] or "" for match in _LINE.finditer(said.output)}
    failures = tuple(
        FailedTest(framework="pytest", test=name, message=message_of(text), file=_known(name, said.files))
        for name, text in found.items()
    )
    return Results(tests=tuple(found), failures=failures, ran=len(found))


def _known(name: str, files: frozenset[str]) -> str:
    file = name.partition("::")[0]
    return file if file in files else ""
