"""Directories lent to a program: where they may appear, and how they appear without walls."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from orkestra.adapters.sandbox.running import CannotStartError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from orkestra.domain.work import Lent


def free_place(directory: Path, lent: Lent) -> Path:
    """Return where a lent directory will appear, a path with nothing there yet, or an empty directory.

    Raises CannotStartError where the place leaves `directory`, goes through a link, or is taken, and where
    there is nothing to lend.
    """
    parts = PurePosixPath(lent.place).parts
    if not parts or ".." in parts or PurePosixPath(lent.place).is_absolute():
        raise CannotStartError(f"{lent.place!r} is no place within the program's directory")
    if not lent.source.is_dir():
        raise CannotStartError(f"there is no directory {lent.source} to lend as {lent.place!r}")
    place = directory
    for part in parts:
        place /= part
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise CannotStartError(f"{place.relative_to(directory)} is in the way of what is lent as {lent.place!r}")
    if place.is_dir() and any(place.iterdir()):
        raise CannotStartError(f"{lent.place!r} holds files of its own: nothing can be lent there")
    return place


@contextmanager
def linked(directory: Path, lent: Sequence[Lent]) -> Iterator[None]:
    """Let links stand for what is lent, for the block; they are removed, and never followed."""
    with ExitStack() as made:
        for each in lent:
            place = free_place(directory, each)
            existed = place.is_dir()
            if existed:
                place.rmdir()
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(each.source.resolve(), target_is_directory=True)
            made.callback(_unlinked, place, existed=existed)
        yield


@contextmanager
def mounted(directory: Path, lent: Sequence[Lent]) -> Iterator[None]:
    """Make the empty directories over which what is lent is mounted, for the block."""
    with ExitStack() as made:
        for each in lent:
            place = free_place(directory, each)
            if not place.is_dir():
                place.mkdir(parents=True)
                made.callback(_removed, directory, place)
        yield


def _unlinked(place: Path, *, existed: bool) -> None:
    with suppress(OSError):  # the program took it away, or put something else there: that is its own affair
        if place.is_symlink():
            place.unlink()
        if existed:
            place.mkdir()


def _removed(directory: Path, place: Path) -> None:
    with suppress(OSError):  # as above; a directory with something in it stays
        if place.parent.resolve().is_relative_to(directory.resolve()):
            place.rmdir()
