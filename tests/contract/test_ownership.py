"""One owner per project: who it is, and who came after whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orkestra.core import OpenProject, open_project
from orkestra.engine.ownership import current_owner, owning
from orkestra.errors import LeaseHeld
from tests.fixtures.processes import hear, python

OWN = """
    import sys
    from orkestra.core import open_project
    from orkestra.engine.ownership import owning

    with open_project(sys.argv[1]) as project:
        with owning(project) as owner:
            print(owner.epoch, flush=True)
            sys.stdin.readline()
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[OpenProject]:
    with open_project(tmp_path) as opened:
        yield opened


def test_an_owner_is_seen_while_it_works_and_not_after(project: OpenProject) -> None:
    assert current_owner(project) is None
    with owning(project) as owner:
        assert current_owner(project) == owner
    assert current_owner(project) is None


def test_the_epoch_grows_with_every_owner(project: OpenProject) -> None:
    epochs = []
    for _ in range(3):
        with owning(project) as owner:
            epochs.append(owner.epoch)
    assert epochs == [1, 2, 3]
    kinds = [event.kind for event in project.story.since()]
    assert kinds == ["owner.arrived", "owner.left"] * 3


def test_a_second_owner_is_told_which_process_has_it(project: OpenProject) -> None:
    with python(OWN, project.root) as first:
        assert hear(first) == "1"
        seen = current_owner(project)
        assert seen is not None
        assert seen.pid == first.pid
        refused = pytest.raises(LeaseHeld, match=rf"worked on by process {first.pid} on .* since .*orkestra stop")
        with refused, owning(project):
            pytest.fail("two own one project")
    with owning(project) as next_owner:
        assert next_owner.epoch == 2, "who was refused was no owner"


def test_a_killed_owner_is_succeeded_at_once_and_is_no_longer_shown(project: OpenProject) -> None:
    with python(OWN, project.root) as first:
        assert hear(first) == "1"
        first.kill()
        first.wait()
        assert current_owner(project) is None
        with owning(project) as owner:
            assert owner.epoch == 2


def test_an_owner_whose_work_raises_leaves(project: OpenProject) -> None:
    with pytest.raises(ValueError, match="oh"), owning(project):
        raise ValueError("oh")
    assert current_owner(project) is None
    assert project.store.rows("SELECT count(*) AS open FROM owners WHERE released_at IS NULL") == [{"open": 0}]
