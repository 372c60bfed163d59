import threading
import time
from pathlib import Path

import pytest

from orkestra.adapters.workspaces.root import MainMoved
from orkestra.domain.errors import GitError, SafetyError
from tests.contract.gitproject import AT, Project, new_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    found = new_project(tmp_path / "project")
    found.committed({"a.txt": "1\n", "b.txt": "b\n", "old.txt": "old\n", ".gitignore": "*.log\n"})
    return found


def prepared(project: Project, contents: dict[str, str | None]) -> tuple[str, str]:
    """Main as it is, and work that could land on it."""
    base = project.repository.head()
    return base, project.side_commit(base, contents)


def test_work_lands_on_main_and_in_the_root(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n", "src/new.py": "x\n", "old.txt": None})

    project.repository.land(old, new)

    assert project.repository.head() == new
    assert project.status() == ""
    assert (project.root / "a.txt").read_text() == "2\n"
    assert (project.root / "src/new.py").exists()
    assert not (project.root / "old.txt").exists()


def test_landing_twice_is_landing_once(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n"})
    project.repository.land(old, new)
    project.repository.land(old, new)

    assert project.git("rev-list", "--count", "main") == "2"
    assert project.salvaged() == []


def test_the_users_own_edit_in_the_way_is_refused_and_untouched(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n"})
    project.write("a.txt", "mine\n")

    with pytest.raises(SafetyError, match=r"'a\.txt'.*commit or stash"):
        project.repository.land(old, new)

    assert (project.root / "a.txt").read_text() == "mine\n"
    assert project.repository.head() == old


def test_an_edit_that_is_only_staged_is_in_the_way_too(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n"})
    project.write("a.txt", "mine\n")
    project.git("add", "a.txt")
    project.write("a.txt", "1\n")

    with pytest.raises(SafetyError, match=r"a\.txt"):
        project.repository.land(old, new)


@pytest.mark.parametrize("path", ["fresh.txt", "fresh.log", "folder/x.txt"])
def test_an_untracked_or_ignored_file_in_the_way_is_refused(project: Project, path: str) -> None:
    old, new = prepared(project, {path: "theirs\n"})
    project.write(path, "mine\n")

    with pytest.raises(SafetyError, match=path):
        project.repository.land(old, new)

    assert (project.root / path).read_text() == "mine\n"


def test_a_file_where_a_directory_must_come_is_refused(project: Project) -> None:
    old, new = prepared(project, {"folder/x.txt": "x"})
    project.write("folder", "mine")

    with pytest.raises(SafetyError, match="'folder'"):
        project.repository.land(old, new)


def test_a_directory_where_a_file_must_come_is_refused(project: Project) -> None:
    old, new = prepared(project, {"thing": "x"})
    project.write("thing/mine.log", "mine")

    with pytest.raises(SafetyError, match=r"thing/mine\.log"):
        project.repository.land(old, new)


def test_a_link_out_of_the_root_is_not_written_through(project: Project, tmp_path: Path) -> None:
    old, new = prepared(project, {"folder/x.txt": "x"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (project.root / "folder").symlink_to(outside)

    with pytest.raises(SafetyError, match="'folder'"):
        project.repository.land(old, new)

    assert list(outside.iterdir()) == []


def test_a_file_may_become_a_directory(project: Project) -> None:
    old, new = prepared(project, {"old.txt": None, "old.txt/now": "deep"})

    project.repository.land(old, new)

    assert project.status() == ""
    assert (project.root / "old.txt/now").read_text() == "deep"


def test_unrelated_work_of_the_user_survives(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n"})
    project.write("b.txt", "mine\n")
    project.write("notes", "untracked\n")
    project.write("staged", "staged\n")
    project.git("add", "staged")

    project.repository.land(old, new)

    assert project.status().splitlines() == [" M b.txt", "A  staged", "?? notes"]
    assert (project.root / "b.txt").read_text() == "mine\n"


def test_orkestras_records_never_count_as_dirty(project: Project) -> None:
    project.committed({"queue.json": "{}"})
    old, new = prepared(project, {"a.txt": "2\n", "queue.json": '{"at": 1}'})
    project.write("queue.json", '{"at": 2}')

    project.repository.land(old, new, {"queue.json"})

    assert (project.root / "queue.json").read_text() == '{"at": 2}'
    assert project.git("show", ":queue.json") == '{"at": 1}'
    assert project.status() == " M queue.json"


def test_death_right_after_the_branch_moved_is_made_good(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n", "src/new.py": "x\n", "old.txt": None, "queue.json": "{}"})
    project.write("queue.json", "{}")
    project.git("update-ref", "refs/heads/main", new, old)

    project.repository.land(old, new, {"queue.json"})

    assert project.status() == ""
    assert (project.root / "a.txt").read_text() == "2\n"
    assert project.salvaged() == []


def test_death_between_files_and_index_is_made_good(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n", "src/new.py": "x\n", "old.txt": None})
    project.git("update-ref", "refs/heads/main", new, old)
    project.write("a.txt", "2\n")
    project.write("src/new.py", "x\n")

    project.repository.land(old, new)

    assert project.status() == ""
    assert (project.root / "src/new.py").read_text() == "x\n"


def test_work_done_while_orkestra_was_dead_is_salvaged(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n", "fresh.log": "theirs\n"})
    project.git("update-ref", "refs/heads/main", new, old)
    project.write("a.txt", "mine\n")
    project.write("fresh.log", "mine too\n")

    project.repository.land(old, new)

    assert project.status() == ""
    (kept,) = project.salvaged()
    assert project.git("show", f"{kept}:a.txt") == "mine"
    assert project.git("show", f"{kept}:fresh.log") == "mine too"


def test_work_done_after_a_whole_landing_is_left_alone(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n", "b.txt": "3\n"})
    project.repository.land(old, new)
    project.write("a.txt", "mine\n")
    project.write("b.txt", "mine\n")
    project.git("add", "b.txt")

    project.repository.land(old, new)

    assert project.status().splitlines() == [" M a.txt", "M  b.txt"]
    assert project.salvaged() == []


def test_a_landing_followed_by_others_is_still_made_good(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n"})
    project.git("update-ref", "refs/heads/main", new, old)
    _, later = prepared(project, {"b.txt": "later\n"})
    project.repository.land(new, later)

    project.repository.land(old, new)

    assert project.repository.head() == later
    assert project.status() == ""


def test_a_main_that_moved_is_told(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n"})
    elsewhere = project.committed({"c.txt": "c"})

    with pytest.raises(MainMoved, match="integrate again"):
        project.repository.land(old, new)
    assert project.repository.head() == elsewhere


def test_only_main_moves_when_the_user_is_on_another_branch(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n"})
    project.git("checkout", "-qb", "feature")
    project.write("a.txt", "mine\n")

    project.repository.land(old, new)

    assert project.repository.head() == new
    assert (project.root / "a.txt").read_text() == "mine\n"
    assert project.git("rev-parse", "HEAD") == old


def test_a_held_index_is_waited_for(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n"})
    lock = project.write(".git/index.lock", "")
    threading.Timer(0.3, lock.unlink).start()

    project.repository.land(old, new)

    assert project.status() == ""


@pytest.mark.slow
def test_an_index_held_for_long_is_an_error_and_the_lock_stays(project: Project) -> None:
    old, new = prepared(project, {"a.txt": "2\n"})
    lock = project.write(".git/index.lock", "")
    began = time.monotonic()

    with pytest.raises(GitError, match="another git program holds"):
        project.repository.land(old, new)

    assert time.monotonic() - began < 8
    assert lock.exists()
    assert project.repository.head() == old


def test_changes_beside_each_other_are_merged(project: Project) -> None:
    base, work = prepared(project, {"a.txt": "2\n"})
    main = project.committed({"b.txt": "b2\n"})

    found = project.repository.integrate(commit=work, base=base, message="feat: a", overlay={}, at=AT)

    assert (found.base, found.conflicts) == (main, ())
    assert project.git("rev-parse", f"{found.commit}^@") == main
    assert project.git("show", f"{found.commit}:a.txt") == "2"
    assert project.git("show", f"{found.commit}:b.txt") == "b2"


def test_conflicts_are_named(project: Project) -> None:
    base, work = prepared(project, {"a.txt": "2\n", "b.txt": "x\n"})
    main = project.committed({"a.txt": "3\n"})

    found = project.repository.integrate(commit=work, base=base, message="feat: a", overlay={}, at=AT)

    assert (found.base, found.commit, found.conflicts) == (main, "", ("a.txt",))


def test_only_the_change_since_the_base_counts(project: Project) -> None:
    first = project.repository.head()
    base = project.side_commit(first, {"a.txt": "not wanted\n"})
    work = project.side_commit(base, {"b.txt": "wanted\n"})
    project.committed({"old.txt": "moved on\n"})

    found = project.repository.integrate(commit=work, base=base, message="feat: b", overlay={}, at=AT)

    assert project.git("show", f"{found.commit}:a.txt") == "1"
    assert project.git("show", f"{found.commit}:b.txt") == "wanted"


def test_names_are_data(project: Project) -> None:
    names = ["-x", "sp ace", "ünï", ":(top)a", "*.txt", "new\nline", '"quoted"']
    old, new = prepared(project, dict.fromkeys(names, "x"))

    project.repository.land(old, new)

    assert project.status() == ""
    assert sorted(project.repository.changed_files(old, new)) == sorted(names)
    assert all((project.root / name).read_text() == "x" for name in names)
    assert (project.root / "a.txt").read_text() == "1\n"
