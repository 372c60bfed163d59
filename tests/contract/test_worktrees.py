import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orkestra.adapters.workspaces.tasktree import TaskTree
from orkestra.adapters.workspaces.worktrees import Worktrees
from orkestra.domain.errors import GitError, SafetyError
from tests.contract.gitproject import AT, Project, new_project

REF = "refs/orkestra/work/task-1/1"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    found = new_project(tmp_path / "project")
    found.committed({"a.txt": "1\n", "src/b.py": "b\n", ".gitignore": "*.pyc\n"})
    return found


@pytest.fixture
def worktrees(project: Project) -> Worktrees:
    where = project.root / ".orkestra" / "worktrees"
    return Worktrees(repository=project.repository, directory=where, reserved=frozenset({"config/task-queue.json"}))


@pytest.fixture
def tree(worktrees: Worktrees, project: Project) -> TaskTree:
    return worktrees.open("task-1", project.repository.head())


def test_a_task_gets_the_files_of_its_base(project: Project, tree: TaskTree) -> None:
    assert (tree.path / "a.txt").read_text() == "1\n"
    assert project.git("symbolic-ref", "HEAD", cwd=tree.path) == "refs/heads/orkestra/task-1"
    assert tree.admin == project.root / ".git/worktrees/task-1"
    assert project.status() == ""
    assert project.salvaged() == []


@pytest.mark.parametrize("name", ["-x", "../wt-evil", "a/b", "A", "", ".", "a b", "--upload-pack=x", "a\n"])
def test_a_name_is_plain(worktrees: Worktrees, project: Project, name: str) -> None:
    with pytest.raises(SafetyError, match="can't name a work tree"):
        worktrees.open(name, project.repository.head())


@pytest.mark.parametrize("base", ["-x", "main", "", "HEAD"])
def test_a_base_is_a_full_id(worktrees: Worktrees, base: str) -> None:
    with pytest.raises(SafetyError, match="full commit id"):
        worktrees.open("task-1", base)


def test_a_base_must_exist(worktrees: Worktrees) -> None:
    with pytest.raises(GitError):
        worktrees.open("task-1", "1" * 40)


def test_a_snapshot_is_a_commit_beside_main(project: Project, tree: TaskTree) -> None:
    base = project.repository.head()
    tree.workspace().write("src/new.py", "new\n")
    tree.workspace().remove("a.txt")
    (tree.path / "noise.pyc").write_text("noise")

    commit = tree.snapshot("feat: new", REF, at=AT)

    assert project.git("rev-parse", REF) == commit
    assert project.git("rev-parse", f"{commit}^@") == base
    assert project.repository.changed_files(base, commit) == ("a.txt", "src/new.py")
    assert project.git("rev-parse", "orkestra/task-1") == commit
    assert project.repository.head() == base
    assert project.git("status", "--porcelain", cwd=tree.path) == ""


def test_a_snapshot_without_a_change_is_the_last_commit(project: Project, tree: TaskTree) -> None:
    assert tree.snapshot("nothing", REF) == project.repository.head()
    assert project.git("rev-parse", REF) == project.repository.head()


@pytest.mark.parametrize("ref", ["refs/heads/main", "-x", "refs/orkestra/work/../../heads/main", "refs/orkestra/work"])
def test_a_snapshot_is_named_under_work_only(tree: TaskTree, ref: str) -> None:
    with pytest.raises(SafetyError, match="can't name a snapshot"):
        tree.snapshot("x", ref)


def test_snapshots_build_on_each_other(project: Project, tree: TaskTree) -> None:
    tree.workspace().write("a.txt", "2\n")
    first = tree.snapshot("one", REF)
    tree.workspace().write("a.txt", "3\n")
    second = tree.snapshot("two", "refs/orkestra/work/task-1/2")

    assert project.git("rev-parse", f"{second}^") == first


def test_reset_is_exact_and_salvages_first(project: Project, tree: TaskTree) -> None:
    tree.workspace().write("a.txt", "2\n")
    attempt = tree.snapshot("one", REF)
    tree.workspace().write("a.txt", "unfinished\n")
    tree.workspace().write("extra/file", "untracked\n")
    (tree.path / "stale.pyc").write_text("ignored")

    tree.reset(project.repository.head())

    assert project.git("status", "--porcelain", "--ignored", cwd=tree.path) == ""
    assert (tree.path / "a.txt").read_text() == "1\n"
    (kept,) = project.salvaged()
    assert kept.startswith("refs/orkestra/salvage/task-1-")
    assert project.git("show", f"{kept}:a.txt") == "unfinished"
    assert project.git("show", f"{kept}:extra/file") == "untracked"
    assert project.git("rev-parse", REF) == attempt


def test_opening_again_salvages_and_resets(worktrees: Worktrees, project: Project, tree: TaskTree) -> None:
    tree.workspace().write("a.txt", "unfinished\n")

    again = worktrees.open("task-1", project.repository.head())

    assert again == tree
    assert (again.path / "a.txt").read_text() == "1\n"
    (kept,) = project.salvaged()
    assert project.git("show", f"{kept}:a.txt") == "unfinished"


def test_a_deleted_work_tree_is_built_anew(worktrees: Worktrees, project: Project, tree: TaskTree) -> None:
    tree.workspace().write("a.txt", "2\n")
    tree.snapshot("one", REF)
    shutil.rmtree(tree.path)

    again = worktrees.open("task-1", project.repository.head())

    assert (again.path / "a.txt").read_text() == "1\n"
    assert again.snapshot("nothing", REF) == project.repository.head()


def test_a_lost_admin_directory_is_built_anew_and_the_files_kept(
    worktrees: Worktrees, project: Project, tree: TaskTree
) -> None:
    tree.workspace().write("a.txt", "unfinished\n")
    shutil.rmtree(tree.admin)

    again = worktrees.open("task-1", project.repository.head())

    assert (again.path / "a.txt").read_text() == "1\n"
    (kept,) = project.salvaged()
    assert project.git("show", f"{kept}:a.txt") == "unfinished"


@pytest.mark.parametrize("broken", ["HEAD", "commondir", "index"])
@pytest.mark.parametrize("content", [None, b"", b"\0\0garbage"])
def test_a_torn_admin_file_is_repaired(
    worktrees: Worktrees, project: Project, tree: TaskTree, broken: str, content: bytes | None
) -> None:
    tree.workspace().write("a.txt", "unfinished\n")
    (tree.admin / broken).unlink() if content is None else (tree.admin / broken).write_bytes(content)

    again = worktrees.open("task-1", project.repository.head())

    assert (again.path / "a.txt").read_text() == "1\n"
    assert any(project.git("show", f"{kept}:a.txt") == "unfinished" for kept in project.salvaged())
    again.workspace().write("a.txt", "2\n")
    assert again.snapshot("works", REF) != project.repository.head()


def test_a_stale_lock_of_our_own_tree_is_dropped(worktrees: Worktrees, project: Project, tree: TaskTree) -> None:
    (tree.admin / "index.lock").touch()
    tree.workspace().write("a.txt", "2\n")

    assert tree.snapshot("one", REF) != project.repository.head()
    assert worktrees.open("task-1", project.repository.head()).path == tree.path


@pytest.mark.parametrize("ref", ["refs/heads/orkestra/task-1", "refs/orkestra/tips/task-1", REF])
def test_a_stale_lock_of_our_own_names_is_dropped(project: Project, tree: TaskTree, ref: str) -> None:
    lock = project.write(f".git/{ref}.lock", "")
    os.utime(lock, (1, 1))
    tree.workspace().write("a.txt", "2\n")

    commit = tree.snapshot("one", REF)

    assert project.git("rev-parse", REF, "orkestra/task-1").split() == [commit, commit]


def test_a_link_in_place_of_the_work_tree_is_not_followed(
    worktrees: Worktrees, project: Project, tree: TaskTree, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("precious")
    shutil.rmtree(tree.path)
    tree.path.symlink_to(outside)

    with pytest.raises(SafetyError):
        tree.snapshot("x", REF)
    again = worktrees.open("task-1", project.repository.head())

    assert [path.name for path in outside.iterdir()] == ["precious"]
    assert not again.path.is_symlink()


def test_a_tampered_pointer_decides_nothing(project: Project, tree: TaskTree, tmp_path: Path) -> None:
    evil = new_project(tmp_path / "evil")
    with (evil.root / ".git/config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = touch {tmp_path}/pwned\n")
    (tree.path / ".git").write_text(f"gitdir: {evil.root}/.git\n")
    (tree.path / "a.txt").write_text("2\n")

    commit = tree.snapshot("one", REF)

    assert project.git("show", f"{commit}:a.txt") == "2"
    assert project.git("rev-parse", "--git-dir", cwd=tree.path) == str(tree.admin)
    assert evil.repository.head() == ""
    assert not (tmp_path / "pwned").exists()


def test_a_repository_in_place_of_the_pointer_decides_nothing(project: Project, tree: TaskTree, tmp_path: Path) -> None:
    (tree.path / ".git").unlink()
    project.git("init", "-q", cwd=tree.path)
    config = f'[filter "evil"]\n\tclean = touch {tmp_path}/pwned\n\tsmudge = touch {tmp_path}/pwned\n'
    (tree.path / ".git/config").write_text(config)
    (tree.path / ".git/hooks/post-index-change").write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
    (tree.path / ".git/hooks/post-index-change").chmod(0o755)
    (tree.path / ".gitattributes").write_text("* filter=evil\n")
    (tree.path / "a.txt").write_text("2\n")

    commit = tree.snapshot("one", REF)
    tree.reset(project.repository.head())

    assert not (tmp_path / "pwned").exists()
    assert project.git("show", f"{commit}:a.txt") == "2"


def test_a_pointer_that_is_a_link_is_replaced_not_written_through(tree: TaskTree, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (tree.path / ".git").unlink()
    (tree.path / ".git").symlink_to(precious)

    tree.snapshot("one", REF)

    assert precious.read_text() == "precious"


def test_commits_of_an_agent_are_kept_but_nothing_is_built_on_them(project: Project, tree: TaskTree) -> None:
    base = project.repository.head()
    (tree.path / "config").mkdir()
    (tree.path / "config/task-queue.json").write_text("forged")
    project.git("add", "-A", cwd=tree.path)
    project.git("commit", "-qm", "agents do not commit", cwd=tree.path)
    forged = project.git("rev-parse", "HEAD", cwd=tree.path)

    with pytest.raises(SafetyError, match=r"task-queue\.json"):
        tree.snapshot("x", REF)
    tree.reset(base)

    assert project.git("for-each-ref", "--format=%(objectname)", "refs/orkestra/work/kept") == forged
    assert tree.tip == base


def test_an_agent_that_switches_branches_moves_none_of_ours(project: Project, tree: TaskTree) -> None:
    project.git("checkout", "-qb", "feature", cwd=tree.path)
    (tree.path / "a.txt").write_text("2\n")

    commit = tree.snapshot("one", REF)

    assert project.git("rev-parse", "orkestra/task-1") == commit
    assert project.git("rev-parse", "feature") == project.repository.head()


@pytest.mark.parametrize("path", ["config/task-queue.json", "CONFIG/Task-Queue.json", "config"])
def test_a_touched_record_is_refused(tree: TaskTree, path: str) -> None:
    (tree.path / path).parent.mkdir(exist_ok=True)
    (tree.path / path).write_text("forged")

    with pytest.raises(SafetyError, match=r"(?i)config"):
        tree.snapshot("x", REF)


def test_a_repository_inside_is_refused_and_its_files_salvaged(project: Project, tree: TaskTree) -> None:
    tree.workspace().write("inner/b", "b")
    project.git("init", "-q", cwd=tree.path / "inner")
    project.git("add", "b", cwd=tree.path / "inner")
    project.git("commit", "-qm", "inner", cwd=tree.path / "inner")

    with pytest.raises(SafetyError, match="'inner' is a git repository of its own"):
        tree.snapshot("x", REF)
    tree.reset(project.repository.head())

    assert not (tree.path / "inner").exists()
    (kept,) = project.salvaged()
    assert project.git("show", f"{kept}:inner/b") == "b"


@pytest.mark.parametrize(
    ("link", "target"),
    [("l", "/etc/passwd"), ("l", "../out"), ("src/l", "../../out"), ("l", "src/../../out"), ("l", ".git/config")],
)
def test_a_link_that_leads_out_is_refused(tree: TaskTree, link: str, target: str) -> None:
    (tree.path / link).symlink_to(target)

    with pytest.raises(SafetyError, match="outside the project"):
        tree.snapshot("x", REF)


def test_a_link_that_stays_inside_is_fine(project: Project, tree: TaskTree) -> None:
    (tree.path / "src/link").symlink_to("../a.txt")

    commit = tree.snapshot("x", REF)

    assert project.repository.changed_files(project.repository.head(), commit) == ("src/link",)


def test_what_git_ignores_is_not_shown_to_agents(tree: TaskTree) -> None:
    workspace = tree.workspace(frozenset({"src"}))
    (tree.path / "x.pyc").write_text("noise")
    (tree.path / "new.txt").write_text("new")

    assert workspace.files() == (".gitignore", "a.txt", "new.txt")
    with pytest.raises(SafetyError):
        workspace.read("config/task-queue.json")


def test_remove_keeps_what_was_done(worktrees: Worktrees, project: Project, tree: TaskTree) -> None:
    tree.workspace().write("a.txt", "2\n")
    attempt = tree.snapshot("one", REF)
    tree.workspace().write("a.txt", "unfinished\n")

    tree.remove()
    tree.remove()

    assert not tree.path.exists()
    assert not tree.admin.exists()
    assert project.git("branch", "--list", "orkestra/*") == ""
    assert project.git("for-each-ref", "--format=%(objectname)", "refs/orkestra/work") == attempt
    (kept,) = project.salvaged()
    assert project.git("show", f"{kept}:a.txt") == "unfinished"
    assert worktrees.find("task-1") is None


def test_remove_takes_half_a_work_tree_too(worktrees: Worktrees, project: Project, tree: TaskTree) -> None:
    tree.workspace().write("a.txt", "unfinished\n")
    (tree.admin / "HEAD").unlink()

    worktrees.remove("task-1")
    worktrees.remove("task-1")

    assert not tree.path.exists()
    assert not tree.admin.exists()
    assert len(project.salvaged()) == 1


def test_a_torn_work_tree_of_another_task_is_in_nobodys_way(
    worktrees: Worktrees, project: Project, tree: TaskTree
) -> None:
    (tree.admin / "commondir").write_bytes(b"")

    other = worktrees.open("task-2", project.repository.head())

    assert other.snapshot("x", REF) == project.repository.head()


def test_the_users_work_tree_of_the_same_name_is_not_touched(
    worktrees: Worktrees, project: Project, tmp_path: Path
) -> None:
    theirs = tmp_path / "task-1"
    project.git("worktree", "add", "-q", str(theirs), "-b", "mine")
    (theirs / "a.txt").write_text("mine\n")

    tree = worktrees.open("task-1", project.repository.head())
    tree.workspace().write("a.txt", "2\n")
    tree.snapshot("one", REF)
    tree.remove()

    assert project.git("status", "--porcelain", cwd=theirs) == " M a.txt"


def test_several_tasks_open_at_once(worktrees: Worktrees, project: Project) -> None:
    base = project.repository.head()
    with ThreadPoolExecutor(4) as pool:
        trees = list(pool.map(lambda number: worktrees.open(f"task-{number}", base), range(8)))

    assert [tree.snapshot("x", f"refs/orkestra/work/{tree.name}") for tree in trees] == [base] * 8
