"""The schema, in numbered files that are applied once each and never edited after release."""

from __future__ import annotations

import sqlite3
import time
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from orkestra.domain.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


SWITCH_SECONDS: Final = 30.0
PRIMARY: Final = 0xFF
"""The bits of an error code that say what, not where."""


@cache
def newest_version() -> int:
    """Return the number of the newest schema that this Orkestra knows."""
    return max(_numbered())


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the database to the newest schema, in one transaction.

    Raises RecordError for a database that a newer Orkestra wrote; it is left as it is.
    """
    version = _version(connection)
    if version == newest_version():
        return
    if version == 0:
        _write_ahead(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        _apply(connection, path)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL, again and again while another process is switching: SQLite doesn't wait for that by itself."""
    patient_until = time.monotonic() + SWITCH_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > patient_until:
                raise
            time.sleep(0.01)
        else:
            return


def _apply(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version > newest_version():
        message = (
            f"{path} was written by a newer Orkestra (schema {version}, this one knows {newest_version()}): "
            "upgrade with `pip install -U orkestra-ai`"
        )
        raise RecordError(message)
    for number, name in sorted(_numbered().items()):
        if number > version:
            for statement in _split(_directory().joinpath(name).read_text(encoding="utf-8")):
                connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {newest_version()}")


def _version(connection: sqlite3.Connection) -> int:
    [row] = connection.execute("PRAGMA user_version").fetchall()
    return int(row["user_version"])


@cache
def _numbered() -> dict[int, str]:
    names = [entry.name for entry in _directory().iterdir() if entry.name.endswith(".sql")]
    return {int(name.partition("_")[0]): name for name in names}


def _directory() -> resources.abc.Traversable:
    return resources.files("orkestra.adapters.stores").joinpath("schema")


def _split(script: str) -> Iterator[str]:
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
