"""What JavaScript's runners say to people, for scripts whose report can't be had: figures, and names of failures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from orkestra.domain.work import FailedTest
from orkestra.pipeline.checks.suites import Results

if TYPE_CHECKING:
    from orkestra.pipeline.checks.suites import Said

_PASSED: Final = (
    re.compile(r"^Tests:?\s+.*?(\d+) passed", re.MULTILINE),  # jest, vitest
    re.compile(r"^\s*(\d+) passing\b", re.MULTILINE),  # mocha
    re.compile(r"^(?:ℹ|#) pass\s+(\d+)", re.MULTILINE),  # noqa: RUF001 - node:test writes it so
    re.compile(r"^\s*(\d+) tests? passed", re.MULTILINE),  # ava
)
_FAILED: Final = (
    re.compile(r"^Tests:?\s+.*?(\d+) failed", re.MULTILINE),
    re.compile(r"^\s*(\d+) failing\b", re.MULTILINE),
    re.compile(r"^(?:ℹ|#) fail\s+(\d+)", re.MULTILINE),  # noqa: RUF001 - as above
    re.compile(r"^\s*(\d+) tests? failed", re.MULTILINE),
)
_NAMES: Final = (
    re.compile(r"^\s*● (?!Console|Validation|Deprecation)(\S.*)$", re.MULTILINE),
    re.compile(r"^\s*FAIL\s+(\S+ > .+)$", re.MULTILINE),
    re.compile(r"^\s*✖ (.+?)(?: \([\d.]+m?s\))?$", re.MULTILINE),
)
_NOT_A_NAME: Final = re.compile(r"^failing tests:|^\d+ tests? failed")


def read_spoken(said: Said) -> Results:
    """Return the figures that the last summary in an output gives, and the failures it names.

    Failures beyond those that are named, or named alike, are one by their number: more of them is another failure.
    """
    passed, failed = (_figure(patterns, said.output) for patterns in (_PASSED, _FAILED))
    if not failed:
        return Results(ran=passed)
    found = [name.strip() for pattern in _NAMES for name in pattern.findall(said.output)]
    names = tuple(dict.fromkeys(name for name in found if not _NOT_A_NAME.match(name)))
    unnamed = failed - len(names)
    rest = (f"{unnamed} tests without a name of their own",) if names and unnamed > 0 else ()
    failures = tuple(FailedTest(framework="npm", test=name) for name in (*names, *rest))
    return Results(tests=names, failures=failures, ran=passed + failed)


def _figure(patterns: tuple[re.Pattern[str], ...], output: str) -> int:
    found = next((numbers for pattern in patterns if (numbers := pattern.findall(output))), [])
    return int(found[-1]) if found else 0
