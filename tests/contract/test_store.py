"""The contract of the port Store. A second database joins it by one more entry in STORES."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orkestra.adapters.stores.sqlite import SqliteStore
from orkestra.domain.ports import Store
from orkestra.errors import RecordError
from tests.fixtures.processes import outcome, python

STORES: dict[str, Callable[[Path], Store]] = {"sqlite": lambda root: SqliteStore(root / "orkestra.db")}
ADD = "INSERT INTO notes (id, text) VALUES (:id, :text)"
ALL = "SELECT id, text FROM notes ORDER BY id"

Open = Callable[[], Store]


@pytest.fixture(params=STORES)
def connect(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Gives connections to one database that holds a table of notes."""
    opened: list[Store] = []

    def another() -> Store:
        opened.append(STORES[request.param](tmp_path))
        return opened[-1]

    with another().transaction() as write:
        write.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
    yield another
    for store in opened:
        store.close()


@pytest.fixture
def store(connect: Open) -> Store:
    return connect()


def ids(store: Store) -> list[int]:
    return [row["id"] for row in store.rows(ALL)]


def test_rows_are_mappings_by_column(store: Store) -> None:
    with store.transaction() as write:
        write.execute(ADD, {"id": 1, "text": "ä漢🎼"})
        assert write.rows("INSERT INTO notes (id) VALUES (2) RETURNING id, text") == [{"id": 2, "text": None}]
        assert write.rows(ALL) == [{"id": 1, "text": "ä漢🎼"}, {"id": 2, "text": None}]
    assert store.rows(ALL + " LIMIT :most", {"most": 1}) == [{"id": 1, "text": "ä漢🎼"}]
    assert store.rows("SELECT id FROM notes WHERE id = 3") == []


def test_a_statement_tells_how_many_rows_it_changed(store: Store) -> None:
    with store.transaction() as write:
        assert [write.execute(ADD, {"id": number, "text": ""}) for number in range(3)] == [1, 1, 1]
        assert write.execute("UPDATE notes SET text = 'x' WHERE id > :id", {"id": 0}) == 2
        assert write.execute("DELETE FROM notes WHERE id = 99") == 0


@pytest.mark.parametrize("durable", [True, False])
def test_a_block_is_true_for_others_at_its_end_and_not_before(connect: Open, *, durable: bool) -> None:
    writer, reader = connect(), connect()
    with writer.transaction(durable=durable) as write:
        write.execute(ADD, {"id": 1, "text": "one"})
        assert (ids(writer), ids(reader)) == ([1], [])
    assert ids(reader) == [1]


@pytest.mark.parametrize("error", [ValueError, OSError, KeyboardInterrupt])
def test_a_block_that_raises_leaves_nothing_and_raises_its_own_error(connect: Open, error: type[BaseException]) -> None:
    store = connect()
    with pytest.raises(error, match="my own"), store.transaction() as write:  # noqa: PT012 - the block is the subject
        write.execute(ADD, {"id": 1, "text": "one"})
        raise error("my own")
    assert ids(store) == ids(connect()) == []


def test_a_statement_that_fails_takes_the_whole_block_with_it(store: Store) -> None:
    with pytest.raises(RecordError, match="nowhere"), store.transaction() as write:  # noqa: PT012 - the block is the subject
        write.execute(ADD, {"id": 1, "text": "one"})
        write.execute("INSERT INTO nowhere VALUES (1)")
    assert ids(store) == []


def test_a_block_inside_a_block_joins_it(connect: Open) -> None:
    store, reader = connect(), connect()
    with store.transaction() as outer:
        outer.execute(ADD, {"id": 1, "text": "outer"})
        with store.transaction() as inner:
            inner.execute(ADD, {"id": 2, "text": "inner"})
        assert ids(reader) == [], "the inner end is not the end"
    assert ids(reader) == [1, 2]


def test_a_block_that_raises_takes_the_joined_one_with_it(store: Store) -> None:
    with pytest.raises(ValueError, match="late"), store.transaction():  # noqa: PT012 - the block is the subject
        with store.transaction() as inner:
            inner.execute(ADD, {"id": 1, "text": "inner"})
        raise ValueError("late")
    assert ids(store) == []


def test_a_store_works_on_after_a_failed_block_and_between_durable_and_other_ones(store: Store) -> None:
    with pytest.raises(ValueError, match="no"), store.transaction():
        raise ValueError("no")
    for number, durable in enumerate([True, False, False, True]):
        with store.transaction(durable=durable) as write:
            write.execute(ADD, {"id": number, "text": ""})
    assert ids(store) == [0, 1, 2, 3]


def test_the_version_differs_after_another_connections_commit_only(connect: Open) -> None:
    mine, other = connect(), connect()
    before = mine.version()
    assert mine.version() == before
    with other.transaction(durable=False) as write:
        write.execute(ADD, {"id": 1, "text": "theirs"})
        assert mine.version() == before, "not committed yet"
    assert mine.version() != before


def test_closing_twice_is_safe_and_using_a_closed_store_says_so(connect: Open) -> None:
    store = connect()
    store.close()
    store.close()
    with pytest.raises(RecordError, match="closed"):
        ids(store)


def test_threads_may_share_a_store_and_do_not_see_into_each_others_blocks(store: Store) -> None:
    inside, seen = threading.Event(), []

    def look() -> None:
        inside.wait(10)
        seen.append(ids(store))

    looking = threading.Thread(target=look)
    looking.start()
    with pytest.raises(ValueError, match="regret"), store.transaction() as write:  # noqa: PT012 - the block is the subject
        write.execute(ADD, {"id": 1, "text": "never was"})
        inside.set()
        looking.join(0.1)
        raise ValueError("regret")
    looking.join()
    assert seen == [[]]


COUNT_UP = """
    import sys, threading
    from pathlib import Path
    from tests.contract.test_store import STORES

    errors = []

    def work():
        store = STORES[sys.argv[1]](Path(sys.argv[2]))
        try:
            for _ in range(40):
                with store.transaction(durable=False) as write:
                    [row] = write.rows("SELECT text FROM notes WHERE id = 1")
                    write.execute("UPDATE notes SET text = :n WHERE id = 1", {"n": str(int(row["text"]) + 1)})
        except Exception as error:
            errors.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=work) for _ in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    print(errors)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", STORES)
def test_fifty_writers_over_processes_and_threads_lose_no_count_and_see_no_error(kind: str, tmp_path: Path) -> None:
    store = STORES[kind](tmp_path)
    with store.transaction() as write:
        write.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
        write.execute(ADD, {"id": 1, "text": "0"})
    with (
        python(COUNT_UP, kind, tmp_path) as a,
        python(COUNT_UP, kind, tmp_path) as b,
        python(COUNT_UP, kind, tmp_path) as c,
        python(COUNT_UP, kind, tmp_path) as d,
        python(COUNT_UP, kind, tmp_path) as e,
    ):
        assert [outcome(each) for each in (a, b, c, d, e)] == ["[]\n"] * 5
    assert store.rows(ALL) == [{"id": 1, "text": str(5 * 10 * 40)}]
    store.close()
