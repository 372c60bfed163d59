"""Where the programs that generated code needs are installed, so that just these directories can be shown to it.

Derived from PATH and from where its links lead, never from HOME as such: beside a toolchain lie keys.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SYSTEM: Final = tuple(map(Path, ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")))

_TOOLS: Final = ("python3", "python", "node", "npm", "npx", "go", "cargo", "rustc", "uv", "git", "make", "cc")
_SHIMS: Final = "shims"
"""What the managers of versions put on PATH; these managers are git repositories, as the user's projects are."""
_PROGRAMS: Final = {"bin", "sbin", _SHIMS}
_PARTS: Final = ("pyvenv.cfg", "lib", "lib64", "libexec", "versions", "pkg")
"""One of these beside `bin` makes the directory around both an installation."""
_SHARED: Final = {".local", ".cargo", ".git"}
"""Directories around a `bin` that hold a user's own things as well: only the `bin` is shown."""
_LINKS: Final = 40


def toolchains(path: str) -> tuple[Path, ...]:
    """Return the directories outside the system's that this Python and the tools on a PATH are installed in."""
    return _toolchains(path, private_places())


@lru_cache
def _toolchains(path: str, private: frozenset[Path]) -> tuple[Path, ...]:
    found = {Path(prefix) for prefix in (sys.prefix, sys.base_prefix)}
    found |= {place.resolve() for place in found}
    for entry in _entries(path):
        found |= installations(entry / "program", private)
    for tool in (sys.executable, *_TOOLS):
        if program := shutil.which(tool, path=path):
            found |= installations(Path(program), private)
    if rustup := _rustup(path):
        found.add(rustup)
    return tuple(sorted(place for place in found if not in_system(place)))


def installations(program: Path, private: frozenset[Path]) -> set[Path]:
    """Return the directories that a program needs: those around it, and around each link on the way to it."""
    named = [place for hop in hops(program) for place in (hop, hop.parent.resolve() / hop.name)]
    return {installation(place, private) for place in named}


def hops(path: Path) -> Iterator[Path]:
    """Give a path, and where its link leads, and where that leads, to the end."""
    for _ in range(_LINKS):
        yield path
        if not path.is_symlink():
            return
        path = Path(os.path.normpath(path.parent.resolve() / path.readlink()))


def installation(program: Path, private: frozenset[Path]) -> Path:
    """Return the largest directory around a program that holds what was installed with it, and nothing private."""
    directory = program.parent
    around = directory.parent
    managed = directory.name == _SHIMS or not (around / ".git").exists()
    if directory.name in _PROGRAMS and managed and _is_installation(around) and not _holds(around, private):
        return around
    return program if _holds(directory, private) else directory


def in_system(place: Path) -> bool:
    """Say whether a place lies in the directories that every program sees."""
    return any(place.is_relative_to(system) for system in SYSTEM)


def toolchain_variables(path: str) -> Mapping[str, str]:
    """Return the variables without which tools don't find their own parts under another HOME."""
    rustup = _rustup(path)
    return {"RUSTUP_HOME": str(rustup)} if rustup else {}


def crates(path: str) -> Path | None:
    """Return the downloaded sources of Rust's packages, if there are any."""
    cargo = shutil.which("cargo", path=path)
    registry = Path(cargo).parent.parent / "registry" if cargo else None
    return registry if registry and registry.is_dir() and not in_system(registry) else None


def _rustup(path: str) -> Path | None:
    cargo = shutil.which("cargo", path=path)
    if not cargo:
        return None
    place = Path(os.environ.get("RUSTUP_HOME") or Path(cargo).parent.parent.parent / ".rustup")
    return place if (place / "toolchains").is_dir() else None


def _entries(path: str) -> Iterator[Path]:
    for text in path.split(os.pathsep):
        entry = Path(text)
        if entry.is_absolute() and entry.is_dir():
            yield entry


def _is_installation(directory: Path) -> bool:
    return directory.name not in _SHARED and any((directory / part).exists() for part in _PARTS)


def _holds(directory: Path, private: frozenset[Path]) -> bool:
    return any(place.is_relative_to(directory) for place in private)


def private_places() -> frozenset[Path]:
    """Return the user's HOME and Orkestra's: no directory around them is ever shown."""
    homes = {Path.home(), Path(pwd.getpwuid(os.getuid()).pw_dir)} - {Path("/nonexistent")}
    if home := os.environ.get("ORKESTRA_HOME"):
        homes.add(Path(home).expanduser())
    return frozenset(homes | {home.resolve() for home in homes})
