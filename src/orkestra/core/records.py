"""Records for people and for git: written whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from orkestra.codec import pretty
from orkestra.domain.errors import RecordError

SCHEMA_VERSION = 1


def write_atomically(path: Path, content: bytes, *, scratch: Path | None = None) -> None:
    """Replace a file's content: temporary file, fsync, rename, fsync of the directory; the same content is left.

    The temporary file is made in `scratch`, a directory on the same file system, or else beside the file.
    Raises RecordError when the disk or the rights don't allow it; the old content then still stands.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            return
        for directory in (path.parent, scratch or path.parent):
            directory.mkdir(parents=True, exist_ok=True)
        _replace(path, content, scratch or path.parent)
    except OSError as error:
        message = f"{path} can't be written: {error.strerror}; the last good version still stands"
        raise RecordError(message) from error


def _replace(path: Path, content: bytes, scratch: Path) -> None:
    import tempfile

    descriptor, temporary = tempfile.mkstemp(dir=scratch, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def render_record(content: dict[str, Any]) -> bytes:
    """Return a record as the bytes of its file, with its `schema_version` first."""
    return pretty({"schema_version": SCHEMA_VERSION, **content})


def append_line(path: Path, entry: dict[str, Any]) -> None:
    """Append one JSON object as a line; a single write, so that lines of several processes don't mix."""
    line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab", buffering=0) as file:
            file.write(line.encode())
    except OSError as error:
        message = f"{path} can't be written: {error.strerror}"
        raise RecordError(message) from error
