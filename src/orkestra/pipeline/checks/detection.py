"""Which suites a project has, by its files alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.pipeline.checks.compiled import cargo_suites, go_suites
from orkestra.pipeline.checks.node import npm_suites
from orkestra.pipeline.checks.python import TEST_FILE, python_suites

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from orkestra.pipeline.checks.site import Site
    from orkestra.pipeline.checks.suites import Suite

MOST_PLACES: Final = 5
DEEPEST_PLACE: Final = 2
"""How many directories down a project within the project is looked for."""


@dataclass(frozen=True, kw_only=True)
class Language:
    """A kind of project: the files that mark one, and the suites that a place with such a file has.

    `tests` are files that need no mark: where one lies outside all marked places, the root is the place.
    """

    name: str
    marks: tuple[str, ...]
    suites: Callable[[Site, str], tuple[Suite, ...]]
    tests: re.Pattern[str] | None = None


LANGUAGES: Final = (
    Language(
        name="Python",
        marks=("pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini"),
        suites=python_suites,
        tests=TEST_FILE,
    ),
    Language(name="JavaScript", marks=("package.json",), suites=npm_suites),
    Language(name="Go", marks=("go.mod",), suites=go_suites),
    Language(name="Rust", marks=("Cargo.toml",), suites=cargo_suites),
)


def detect(site: Site, report: str = ".orkestra-results") -> tuple[Suite, ...]:
    """Return the suites of a project: all languages that its root has, in the table's order.

    A language that the root has no mark of is looked for in the nearest directories that have one, at most two
    levels down and five of them. `report` is the name of the file that results may be written to.
    """
    found: list[Suite] = []
    for language in LANGUAGES:
        for place in _places(site, language):
            found.extend(language.suites(site.within(place) if place else site, report))
    return tuple(found)


def _places(site: Site, language: Language) -> list[str]:
    marked = {path.rpartition("/")[0] for path in site.files if path.rpartition("/")[2] in language.marks}
    near = [place for place in marked if _depth(place) <= DEEPEST_PLACE]
    depth = min(map(_depth, near), default=0)
    if not depth:
        return [""]
    places = sorted(place for place in near if _depth(place) == depth)
    loose = language.tests and any(
        language.tests.search(path) and not path.startswith(tuple(f"{place}/" for place in places))
        for path in site.files
    )
    return [""] if loose else places[:MOST_PLACES]


def _depth(place: str) -> int:
    return place.count("/") + 1 if place else 0
