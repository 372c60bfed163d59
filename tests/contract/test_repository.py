import os
import sys
import threading
import time
from pathlib import Path

import pytest

from orkestra.adapters.workspaces.git import Git
from orkestra.adapters.workspaces.repository import Repository
from orkestra.domain.errors import ConfigError, GitError, SafetyError
from tests.contract.gitproject import AT, Project, new_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return new_project(tmp_path / "project")


def test_a_new_repository_has_main_and_no_commit(project: Project) -> None:
    assert project.git("symbolic-ref", "HEAD") == "refs/heads/main"
    assert project.repository.head() == ""


def test_init_twice_is_once(project: Project) -> None:
    first = project.repository.commit({"a": b"1"}, "first")

    assert Repository.init(project.root).head() == first


def test_a_directory_inside_a_repository_is_not_a_repository(project: Project) -> None:
    inside = project.root / "src"
    inside.mkdir()

    with pytest.raises(GitError, match="no git repository"):
        Repository.open(inside)


def test_without_git_the_error_says_what_to_install(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project.root))

    with pytest.raises(ConfigError, match=r"install git 2\.38"):
        project.repository.head()


def test_orkestras_directory_is_never_the_users_work(project: Project) -> None:
    project.write(".orkestra/orkestra.db", "truth")

    assert project.status() == ""
    assert project.repository.salvage("root") == ""


def test_the_shells_git_variables_do_not_reach_git(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "broken")

    assert project.repository.commit({"a": b"1"}, "first")


def test_a_git_on_a_relative_path_is_not_started(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = project.write("git", "#!/bin/sh\ntouch pwned\n")
    evil.chmod(0o755)
    monkeypatch.setenv("PATH", ".:/usr/local/bin:/usr/bin:/bin")
    monkeypatch.chdir(project.root)

    project.repository.head()

    assert not (project.root / "pwned").exists()


def test_errors_hold_gits_last_words_and_what_to_do(project: Project) -> None:
    with pytest.raises(GitError, match=r"git cat-file failed: .*What to do: "):
        project.repository.git.run("cat-file", "-p", "0" * 40)


def test_a_commit_without_a_configured_user_is_orkestras(project: Project) -> None:
    project.repository.commit({"a": b"1"}, "feat: a")

    assert project.git("log", "-1", "--format=%an <%ae> %s") == "Orkestra <orkestra@localhost> feat: a"


def test_a_commit_is_the_configured_users(project: Project) -> None:
    project.git("config", "user.name", "Grace")
    project.git("config", "user.email", "grace@example.org")

    project.repository.commit({"a": b"1"}, "feat: a")

    assert project.git("log", "-1", "--format=%an %ae %cn") == "Grace grace@example.org Grace"


def test_a_commit_holds_exactly_the_given_files(project: Project) -> None:
    project.committed({"kept.txt": "kept", "gone.txt": "gone"})
    project.write("queue.json", "{}")
    project.write("sub/b.json", "[]")
    project.write("elsewhere.txt", "mine")
    (project.root / "gone.txt").unlink()

    new = project.repository.commit({"queue.json": b"{}", "sub/b.json": b"[]", "gone.txt": None}, "chore: records")

    assert new == project.git("rev-parse", "main")
    assert project.git("ls-tree", "-r", "--name-only", "main").split() == ["kept.txt", "queue.json", "sub/b.json"]
    assert project.status() == "?? elsewhere.txt"


def test_what_the_user_has_staged_stays_staged(project: Project) -> None:
    project.committed({"a.txt": "1"})
    project.write("a.txt", "2")
    project.write("new.txt", "new")
    project.git("add", "a.txt", "new.txt")
    project.write("a.txt", "3")

    project.write("queue.json", "{}")
    project.repository.commit({"queue.json": b"{}"}, "chore: records")

    assert project.status().splitlines() == ["MM a.txt", "A  new.txt"]
    assert project.git("show", ":a.txt") == "2"


def test_nothing_new_is_no_commit(project: Project) -> None:
    first = project.repository.commit({"a": b"1"}, "first")

    assert project.repository.commit({"a": b"1", "absent": None}, "again") == first
    assert project.git("rev-list", "--count", "main") == "1"


def test_a_death_before_the_index_followed_is_made_good_by_repeating(project: Project) -> None:
    first = project.repository.commit({"a": b"1"}, "first")
    died = project.side_commit(first, {"a": "2"})
    project.write("a", "2")
    project.git("update-ref", "refs/heads/main", died)

    assert project.repository.commit({"a": b"2"}, "second") == died
    assert project.status() == ""


def test_another_branch_checked_out_is_left_alone(project: Project) -> None:
    project.repository.commit({"a": b"1"}, "first")
    project.git("reset", "-q", "--hard")
    project.git("checkout", "-qb", "feature")

    project.repository.commit({"a": b"2"}, "second")

    assert project.status() == ""
    assert (project.root / "a").read_text() == "1"


@pytest.mark.parametrize("path", ["../out", "/etc/x", ".git/config", "a\0b", "", ".GIT/hooks/x", "a/../b"])
def test_a_commit_refuses_paths_that_are_none(project: Project, path: str) -> None:
    with pytest.raises(SafetyError):
        project.repository.commit({path: b"x"}, "evil")
    assert project.repository.head() == ""


@pytest.mark.parametrize("commit", ["-x", "--upload-pack=touch pwned", "main", "HEAD", "abc123", ""])
def test_only_full_ids_name_commits(project: Project, commit: str) -> None:
    head = project.repository.commit({"a": b"1"}, "first")

    with pytest.raises(SafetyError, match="full commit id"):
        project.repository.diff(head, commit)
    with pytest.raises(SafetyError, match="full commit id"), project.repository.checkout(commit):
        pass


def test_hooks_and_fsmonitor_of_the_repository_do_not_run(project: Project) -> None:
    first = project.repository.commit({"a": b"1"}, "first")
    trap = f"#!/bin/sh\ntouch {project.root}/pwned\n"
    for hook in ("pre-commit", "post-checkout", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        file = project.write(f".git/hooks/{hook}", trap)
        file.chmod(0o755)
    with (project.root / ".git/config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = {project.root}/.git/hooks/fsmonitor-watchman\n")

    repository = project.repository
    second = repository.commit({"a": b"2"}, "second")
    with repository.checkout(second):
        repository.land(second, project.side_commit(second, {"b": "x"}))
    repository.salvage("root")

    assert not (project.root / "pwned").exists()
    assert repository.is_ancestor(first, second)


def test_a_checkout_is_clean_and_gone_afterwards(project: Project) -> None:
    commit = project.committed({"src/a.py": "x = 1", "README": "hi"})
    project.write("src/a.py", "dirty")
    project.write("untracked", "dirty")

    with project.repository.checkout(commit) as directory:
        found = sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())
        assert found == ["README", "src/a.py"]
        assert (directory / "src/a.py").read_text() == "x = 1"
        (directory / "src").chmod(0o500)

    assert not directory.exists()
    assert project.status().splitlines() == [" M src/a.py", "?? untracked"]


def test_a_diff_is_bounded(project: Project) -> None:
    base = project.committed({"a": "1\n"})
    commit = project.side_commit(base, {"a": "2\n", "big": "line\n" * 100_000})

    assert "-1\n+2\n" in project.repository.diff(base, commit)
    assert project.repository.diff(base, commit, limit=100).endswith("\n[cut after 100 bytes]\n")
    assert len(project.repository.diff(base, commit)) < 200_100
    assert project.repository.changed_files(base, commit) == ("a", "big")


def test_trailers_tell_which_commit_belongs_to_which_task(project: Project) -> None:
    assert project.repository.log_trailers("Orkestra-Task") == []
    first = project.repository.commit({"a": b"1"}, "feat: a\n\nOrkestra-Task: task_1")
    project.repository.commit({"a": b"2"}, "fix: no trailer")
    third = project.repository.commit({"a": b"3"}, "feat: c\n\nOrkestra-Task: task_2\nOther: x")

    assert project.repository.log_trailers("Orkestra-Task") == [(third, "task_2"), (first, "task_1")]
    with pytest.raises(SafetyError):
        project.repository.log_trailers("x)%(describe")


def test_salvage_keeps_everything_and_changes_nothing(project: Project) -> None:
    project.committed({"a": "1", "gone": "x", ".gitignore": "*.log\n"})
    project.write("a", "2")
    project.git("add", "a")
    project.write("a", "3")
    project.write("new/file", "new")
    project.write("noise.log", "noise")
    (project.root / "gone").unlink()
    before = project.status()

    kept = project.repository.salvage("root")

    assert project.status() == before
    assert project.git("show", f"{kept}:a") == "3"
    assert project.git("ls-tree", "-r", "--name-only", kept).split() == [".gitignore", "a", "new/file"]
    assert [project.git("rev-parse", ref) for ref in project.salvaged()] == [kept]
    assert project.repository.salvage("root") == kept
    assert len(project.salvaged()) == 1


def test_salvage_of_a_clean_tree_is_nothing(project: Project) -> None:
    assert project.repository.salvage("root") == ""
    project.committed({"a": "1"})
    assert project.repository.salvage("root") == ""
    assert project.salvaged() == []


def test_salvage_keeps_the_files_of_a_repository_inside(project: Project) -> None:
    project.committed({"a": "1"})
    project.write("inner/b", "b")
    project.git("init", "-q", cwd=project.root / "inner")
    project.git("add", "b", cwd=project.root / "inner")
    project.git("commit", "-qm", "inner", cwd=project.root / "inner")

    kept = project.repository.salvage("root")

    assert project.git("show", f"{kept}:inner/b") == "b"


def test_a_work_tree_that_is_gone_is_an_error_with_its_name(tmp_path: Path, project: Project) -> None:
    with pytest.raises(GitError, match="is gone"):
        Git(git_dir=project.repository.git_dir, work_tree=tmp_path / "gone").run("status")


def test_ctrl_c_in_the_terminal_does_not_reach_git(project: Project) -> None:
    alias = f"alias.group=!{sys.executable} -c 'import os; print(os.getpgrp())'"

    assert int(project.repository.git.run("-c", alias, "group")) != os.getpgrp()


def test_commits_of_many_threads_all_arrive(project: Project) -> None:
    project.repository.commit({"a": b"1"}, "first")
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            project.write(f"file{number}", str(number))
            project.repository.commit({f"file{number}": str(number).encode()}, f"feat: {number}")
        except BaseException as error:  # noqa: BLE001 - shown below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert project.git("rev-list", "--count", "main") == "5"
    assert project.git("diff", "--cached", "--name-only") == ""


def test_a_commit_at_a_date_is_always_the_same(project: Project) -> None:
    base = project.committed({"a": "1"})
    work = project.side_commit(base, {"b": "2"})

    first = project.repository.integrate(commit=work, base=base, message="feat: b", overlay={"q": b"{}"}, at=AT)
    time.sleep(1.1)
    second = project.repository.integrate(commit=work, base=base, message="feat: b", overlay={"q": b"{}"}, at=AT)

    assert first == second
    assert project.repository.head() == base
    assert project.git("show", "-s", "--format=%aI %cI %P", first.commit) == (
        f"2026-01-02T03:04:05+00:00 2026-01-02T03:04:05+00:00 {base}"
    )
    assert project.git("ls-tree", "-r", "--name-only", first.commit).split() == ["a", "b", "q"]
