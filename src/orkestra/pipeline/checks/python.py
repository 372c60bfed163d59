"""Python's suites: pytest, or unittest where the project uses nothing else."""

from __future__ import annotations

import posixpath
import re
from functools import partial
from typing import TYPE_CHECKING, Final

from orkestra.pipeline.checks.interpreter import Interpreter, interpreter_for
from orkestra.pipeline.checks.reading.junit import read_junit
from orkestra.pipeline.checks.reading.unittest import read_unittest
from orkestra.pipeline.checks.suites import Suite

if TYPE_CHECKING:
    from orkestra.domain.work import FailedTest
    from orkestra.pipeline.checks.site import Site

TEST_FILE: Final = re.compile(r"(^|/)(test_[^/]*|[^/]*_test)\.py$")
_USES_PYTEST: Final = re.compile(r"^\s*(import|from)\s+_?pytest\b", re.MULTILINE)
_CONFIGURES_PYTEST: Final = re.compile(r"^\[(tool[.:])?pytest\b|\bpytest\b\s*[\"'<>=~\[]", re.MULTILINE)
_OWN_FILES: Final = re.compile(r"^\s*python_files\s*=", re.MULTILINE)
_TEST_CASE: Final = re.compile(r"\bunittest\b|\bTestCase\b")
_SETTINGS: Final = ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
_MOST_READ: Final = 200


def python_suites(site: Site, report: str) -> tuple[Suite, ...]:
    """Return the suite of a place with tests in Python, none where no file looks like a test."""
    tests = sorted(path for path in site.files if TEST_FILE.search(path))
    settings = "\n".join(map(site.text, _SETTINGS))
    if not tests and not _OWN_FILES.search(settings):
        return ()
    python = interpreter_for(site)
    start = None if _wants_pytest(site, settings, tests) else _discovery(site, tests)
    return (_pytest(site, python, report) if start is None else _unittest(site, python, start),)


def _wants_pytest(site: Site, settings: str, tests: list[str]) -> bool:
    if _CONFIGURES_PYTEST.search(settings) or any(path.rpartition("/")[2] == "conftest.py" for path in site.files):
        return True
    texts = list(map(site.text, tests[:_MOST_READ]))
    return any(_USES_PYTEST.search(text) or not _TEST_CASE.search(text) for text in texts)


def _discovery(site: Site, tests: list[str]) -> str | None:
    """Return the directory in which unittest finds all tests, None where it finds them from no single one."""
    if any(not path.rpartition("/")[2].startswith("test") for path in tests):
        return None
    tops = {path.partition("/")[0] if "/" in path else "." for path in tests}
    return next((start for start in (".", *sorted(tops)) if all(_found(site, path, start) for path in tests)), None)


def _found(site: Site, path: str, start: str) -> bool:
    """Say whether all directories from the start to a file are packages."""
    above = posixpath.dirname(path if start == "." else posixpath.relpath(path, start))
    while above:
        if above.startswith("..") or posixpath.normpath(f"{start}/{above}/__init__.py") not in site.files:
            return False
        above = posixpath.dirname(above)
    return True


def _pytest(site: Site, python: Interpreter, report: str) -> Suite:
    flags = ("-q", "--color=no", "-rfE", "--continue-on-collection-errors", f"--junitxml={report}")
    return Suite(
        framework="pytest",
        check="pytest",
        site=site,
        argv=(python.program, "-m", "pytest", *flags, "-o", "junit_family=xunit1"),
        environment=python.environment,
        lent=python.lent,
        read=read_junit,
        again=partial(_pytest_again, python),
        report=report,
        missing=python.missing or python.lacks("pytest"),
    )


def _pytest_again(python: Interpreter, failed: FailedTest) -> tuple[str, ...]:
    return (*python.shown, "-m", "pytest", *((failed.test,) if failed.file else ()))


def _unittest(site: Site, python: Interpreter, start: str) -> Suite:
    discover = ("-m", "unittest", "discover", *(() if start == "." else ("-s", start)))
    return Suite(
        framework="unittest",
        check="unittest",
        site=site,
        argv=(python.program, *discover, "-v"),
        environment=python.environment,
        lent=python.lent,
        read=read_unittest,
        again=lambda failed: (
            *python.shown,
            *discover,
            *(("-k", failed.test.partition(" ")[0]) if failed.file else ()),
        ),
        missing=python.missing,
    )
