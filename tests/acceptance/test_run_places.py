"""`orkestra run` where the repository is not as one would wish: it works all the same, or says in one line why not."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.command import orkestra
from tests.fixtures.guest import TWO_STEPS, WORK, contents, crew, guest, module
from tests.fixtures.scripted import approves, git, writes


def refused(place: Path, tmp_path: Path, *more: str, **environment: str) -> str:
    """The one line that says why."""
    ran = orkestra("run", WORK, "-y", *more, cwd=place, **crew(tmp_path), **environment)
    assert ran.returncode == 3, ran.stdout
    [line] = ran.stderr.splitlines()
    return line


def landed(place: Path, tmp_path: Path, **environment: str) -> list[str]:
    """The files that the work's branch has and its base has not."""
    ran = orkestra("run", WORK, "-y", "--json", cwd=place, **crew(tmp_path), **environment)
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    return git(place, "diff", "--name-only", report["base"], report["branch"]).split()


TWO = ["test_three.py", "test_two.py", "three.py", "two.py"]


def test_a_directory_without_git(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert "git init" in refused(tmp_path / "plain", tmp_path)
    assert list((tmp_path / "plain").iterdir()) == []


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "empty")
    assert "has no commit yet" in refused(tmp_path / "empty", tmp_path)


def test_a_bare_repository(tmp_path: Path) -> None:
    git(guest(tmp_path / "house"), "clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    assert f"git clone {tmp_path / 'bare.git'}" in refused(tmp_path / "bare.git", tmp_path)


def test_a_shallow_clone(tmp_path: Path) -> None:
    place = guest(tmp_path / "house")
    git(place, "commit", "-q", "--allow-empty", "-m", "later")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{place}", "shallow")
    assert landed(tmp_path / "shallow", tmp_path) == TWO
    assert git(tmp_path / "shallow", "rev-parse", "--is-shallow-repository").strip() == "true"


def test_a_detached_head_stays_where_it_is_and_nothing_is_merged_into_it(tmp_path: Path) -> None:
    place = guest(tmp_path / "house")
    git(place, "checkout", "-q", "--detach")
    head = git(place, "rev-parse", "HEAD")

    ran = orkestra("run", WORK, "-y", "--merge", cwd=place, **crew(tmp_path))

    assert ran.returncode == 9
    assert "git merge" in ran.stdout
    assert git(place, "rev-parse", "HEAD") == head
    assert git(place, "branch", "--format=%(refname:short)", "--show-current").strip() == ""


def test_a_submodule_stays_as_the_commit_names_it(tmp_path: Path) -> None:
    place, inner = guest(tmp_path / "house"), guest(tmp_path / "inner")
    git(place, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "vendor")
    git(place, "commit", "-q", "-m", "with a submodule")
    before = contents(place)

    assert landed(place, tmp_path) == TWO

    assert contents(place) == before
    assert git(place, "status", "--porcelain") == ""


def test_a_worktree_of_a_repository(tmp_path: Path) -> None:
    git(guest(tmp_path / "house"), "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert landed(tmp_path / "side", tmp_path) == TWO


def test_git_that_knows_nobody_commits_as_orkestra_and_says_so(tmp_path: Path) -> None:
    place, home = guest(tmp_path / "house"), tmp_path / "nobody"
    home.mkdir()
    nobody = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "GIT_CONFIG_GLOBAL": str(home / "none")}

    ran = orkestra("run", WORK, "-y", cwd=place, **crew(tmp_path), **nobody)

    assert ran.returncode == 0, ran.stderr
    assert "git knows no user.name" in ran.stdout
    assert "orkestra@localhost" in git(place, "log", "-1", "--all", "--format=%ae", "--grep=three")


def test_a_file_where_orkestra_keeps_its_state(tmp_path: Path) -> None:
    place = guest(tmp_path / "house")
    (place / ".orkestra").write_text("a file in the way\n")
    assert "can't be" in refused(place, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("crew = ", "config.toml: "),
        ("max_rounds = 'many'", "max_rounds"),
        ("colour = 'red'", "'colour' is not a setting"),
        ("\x00", "config.toml: "),
    ],
)
def test_malformed_settings_are_named_with_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    config = tmp_path / "home" / "config" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(text)
    line = refused(guest(tmp_path / "house"), tmp_path, ORKESTRA_HOME=str(tmp_path / "home"))
    assert said in line
    assert "config.toml" in line


def test_a_binary_file_goes_through_as_it_is(tmp_path: Path) -> None:
    place = guest(tmp_path / "house")
    picture = bytes(range(256)) * 64
    (place / "picture.png").write_bytes(picture)
    git(place, "add", "picture.png")
    git(place, "commit", "-q", "-m", "a picture")
    branch = json.loads(orkestra("run", WORK, "-y", "--json", cwd=place, **crew(tmp_path)).stdout)["branch"]
    shown = subprocess.run(["git", "-C", place, "show", f"{branch}:picture.png"], capture_output=True, check=True)
    assert shown.stdout == picture


def test_names_with_spaces_and_umlauts_are_no_trouble(tmp_path: Path) -> None:
    place = guest(tmp_path / "my house & garden", {"Größe notes.txt": "17\n"})
    assert landed(place, tmp_path) == TWO


def test_an_edit_outside_of_the_worktree_fails_the_task_and_touches_nothing(tmp_path: Path) -> None:
    place = guest(tmp_path / "house")
    outside = writes("Add two", {**module("two", 2), "../../../outside.txt": "mine\n"})
    lines = (TWO_STEPS[0], outside, TWO_STEPS[2], approves("Add two"), approves("Add three"))
    ran = orkestra("run", WORK, "-y", cwd=place, **crew(tmp_path, lines, "outside"), ORKESTRA_MAX_ITERATIONS="1")
    assert ran.returncode != 0
    assert not list(tmp_path.rglob("outside.txt"))


def test_a_repository_that_vanishes_is_said(tmp_path: Path) -> None:
    place = guest(tmp_path / "house")
    shutil.rmtree(place / ".git")
    assert "git" in refused(place, tmp_path)
