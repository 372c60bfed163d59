"""Which Python runs a project's tests, and where it looks for the project's own modules first."""

from __future__ import annotations

import ast
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orkestra.domain.work import Lent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from orkestra.pipeline.checks.site import Site

ENVIRONMENTS: Final = (".venv", "venv")
_MAPPING: Final = re.compile(r"^MAPPING\b[^=]*=\s*(\{.*\})\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """A Python: its program, how it is shown to people, what is lent for it, and the directories of its `packages`."""

    program: str
    shown: tuple[str, ...]
    environment: Mapping[str, str]
    lent: tuple[Lent, ...] = ()
    packages: tuple[Path, ...] = ()
    own: str = ""
    missing: str = ""

    def lacks(self, module: str) -> str:
        """Return what to do where the project's own environment has no such module, else ""."""
        if not self.own or any((place / module).exists() for place in self.packages):
            return ""
        return f"{module} is not in the project's {self.own}: install it there, then run again"


def interpreter_for(site: Site) -> Interpreter:
    """Return the Python of the project's own environment where its root has one, else Orkestra's.

    The checkout's modules come before everything that is installed: an editable install in the project's
    environment leads to the root's files, which are not the ones to be checked.
    """
    found = _environment(site)
    packages = _packages(found) if found else ()
    sources = _sources(site, packages)
    paths = {"PYTHONPATH": os.pathsep.join(str(site.here / place) for place in sources)}
    shown = (f"PYTHONPATH={os.pathsep.join(sources[:-1])}",) if len(sources) > 1 else ()
    prefix = ("env", *shown) if shown else ()
    if found is None:
        return Interpreter(program=sys.executable, shown=(*prefix, "python"), environment=paths)
    program = _program(found)
    broken = "" if program else f"the project's {found.name} has no working python: make it anew, then run again"
    inside = program.relative_to(found).as_posix() if program else "bin/python"
    return Interpreter(
        program=str(site.here / found.name / inside),
        shown=(*prefix, f"{found.name}/{inside}"),
        environment=paths,
        lent=(Lent(source=found, place=found.name),),
        packages=packages,
        own=found.name,
        missing=broken,
    )


def _environment(site: Site) -> Path | None:
    """Return the environment beside the project's files, or else at the root; never one that git holds."""
    places = (home / name for home in dict.fromkeys((site.home, site.root)) for name in ENVIRONMENTS)
    return next(
        (place for place in places if (place / "pyvenv.cfg").is_file() and not (site.here / place.name).exists()), None
    )


def _program(environment: Path) -> Path | None:
    programs = (environment / "bin" / "python", environment / "Scripts" / "python.exe")
    return next((program for program in programs if program.exists()), None)


def _packages(environment: Path) -> tuple[Path, ...]:
    found = [*environment.glob("lib/python3*/site-packages"), *environment.glob("Lib/site-packages")]
    if "include-system-site-packages = true" in (environment / "pyvenv.cfg").read_text("utf-8", "replace"):
        found += [Path(place) for place in sys.path if place.endswith(("site-packages", "dist-packages"))]
    return tuple(sorted(found))


def _sources(site: Site, packages: tuple[Path, ...]) -> tuple[str, ...]:
    """Return the directories that modules of the project are imported from, the project's own at the end."""
    modules = any(path.startswith("src/") and path.endswith(".py") for path in site.files)
    source = ["src"] if modules and "src/__init__.py" not in site.files else []
    return tuple(dict.fromkeys([*source, *_editable(site, packages), "."]))


def _editable(site: Site, packages: tuple[Path, ...]) -> Iterator[str]:
    """Give the directories of the root that editable installs lead to, relative to it (PEP 660)."""
    for place in packages:
        for file in sorted([*place.glob("*.pth"), *place.glob("__editable__*_finder.py")]):
            for target in _targets(file):
                if target.is_absolute() and target.resolve().is_relative_to(site.home):
                    yield target.resolve().relative_to(site.home).as_posix()


def _targets(file: Path) -> Iterator[Path]:
    text = file.read_text("utf-8", "replace")
    if file.suffix == ".pth":
        yield from (Path(line.strip()) for line in text.splitlines() if line.strip() and not line.startswith("import "))
    elif found := _MAPPING.search(text):
        try:
            mapping = ast.literal_eval(found[1])
        except (ValueError, SyntaxError):
            return
        yield from (Path(str(path)).parent for path in mapping.values())
