"""The contract of the port Locks."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from orkestra.adapters.locks.files import FileLocks
from orkestra.domain.ports import Locks
from orkestra.errors import LeaseHeld
from tests.fixtures.processes import hear, python, tell

KINDS: dict[str, Callable[[Path], Locks]] = {"files": FileLocks}
HOLD = """
    import sys
    from pathlib import Path
    from tests.contract.test_locks import KINDS

    with KINDS[sys.argv[1]](Path(sys.argv[2])).hold(sys.argv[3]):
        print("held", flush=True)
        sys.stdin.readline()
    print("free", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def locks(kind: str, tmp_path: Path) -> Locks:
    return KINDS[kind](tmp_path)


def test_a_lock_is_held_for_the_block(locks: Locks) -> None:
    assert not locks.is_held("build")
    with locks.hold("build"):
        assert locks.is_held("build")
        assert not locks.is_held("another")
    assert not locks.is_held("build")


def test_a_block_that_raises_frees_its_lock(locks: Locks) -> None:
    with pytest.raises(ValueError, match="oh"), locks.hold("build"):
        raise ValueError("oh")
    assert not locks.is_held("build")


def test_a_lock_of_another_process_is_refused_by_name_until_it_is_given_back(
    kind: str, locks: Locks, tmp_path: Path
) -> None:
    with python(HOLD, kind, tmp_path, "build") as child:
        assert hear(child) == "held"
        assert locks.is_held("build")
        with pytest.raises(LeaseHeld, match="build is held by another live process"), locks.hold("build"):
            pytest.fail("two hold one lock")
        tell(child, "give back")
        assert hear(child) == "free"
        with locks.hold("build"):
            assert locks.is_held("build")


def test_a_lock_of_a_killed_process_is_free_at_once(kind: str, locks: Locks, tmp_path: Path) -> None:
    with python(HOLD, kind, tmp_path, "build") as child:
        assert hear(child) == "held"
        child.kill()  # -9
        child.wait()
        assert not locks.is_held("build")
        with locks.hold("build"):
            pass


def test_patience_waits_for_a_lock_that_is_given_back(locks: Locks) -> None:
    holding, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with locks.hold("build"):
            holding.set()
            enough.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    assert holding.wait(10)
    with pytest.raises(LeaseHeld), locks.hold("build", patience=0.05):
        pytest.fail("two hold one lock")
    threading.Timer(0.05, enough.set).start()
    with locks.hold("build", patience=10):
        assert enough.is_set()
    other.join()


def test_only_one_of_many_threads_is_inside(locks: Locks) -> None:
    inside, most = 0, []

    def work() -> None:
        nonlocal inside
        for _ in range(10):
            with locks.hold("build", patience=30):
                inside += 1
                most.append(inside)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 40


@pytest.mark.parametrize("name", ["run-a/b", "../outside", "with space", "ä" * 20, "x" * 300])
def test_any_name_stays_in_the_directory_of_locks(tmp_path: Path, name: str) -> None:
    locks = FileLocks(tmp_path / "locks")
    with locks.hold(name):
        assert locks.is_held(name)
    assert [each.name for each in tmp_path.iterdir()] == ["locks"]


@pytest.mark.parametrize(
    ("one", "other"), [("run-a/b", "run-a b"), ("run-a:b", "run-a-b"), ("Ä", "Ö"), ("x" * 300, "x" * 301)]
)
def test_different_names_are_different_locks(locks: Locks, one: str, other: str) -> None:
    with locks.hold(one), locks.hold(other):
        assert locks.is_held(one)
    assert not locks.is_held(other)


def test_a_lock_file_is_never_deleted(kind: str, tmp_path: Path) -> None:
    locks = FileLocks(tmp_path)
    with locks.hold("build"):
        [file] = tmp_path.iterdir()
        inode = file.stat().st_ino
    with python(HOLD, "files", tmp_path, "build") as child:
        assert hear(child) == "held"
        child.kill()
    assert not locks.is_held("build")
    assert file.stat().st_ino == inode, "under a deleted file two processes would hold the same lock"
