"""What a program sees through bubblewrap: the system and the toolchains read-only, its own directory, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from orkestra.adapters.sandbox.lending import free_place
from orkestra.adapters.sandbox.toolchains import SYSTEM, crates, in_system, installations, private_places, toolchains

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orkestra.domain.work import Command

SCRATCH: Final = PurePosixPath("/tmp")  # noqa: S108 - a private one, in the sandbox
HOME: Final = SCRATCH / "home"
SHARED_MEMORY: Final = PurePosixPath("/dev/shm")  # noqa: S108 - a private one, in the sandbox
IN_MEMORY: Final = (SCRATCH, SHARED_MEMORY)
"""The writable places whose files take memory, not disk."""

ETC: Final = (
    "alternatives",
    "ca-certificates",
    "crypto-policies",
    "fonts",
    "java-*",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "os-release",
    "pki/ca-trust/extracted",
    "pki/tls/cert.pem",
    "pki/tls/certs",
    "protocols",
    "python3*",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
)
"""What programs need of /etc and everybody may know."""

OWN: Final = {".orkestra"}
"""Directories that are hidden where they lie in the program's own."""


@dataclass(frozen=True)
class Mount:
    """One thing that a program sees at `target`; `how` is bubblewrap's word."""

    how: str
    source: str
    target: PurePosixPath

    @property
    def words(self) -> tuple[str, ...]:
        """The arguments for bubblewrap."""
        return (self.how, self.source, str(self.target)) if self.source else (self.how, str(self.target))


def mounts(command: Command, path: str) -> list[Mount]:
    """Return what a command sees, each within what lies around it."""
    inner = [*_toolchains(command, path), *_lent(command), *_own(command.directory)]
    return [*_system(), *sorted(inner, key=lambda mount: len(mount.target.parts))]


def program(command: Command) -> Path:
    """Return where a command's program lies outside, if its name says where: in a lent directory, perhaps."""
    named = Path(command.argv[0])
    place = command.directory / named
    for lent in command.lent:
        seen = command.directory / lent.place
        if place.is_relative_to(seen):
            return lent.source / place.relative_to(seen)
    return place


@lru_cache
def _system() -> tuple[Mount, ...]:
    return tuple(_system_mounts())


def _system_mounts() -> Iterator[Mount]:
    for place in SYSTEM:
        if place.is_symlink():
            yield Mount("--symlink", str(place.readlink()), PurePosixPath(place))
        elif place.is_dir():
            yield _readable(place)
    for pattern in ETC:
        yield from (_readable(file) for file in Path("/etc").glob(pattern))


def _toolchains(command: Command, path: str) -> Iterator[Mount]:
    found = set(toolchains(path))
    if "/" in command.argv[0]:
        found |= installations(program(command), private_places())
    for place in found:
        if place.exists() and not in_system(place) and not command.directory.is_relative_to(place):
            yield _readable(place)
    if registry := crates(path):
        yield Mount("--ro-bind", str(registry), HOME / ".cargo" / "registry")


def _lent(command: Command) -> Iterator[Mount]:
    """Twice: scripts of a virtual environment name the place where it was made."""
    for lent in command.lent:
        source = lent.source.resolve()
        yield _readable(source)
        yield Mount("--ro-bind", str(source), PurePosixPath(free_place(command.directory, lent)))


def _own(directory: Path) -> Iterator[Mount]:
    yield Mount("--bind", str(directory), PurePosixPath(directory))
    git = directory / ".git"
    if git.exists() and not git.is_symlink():
        yield _readable(git)
    for name in OWN:
        if (directory / name).is_dir() and not (directory / name).is_symlink():
            yield Mount("--tmpfs", "", PurePosixPath(directory / name))


def _readable(place: Path) -> Mount:
    return Mount("--ro-bind", str(place), PurePosixPath(place))
