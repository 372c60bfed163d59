"""The command line: what it answers, on which stream, with which exit code."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from orkestra.core.project import OrkestraProject
from orkestra.tasks import TaskQueue
from tests.fixtures.command import orkestra
from tests.fixtures.scripted import git

PLANNED = ("-d", "A ledger", "-f", "import,report", "-y")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return OrkestraProject.create("house", tmp_path / "house").path


def one_line(text: str) -> str:
    [line] = text.splitlines()
    assert "Traceback" not in line
    return line


def test_help_lists_the_commands_each_with_what_it_does(tmp_path: Path) -> None:
    ran = orkestra("--help", cwd=tmp_path)
    assert ran.returncode == 0
    for name in ("new", "start", "status", "stop", "tasks", "vote", "inbox", "demo"):
        assert f"\n  {name} " in ran.stdout
        assert orkestra(name, "--help", cwd=tmp_path).returncode == 0


def test_an_unknown_command_suggests_the_nearest(tmp_path: Path) -> None:
    ran = orkestra("statsu", cwd=tmp_path)
    assert ran.returncode == 2
    assert "did you mean 'status'" in ran.stderr


def test_new_with_flags_asks_nothing_and_leaves_a_plan_of_four_phases(tmp_path: Path) -> None:
    ran = orkestra("new", "ledger", *PLANNED, "--json", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"project": str(tmp_path / "ledger"), "plan": "Standard phases", "tasks": 14}
    tasks = json.loads(orkestra("tasks", "--json", cwd=tmp_path / "ledger").stdout)
    phases = [task["category"] for task in tasks]
    assert [phases.count(phase) for phase in dict.fromkeys(phases)] == [4, 2, 4, 4]
    assert {task["status"] for task in tasks} == {"pending"}
    assert not git(tmp_path / "ledger", "status", "--porcelain")


def test_the_wizard_takes_lines_and_the_end_of_the_input_approves(tmp_path: Path) -> None:
    ran = orkestra("new", "ledger", cwd=tmp_path, said="A ledger\n2\nimport,report\n")
    assert ran.returncode == 0, ran.stderr
    assert len(json.loads(orkestra("tasks", "--json", cwd=tmp_path / "ledger").stdout)) == 14


def test_a_rejected_plan_queues_nothing(tmp_path: Path) -> None:
    ran = orkestra("new", "ledger", *PLANNED[:4], cwd=tmp_path, said="reject\n")
    assert ran.returncode == 8
    assert "rejected" in one_line(ran.stderr)
    assert json.loads(orkestra("tasks", "--json", cwd=tmp_path / "ledger").stdout) == []


def test_a_project_without_a_plan_can_be_planned_later_and_one_with_a_plan_only_started(tmp_path: Path) -> None:
    assert orkestra("new", "ledger", "--no-plan", cwd=tmp_path).returncode == 0
    assert orkestra("new", "ledger", *PLANNED, cwd=tmp_path).returncode == 0
    again = orkestra("new", "ledger", *PLANNED, cwd=tmp_path)
    assert again.returncode == 3
    assert "`orkestra start` in it goes on" in one_line(again.stderr)
    other = orkestra("new", "book", "--path", "ledger", *PLANNED, cwd=tmp_path)
    assert other.returncode == 3


def test_the_wizard_without_a_description_says_what_is_missing(tmp_path: Path) -> None:
    ran = orkestra("new", "ledger", cwd=tmp_path)
    assert ran.returncode == 8
    assert "--description" in one_line(ran.stderr)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("closed", ["<&-", "</dev/null", ">&- <&-"])
def test_without_a_keyboard_new_does_not_wait_for_one(tmp_path: Path, closed: str) -> None:
    program = [sys.executable, "-m", "orkestra", "new", "ledger"]
    command = ["sh", "-c", f"exec {shlex.join(program)} {closed}"]
    ran = subprocess.run(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert ran.returncode == 8
    assert "--description" in one_line(ran.stderr)
    assert not list(tmp_path.iterdir())


def test_without_any_stream_a_plan_and_a_start_still_end(tmp_path: Path) -> None:
    for arguments in (["new", "ledger", *PLANNED], ["start", "--project", "ledger"]):
        program = [sys.executable, "-m", "orkestra", *arguments]
        command = ["sh", "-c", f"exec {shlex.join(program)} <&- >&-"]
        ran = subprocess.run(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False, timeout=90)
        assert (ran.returncode, ran.stderr) == (0 if "new" in arguments else 5, "")


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger/mine.txt").write_text("mine")
    ran = orkestra("new", "ledger", *PLANNED, cwd=tmp_path)
    assert ran.returncode == 3
    assert "not empty" in one_line(ran.stderr)
    assert [path.name for path in (tmp_path / "ledger").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["../x", "", "/etc/x", "a/b", "-x", ".git", "CON", "a" * 300, "x\ny"])
def test_a_name_that_can_be_no_directory_is_refused_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    place = tmp_path / "here"
    place.mkdir()
    ran = orkestra("new", *PLANNED, "--", name, cwd=place)
    assert ran.returncode == 3
    assert "can't be a" in one_line(ran.stderr) or "device" in ran.stderr
    assert not list(place.iterdir())
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"", "is empty"), (b" \n", "is empty"), (b"x" * 10_000_000, "100,000 bytes"), (b"\xff\xfe\x00", "not text")],
    ids=["empty", "blank", "10 MB", "binary"],
)
def test_a_brief_that_is_none_is_refused_before_anything_is_made(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    (tmp_path / "idea.md").write_bytes(content)
    ran = orkestra("new", "ledger", "--brief", "idea.md", "-y", cwd=tmp_path)
    assert ran.returncode == 8
    assert complaint in one_line(ran.stderr)
    assert not (tmp_path / "ledger").exists()


def test_a_brief_with_control_characters_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "idea.md").write_bytes(b"a ledger\x00 with a hole")
    ran = orkestra("new", "ledger", "--brief", "idea.md", "-y", cwd=tmp_path)
    assert ran.returncode == 8
    one_line(ran.stderr)
    assert not (tmp_path / "ledger").exists()


@pytest.mark.parametrize("command", ["status", "start", "stop", "tasks", "vote list", "inbox"])
def test_outside_a_project_every_command_says_so_in_one_line(tmp_path: Path, command: str) -> None:
    ran = orkestra(*command.split(), cwd=tmp_path)
    assert ran.returncode == 3
    assert ran.stdout == ""
    assert "orkestra new" in one_line(ran.stderr)


def test_with_debug_the_traceback_is_shown(tmp_path: Path) -> None:
    ran = orkestra("--debug", "status", cwd=tmp_path)
    assert ran.returncode == 3
    assert "Traceback (most recent call last)" in ran.stderr
    assert ran.stderr.splitlines()[-1].startswith("orkestra: ")


def test_everything_that_shows_something_shows_it_as_json_too(project: Path) -> None:
    TaskQueue(project).add_task("Add a door")
    status = json.loads(orkestra("status", "--json", cwd=project).stdout)
    assert status["tasks"]["pending"] == 1
    assert json.loads(orkestra("tasks", "--json", cwd=project).stdout)[0]["description"] == "Add a door"
    assert json.loads(orkestra("tasks", "1", "--json", cwd=project).stdout)["ordinal"] == 1
    assert json.loads(orkestra("vote", "list", "--json", cwd=project).stdout) == []
    assert json.loads(orkestra("inbox", "--json", cwd=project).stdout) == []
    assert json.loads(orkestra("stop", "--json", cwd=project).stdout) == {"stopped": None}


def test_a_task_that_does_not_exist_is_one_line_and_six(project: Path) -> None:
    ran = orkestra("tasks", "999", cwd=project)
    assert ran.returncode == 6
    assert "999" in one_line(ran.stderr)


def test_stop_with_nothing_running_is_fine(project: Path) -> None:
    ran = orkestra("stop", cwd=project)
    assert (ran.returncode, ran.stdout) == (0, "nothing is running\n")


def test_start_without_an_ai_says_what_tasks_wait_for(project: Path) -> None:
    TaskQueue(project).add_task("Add a door")
    assert orkestra("start", cwd=project).returncode == 5
    assert "needs an AI" in orkestra("status", cwd=project).stdout


def test_escape_sequences_in_a_title_reach_no_terminal(project: Path) -> None:
    nasty = "\u009b31mred\u202e door\u200b"
    with TaskQueue(project) as queue:
        queue.add_task("Add a \u202edoor\u200b")
        queue.update_task(1, status="failed", metadata={"reason": "\x1b]0;owned\x07\x1b[31mred" + nasty})
    for ran in (orkestra("tasks", cwd=project), orkestra("tasks", "1", cwd=project), orkestra("status", cwd=project)):
        assert ran.returncode == 0
        assert not {"\x1b", "\x07", "\u009b", "\u202e", "\u200b"} & set(ran.stdout)
        assert "door" in ran.stdout


def test_a_project_that_was_never_planned_takes_the_same_crew_again_and_no_other(tmp_path: Path) -> None:
    crew = ("new", "house", "-d", "A house", "-y", "--crew")
    assert orkestra(*crew, "offline", "--no-plan", cwd=tmp_path).returncode == 0
    other = orkestra(*crew, "demo", cwd=tmp_path)
    assert (other.returncode, "config/config.json" in other.stderr) == (8, True)
    again = orkestra(*crew, "offline", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "tasks queued" in again.stdout


def test_a_project_whose_database_is_lost_keeps_its_record(tmp_path: Path) -> None:
    assert orkestra("new", "house", "-d", "A house", "-y", cwd=tmp_path, ORKESTRA_CREW="offline").returncode == 0
    place, copy = tmp_path / "house", tmp_path / "copy"
    record = (place / "config/task-queue.json").read_bytes()
    git(tmp_path, "clone", "-q", str(place), str(copy))
    (place / ".orkestra/orkestra.db").unlink()

    for project in (place, copy):
        for command in ("start", "status", "tasks"):
            ran = orkestra(command, cwd=project)
            assert ran.returncode == 11, ran.stdout
            [line] = ran.stderr.splitlines()
            assert "the database beside it knows none" in line
        assert (project / "config/task-queue.json").read_bytes() == record
        assert git(project, "log", "--format=%s").count("\n") == 2


def test_a_directory_that_is_not_there_is_nobodys_project(tmp_path: Path) -> None:
    assert orkestra("new", "house", "--no-plan", cwd=tmp_path).returncode == 0
    for name in ("nope", "../nope"):
        ran = orkestra("status", "-p", name, cwd=tmp_path / "house")
        assert ran.returncode == 3
        assert f"no project is called {name!r}" in one_line(ran.stderr)


def test_in_a_directory_that_was_removed_one_line_says_so(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'rmdir "$PWD" && exec "$0" -m orkestra status'
    ran = subprocess.run(["sh", "-c", script, sys.executable], cwd=gone, capture_output=True, text=True, check=False)
    assert ran.returncode == 3
    assert "not there any more" in ran.stderr


def test_without_git_nothing_is_made(tmp_path: Path) -> None:
    ran = orkestra("new", "house", "--no-plan", cwd=tmp_path, PATH=str(tmp_path))
    assert ran.returncode == 3
    assert "git" in one_line(ran.stderr)
    assert list(tmp_path.iterdir()) == []


def test_no_room_for_what_is_shown_is_no_bug(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "orkestra", "doctor"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ran.returncode == 1
    assert "no room to write" in one_line(ran.stderr)


def test_on_a_narrow_terminal_each_task_is_a_line(project: Path) -> None:
    TaskQueue(project).add_task("Import statements of every bank")
    assert orkestra("tasks", cwd=project, COLUMNS="20").stdout == "1 pending: Import statements of every bank\n"
