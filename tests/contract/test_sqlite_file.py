"""What can happen to the file of the embedded database."""

import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from orkestra.adapters.stores.migrations import newest_version
from orkestra.adapters.stores.sqlite import SqliteStore
from orkestra.errors import RecordError
from tests.fixtures.processes import hear, outcome, python, tell

KEEP = "INSERT INTO blobs (digest, body) VALUES (:digest, :body)"
Limit = Callable[[Path], AbstractContextManager[None]]
SCHEMA = "SELECT name, sql FROM sqlite_master ORDER BY name"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orkestra.db"


def kept(store: SqliteStore) -> list[str]:
    return [row["digest"] for row in store.rows("SELECT digest FROM blobs ORDER BY digest")]


def test_opening_again_changes_nothing(path: Path) -> None:
    with closing(SqliteStore(path)) as first:
        schema = first.rows(SCHEMA)
        with first.transaction() as write:
            write.execute(KEEP, {"digest": "a", "body": "stays"})
    with closing(SqliteStore(path)) as second:
        assert (second.rows(SCHEMA), kept(second)) == (schema, ["a"])
        assert second.rows("PRAGMA user_version") == [{"user_version": newest_version()}]
        assert second.rows("PRAGMA journal_mode") == [{"journal_mode": "wal"}]


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("CREATE TABLE tomorrow (id)")
        newer.execute(f"PRAGMA user_version = {newest_version() + 1}")
    before = path.read_bytes()
    with pytest.raises(RecordError, match=r"written by a newer Orkestra.*upgrade"):
        SqliteStore(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("content", [b"this is a letter, not a database" * 200, b"SQLite format 3\x00" + b"?" * 4096])
def test_what_is_not_a_database_is_refused_by_name_and_left_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(RecordError, match=f"{path} can't be used: "):
        SqliteStore(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RecordError, match="can't be reached"):
        SqliteStore(tmp_path / "file" / "orkestra.db")
    with pytest.raises(RecordError, match="can't be used"):
        SqliteStore(tmp_path)


OPEN_WITH_THE_OTHERS = """
    import sys
    from pathlib import Path
    from orkestra.adapters.stores.sqlite import SqliteStore

    print("ready", flush=True)
    sys.stdin.readline()
    store = SqliteStore(Path(sys.argv[1]))
    with store.transaction() as write:
        write.execute("INSERT INTO blobs (digest, body) VALUES (:digest, '')", {"digest": sys.argv[2]})
    store.close()
"""


@pytest.mark.slow
def test_eight_processes_may_open_a_new_database_at_the_same_moment(path: Path) -> None:
    with ExitStack() as stack:
        children = [stack.enter_context(python(OPEN_WITH_THE_OTHERS, path, number)) for number in range(8)]
        assert [hear(child) for child in children] == ["ready"] * 8
        for child in children:
            tell(child, "go")
        assert [outcome(child) for child in children] == [""] * 8
    with closing(SqliteStore(path)) as store:
        assert kept(store) == [str(number) for number in range(8)]


@contextmanager
def quota(_: Path) -> Iterator[None]:
    """No file of this process may grow beyond 512 KiB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512 * 1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def small_disk(directory: Path) -> Iterator[None]:
    """The directory is a disk of 512 KiB, and then one of 4 MiB."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(directory)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk")
    try:
        yield
        subprocess.run(["mount", "-o", "remount,size=4m", str(directory)], check=True)
    except BaseException:
        subprocess.run(["umount", "-l", str(directory)], check=True)
        raise


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    directory = tmp_path / "disk"
    directory.mkdir()
    yield directory
    if directory.is_mount():
        subprocess.run(["umount", "-l", str(directory)], check=True)


@pytest.mark.parametrize("limit", [quota, small_disk])
@pytest.mark.parametrize("durable", [True, False])
def test_a_full_disk_is_one_clear_error_and_nothing_acknowledged_is_lost(
    disk: Path, limit: Limit, *, durable: bool
) -> None:
    acknowledged: list[str] = []
    with limit(disk):
        store = SqliteStore(disk / "orkestra.db")
        with pytest.raises(RecordError, match=r"can't be used: .*what was recorded before stands"):  # noqa: PT012 - until it is full
            while len(acknowledged) < 1_000:
                with store.transaction(durable=durable) as write:
                    write.execute(KEEP, {"digest": f"{len(acknowledged):04}", "body": "x" * 10_000})
                acknowledged.append(f"{len(acknowledged):04}")
        assert len(acknowledged) > 5
        assert kept(store) == acknowledged, "what was there can still be read"
    with store.transaction() as write:
        write.execute(KEEP, {"digest": "when there is room again", "body": ""})
    assert kept(store) == [*acknowledged, "when there is room again"]
    assert store.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    store.close()
    with closing(SqliteStore(disk / "orkestra.db")) as again:
        assert len(kept(again)) == len(acknowledged) + 1
