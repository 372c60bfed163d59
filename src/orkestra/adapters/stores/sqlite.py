"""The embedded database: one SQLite file in the project, no server."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.stores.migrations import PRIMARY, migrate
from orkestra.domain.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from orkestra.domain.ports import Row

BUSY_TIMEOUT_SECONDS: Final = 30.0
_REMEDIES: Final = {
    sqlite3.SQLITE_FULL: " (make room on its disk)",
    sqlite3.SQLITE_IOERR: " (its disk is full, failing, or was taken away)",
}


class SqliteTransaction:
    """Statements inside one `BEGIN IMMEDIATE`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Run one statement; return the number of rows it changed."""
        return self._connection.execute(sql, parameters or {}).rowcount

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Run one statement; return its rows."""
        return self._connection.execute(sql, parameters or {}).fetchall()


class SqliteStore:
    """A store in one SQLite file (WAL, foreign keys), safe for threads and for many processes.

    Opening it brings the schema up to date. Raises RecordError when the file can't be used: it is not a
    database, a newer Orkestra wrote it, the disk is full, or another process blocks it for 30 s.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._durable: bool | None = None
        with self._translated():
            self._make_directory()
            self._connection = sqlite3.connect(
                path, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False
            )
            # a script that just drops its queue or committee gives the connection back, too
            weakref.finalize(self, self._connection.close)
            self._connection.row_factory = _as_dict
            try:
                self._connection.execute("PRAGMA foreign_keys = ON")
                migrate(self._connection, path)
            except BaseException:
                self._connection.close()
                raise

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[SqliteTransaction]:
        """Begin writing at once (no reads that turn out stale); a block inside a block joins it.

        `durable` waits for the disk before the block's end is passed (synchronous = FULL).
        """
        with self._lock, self._translated():
            if self._depth == 0:
                self._begin(durable=durable)
            self._depth += 1
            try:
                yield SqliteTransaction(self._connection)
            except BaseException:
                self._depth -= 1
                if self._depth == 0 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._commit()

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Read; return the rows."""
        with self._lock, self._translated():
            return self._connection.execute(sql, parameters or {}).fetchall()

    def version(self) -> int:
        """Return SQLite's data_version: it differs after another connection's commit."""
        return int(self.rows("PRAGMA data_version")[0]["data_version"])

    def close(self) -> None:
        """Give back the connection."""
        with self._lock:
            self._connection.close()

    def _make_directory(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"the database {self.path} can't be reached: {error.strerror}; check the directory and its rights"
            raise RecordError(message) from error

    def _begin(self, *, durable: bool) -> None:
        if durable is not self._durable:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable
        self._connection.execute("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            remedy = _REMEDIES.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY, "")
            message = f"the database {self.path} can't be used: {error}{remedy}; what was recorded before stands"
            raise RecordError(message) from error


def _as_dict(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> dict[str, Any]:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}
