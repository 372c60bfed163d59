"""`orkestra run` on a repository that Orkestra did not make."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from orkestra.testing import Line
from tests.fixtures.command import orkestra, running, until
from tests.fixtures.guest import FOREIGN, TWO_STEPS, WORK, asked, contents, crew, guest, module, planned, write
from tests.fixtures.scripted import BUG, approves, commit_file, git, writes


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return guest(tmp_path / "house")


def ran(place: Path, *more: str, **environment: str) -> dict[str, Any]:
    """What `run --json` reported."""
    said = orkestra("run", WORK, "-y", "--json", *more, cwd=place, **environment)
    assert said.stdout, said.stderr
    return {"exit": said.returncode, "stderr": said.stderr, **json.loads(said.stdout)}


def one_line(text: str) -> str:
    [line] = text.splitlines()
    assert "Traceback" not in line
    return line


def statuses(report: dict[str, Any]) -> list[str]:
    return [task["status"] for task in report["tasks"]]


def test_the_result_stands_on_a_branch_and_nothing_of_the_users_is_touched(tmp_path: Path, place: Path) -> None:
    write(place, {"lib.py": "my draft\n", "notes.txt": "not yet\n"})
    before, config = contents(place), (place / ".git/config").read_text()
    report = ran(place, **crew(tmp_path))
    assert (report["exit"], report["status"]) == (0, "done")
    assert contents(place) == before
    assert (place / ".git/config").read_text() == config
    assert git(place, "status", "--porcelain").splitlines() == [" M lib.py", "?? notes.txt"]
    assert git(place, "symbolic-ref", "--short", "HEAD").strip() == "trunk"
    assert git(place, "rev-parse", "trunk").strip() == report["base"]
    assert git(place, "show", f"{report['branch']}:three.py") == module("three", 3)["three.py"]
    changed = git(place, "diff", "--name-only", report["base"], report["branch"]).split()
    assert changed == ["test_three.py", "test_two.py", "three.py", "two.py"]
    assert not FOREIGN.keys() & set(changed)


def test_records_live_in_orkestras_own_directory_which_git_ignores(tmp_path: Path, place: Path) -> None:
    ran(place, **crew(tmp_path))
    records = place / ".orkestra/records"
    assert [task["title"] for task in json.loads((records / "config/task-queue.json").read_text())["tasks"]] == [
        "Add two",
        "Add three",
    ]
    assert json.loads((records / "config/project.json").read_text())["name"] == "house"
    assert (records / "logs/execution/task-execution.log").exists()
    assert not git(place, "status", "--porcelain", "--untracked-files=all")


def test_the_report_holds_commits_files_and_the_proof_on_exactly_the_last_commit(tmp_path: Path, place: Path) -> None:
    report = ran(place, **crew(tmp_path))
    head = git(place, "rev-parse", report["branch"]).strip()
    assert [subject for _, subject in report["commits"]] == ["feat: add two", "feat: add three"]
    assert report["head"] == report["proof"]["commit"] == head == report["tasks"][1]["commit"]
    assert report["proof"]["summary"] == "3 passed"
    assert report["baseline"]["summary"] == "1 passed"
    assert {file["path"]: file["added"] for file in report["files"]}["two.py"] == 2
    assert f"git merge {report['branch']}" in report["next"]


def test_the_text_says_the_same(tmp_path: Path, place: Path) -> None:
    (place / "lib.py").write_text("my draft\n")
    said = orkestra("run", WORK, "-y", cwd=place, **crew(tmp_path)).stdout
    for piece in ("on trunk at", "uncommitted changes are not part of the work", "2 of 2 tasks landed", "+2 -0"):
        assert piece in said
    assert "proof: pytest: 3 passed, on" in said
    assert "git merge orkestra/add-numbers-" in said


def test_the_cost_comes_from_what_was_kept_of_each_call(tmp_path: Path, place: Path) -> None:
    work = ran(place, **crew(tmp_path))["id"]
    keep = (
        "INSERT INTO calls (key, turn, agent, backend, model, purpose, subject, input_tokens, output_tokens, cost_usd,"
        " seconds, reply, error, at) SELECT key, 1, 'glm', 'api', 'm', 'p', 's', 100, 10, "
        "CASE name WHEN 'executor 1' THEN NULL ELSE 0.25 END, 1.0, '{}', '', at FROM steps "
        "WHERE name IN ('architect plan', 'executor 1')"
    )
    with closing(sqlite3.connect(place / ".orkestra/orkestra.db", isolation_level=None)) as connection:
        connection.execute(keep)
    [entry] = json.loads(orkestra("history", "--json", cwd=place).stdout)
    assert (entry["id"], entry["landed"], entry["tasks"]) == (work, 2, 2)
    assert entry["cost"] == {
        "requests": 3,
        "input_tokens": 300,
        "output_tokens": 30,
        "cost_usd": 0.25,
        "unknown": 2,
    }
    assert "2 requests at unknown price" in orkestra("history", work, cwd=place).stdout


def test_a_failing_task_stops_nothing_but_what_waits_for_it_and_each_is_told_with_its_reason(
    tmp_path: Path, place: Path
) -> None:
    lines = (
        planned({"title": "Add two"}, {"title": "Add three", "after": [1]}, {"title": "Add four"}),
        writes("Add two", {"test_two.py": BUG}),
        writes("Add four", module("four", 4)),
        approves("Add two"),
        approves("Add four"),
    )
    report = ran(place, ORKESTRA_MAX_ITERATIONS="1", **crew(tmp_path, lines))
    assert (report["exit"], report["status"]) == (6, "partial")
    assert statuses(report) == ["failed", "pending", "completed"]
    assert "the tests don't pass: 1 failed" in report["tasks"][0]["reason"]
    assert report["tasks"][1]["reason"] == "waits for 1. Add two, which is failed"
    assert [subject for _, subject in report["commits"]] == ["feat: add four"]


def test_merge_moves_the_users_branch_to_what_was_proven(tmp_path: Path, place: Path) -> None:
    (place / "notes.txt").write_text("not yet\n")
    report = ran(place, "--merge", **crew(tmp_path))
    assert report["exit"] == 0
    assert git(place, "rev-parse", "trunk").strip() == report["head"] == report["merged"]["commit"]
    assert (place / "three.py").read_text() == module("three", 3)["three.py"]
    assert git(place, "status", "--porcelain").splitlines() == ["?? notes.txt"]


def test_merge_can_be_a_setting(tmp_path: Path, place: Path) -> None:
    report = ran(place, ORKESTRA_MERGE="true", **crew(tmp_path))
    assert report["merged"]["commit"] == git(place, "rev-parse", "trunk").strip()


def test_what_the_user_has_not_committed_is_never_overwritten_by_a_merge(tmp_path: Path, place: Path) -> None:
    (place / "two.py").write_text("my draft\n")
    report = ran(place, "--merge", **crew(tmp_path))
    assert (report["exit"], report["status"]) == (9, "done")
    assert "'two.py'" in report["merged"]["reason"]
    assert f"git merge {report['branch']}" in report["merged"]["reason"]
    assert (place / "two.py").read_text() == "my draft\n"
    assert git(place, "rev-parse", "trunk").strip() == report["base"]


def merged_beside(tmp_path: Path, place: Path, theirs: dict[str, str], *lines: Line) -> dict[str, Any]:
    """A work with --merge, during which the user commits these files."""
    slow = (*lines, *TWO_STEPS)
    with running("run", WORK, "-y", "--merge", "--json", cwd=place, **crew(tmp_path, slow)) as child:
        until(lambda: ("executor", "Add two") in asked(tmp_path))
        for path, text in theirs.items():
            commit_file(place, path, text)
        said, _ = child.communicate(timeout=90)
    return {"exit": child.returncode, **json.loads(said)}


SLOW = writes("Add two", module("two", 2), seconds=2)


def test_a_branch_that_moved_meanwhile_gets_a_merge_that_was_tested_as_it_stands(tmp_path: Path, place: Path) -> None:
    report = merged_beside(tmp_path, place, {"mine.py": "MINE = True\n"}, SLOW)
    assert report["exit"] == 0
    trunk = git(place, "rev-parse", "trunk").strip()
    assert trunk == report["merged"]["commit"] != report["head"]
    assert git(place, "log", "-1", "--format=%P", "trunk").split()[1] == report["head"]
    assert (place / "mine.py").exists()
    assert (place / "two.py").exists()
    assert not git(place, "status", "--porcelain")


def test_a_merge_whose_tests_fail_is_not_made(tmp_path: Path, place: Path) -> None:
    theirs = {
        "test_only_two.py": "from pathlib import Path\n\n\ndef test_it():\n    assert not Path('two.py').exists()\n"
    }
    report = merged_beside(tmp_path, place, theirs, SLOW)
    assert report["exit"] == 9
    assert "the tests don't pass: 1 failed" in report["merged"]["reason"]
    assert not (place / "two.py").exists()


def test_a_merge_with_conflicts_is_not_made_and_said_with_the_files(tmp_path: Path, place: Path) -> None:
    report = merged_beside(tmp_path, place, {"two.py": "TWO = 2\n"}, SLOW)
    assert report["exit"] == 9
    assert "(two.py)" in report["merged"]["reason"]
    assert (place / "two.py").read_text() == "TWO = 2\n"


def test_failing_tests_before_the_work_are_said_and_not_blamed_on_it(tmp_path: Path) -> None:
    place = guest(tmp_path / "house", {"test_old.py": "def test_old():\n    assert 'always' == 'broken'\n"})
    said = orkestra("run", WORK, "-y", cwd=place, **crew(tmp_path), ORKESTRA_MAX_ITERATIONS="1").stdout
    assert "tests before the work: 1 failed, 1 passed" in said
    assert "before the work, its tests said: 1 failed, 1 passed (not blamed on the work)" in said


def test_the_branch_can_be_named_and_must_be_free(tmp_path: Path, place: Path) -> None:
    environment = crew(tmp_path)
    assert ran(place, "--branch", "feature/numbers", **environment)["branch"] == "feature/numbers"
    for taken in ("feature/numbers", "trunk", "feature", "trunk/x", "-x", "a..b"):
        again = orkestra("run", WORK, "-y", f"--branch={taken}", cwd=place, **environment)
        assert again.returncode == 3
        assert "can't be the work's branch" in one_line(again.stderr)


def test_a_second_work_begins_where_the_user_stands_and_leaves_the_first_alone(tmp_path: Path, place: Path) -> None:
    first = ran(place, **crew(tmp_path))
    git(place, "merge", "-q", first["branch"])
    lines = (planned({"title": "Add four"}), writes("Add four", module("four", 4)), approves("Add four"))
    second = ran(place, **crew(tmp_path, lines, "more"))
    assert second["exit"] == 0
    assert [subject for _, subject in second["commits"]] == ["feat: add four"]
    assert second["base"] == first["head"]
    listed = json.loads(orkestra("history", "--json", cwd=place).stdout)
    assert [entry["id"] for entry in listed] == [second["id"], first["id"]]


def test_status_tasks_votes_inbox_and_start_work_in_the_repository(tmp_path: Path, place: Path) -> None:
    environment = crew(tmp_path)
    ran(place, **environment)
    below = place / "config"
    assert json.loads(orkestra("status", "--json", cwd=below).stdout)["tasks"]["completed"] == 2
    assert len(json.loads(orkestra("tasks", "--json", cwd=below).stdout)) == 2
    assert json.loads(orkestra("vote", "list", "--json", cwd=below).stdout) == []
    assert json.loads(orkestra("inbox", "--json", cwd=below).stdout) == []
    assert orkestra("start", cwd=below, **environment).returncode == 0
    assert not git(place, "status", "--porcelain")
    assert git(place, "branch", "--format=%(refname:short)").split()[-1] == "trunk"


def test_run_works_in_a_project_of_orkestras_own_too(tmp_path: Path) -> None:
    assert orkestra("new", "house", "--no-plan", cwd=tmp_path).returncode == 0
    place = tmp_path / "house"
    report = ran(place, "--merge", **crew(tmp_path))
    assert (report["exit"], report["status"]) == (0, "done")
    assert (place / "three.py").exists()
    assert not git(place, "status", "--porcelain")
    assert json.loads(git(place, "show", "main:config/task-queue.json"))["tasks"][1]["status"] == "completed"
