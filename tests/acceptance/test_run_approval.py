"""The plan of a work: shown, edited, approved or rejected, at once or later; and going on after any end."""

import json
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.command import COMMAND, orkestra, running, until
from tests.fixtures.guest import TWO_STEPS, WORK, asked, crew, guest, module, planned
from tests.fixtures.scripted import approves, git, writes


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return guest(tmp_path / "house")


def one_line(text: str) -> str:
    [line] = text.splitlines()
    assert "Traceback" not in line
    return line


def history(place: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(orkestra("history", "--json", cwd=place).stdout)
    return listed


class Terminal:
    """Somebody at a real terminal: what the command shows there, and lines typed into it."""

    def __init__(self, child: subprocess.Popen[bytes], screen: int) -> None:
        self.child = child
        self._screen = screen
        self.shown = ""

    def see(self, text: str, seconds: float = 40) -> None:
        """Wait until this was shown, and forget it."""
        end = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < end, f"never showed {text!r}: {self.shown}"
            self._read()
        self.shown = self.shown.partition(text)[2]

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def end(self) -> int:
        """Read to the end and return the exit code."""
        try:
            while True:
                self._read()
        except OSError:
            return self.child.wait(timeout=30)

    def _read(self) -> None:
        if not select.select([self._screen], [], [], 1)[0]:
            return
        self.shown += os.read(self._screen, 65536).decode("utf-8", "replace")


@contextmanager
def terminal(*arguments: str, cwd: Path, **environment: str) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, "TERM": "dumb", "COLUMNS": "160", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Terminal(child, ours)
    finally:
        child.kill()
        child.wait()
        os.close(ours)


def editor(tmp_path: Path, script: str) -> str:
    """An editor that does this to the file."""
    program = tmp_path / "my editor"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"'{program}' --wait"


def test_at_a_terminal_the_plan_is_shown_edited_and_approved(tmp_path: Path, place: Path) -> None:
    renamed = editor(tmp_path, """sed -i 's/## 2. Add three/## 2. Add four/' "$2" """)
    lines = (*TWO_STEPS, writes("Add four", module("four", 4)), approves("Add four"))
    with terminal("run", WORK, cwd=place, **{**crew(tmp_path, lines), "EDITOR": renamed}) as user:
        user.see("## 2. Add three")
        user.see("[approve/edit/reject]")
        user.type("edit\n")
        user.see("## 2. Add four")
        user.see("[approve/edit/reject]")
        user.type("a\n")
        assert user.end() == 0
    assert "2 of 2 tasks landed" in user.shown
    [entry] = history(place)
    assert git(place, "log", "-1", "--format=%s", entry["branch"]) == "feat: add four\n"


def test_an_edit_that_is_no_plan_is_told_by_line_and_asked_about_again(tmp_path: Path, place: Path) -> None:
    broken = editor(
        tmp_path,
        """if grep -q 'after: 9' "$2"; then sed -i 's/: 9/: 1/' "$2"
        else sed -i 's/- after: 1/- after: 9/' "$2"; fi""",
    )
    with terminal("run", WORK, cwd=place, **{**crew(tmp_path), "EDITOR": broken}) as user:
        user.see("[approve/edit/reject]")
        user.type("edit\n")
        user.see("plan.md, line 11: 'Add three' comes after task 9, which isn't there")
        user.see("[approve/edit/reject]")
        user.type("edit\n")
        user.see("- after: 1")
        user.see("[approve/edit/reject]")
        user.type("reject\n")
        assert user.end() == 8
    assert "the plan was rejected" in user.shown


@pytest.mark.parametrize(
    ("named", "complaint"),
    [("/nowhere/ed", "can't be started"), ("false", "ended with exit code 1"), ("'ed", "is no command")],
)
def test_an_editor_that_fails_is_told_and_the_question_stays(
    tmp_path: Path, place: Path, named: str, complaint: str
) -> None:
    with terminal("run", WORK, cwd=place, **{**crew(tmp_path), "EDITOR": named}) as user:
        user.see("[approve/edit/reject]")
        user.type("edit\n")
        user.see(complaint)
        user.see("[approve/edit/reject]")
        user.type("\x04")
        assert user.end() == 0
    assert "orkestra resume" in user.shown
    assert history(place)[0]["status"] == "planned"


def test_a_rejected_plan_queues_nothing_and_makes_no_branch(tmp_path: Path, place: Path) -> None:
    with terminal("run", WORK, cwd=place, **crew(tmp_path)) as user:
        user.see("[approve/edit/reject]")
        user.type("r\n")
        assert user.end() == 8
    assert git(place, "branch", "--format=%(refname:short)").split() == ["trunk"]
    assert json.loads(orkestra("tasks", "--json", cwd=place).stdout) == []
    assert [(entry["status"], entry["can_resume"]) for entry in history(place)] == [("rejected", False)]
    assert "Nothing waits" in orkestra("resume", "-y", cwd=place, **crew(tmp_path, name="again")).stdout


def test_without_a_terminal_nothing_hangs_and_the_flag_is_named(tmp_path: Path, place: Path) -> None:
    ran = orkestra("run", WORK, cwd=place, **crew(tmp_path))
    assert ran.returncode == 3
    assert "--auto-approve" in one_line(ran.stderr)
    assert asked(tmp_path) == []
    assert not (place / ".orkestra").exists()


def test_plan_stops_after_the_plan_and_resume_does_it_as_it_was_edited_by_hand(tmp_path: Path, place: Path) -> None:
    environment = crew(tmp_path)
    kept = orkestra("plan", WORK, cwd=place, **environment)
    assert kept.returncode == 0, kept.stderr
    assert "## 1. Add two" in kept.stdout
    assert asked(tmp_path) == [("architect plan", WORK)]
    refused = orkestra("resume", cwd=place, **environment)
    assert refused.returncode == 3
    assert "--auto-approve" in one_line(refused.stderr)
    path = place / ".orkestra/plan.md"
    path.write_text(path.read_text().partition("## 2.")[0])
    resumed = orkestra("resume", "-y", "--json", cwd=place, **environment)
    assert resumed.returncode == 0, resumed.stderr
    assert [task["title"] for task in json.loads(resumed.stdout)["tasks"]] == ["Add two"]
    assert asked(tmp_path).count(("architect plan", WORK)) == 1


def test_a_plan_that_was_edited_into_none_stops_the_work_until_it_is_mended(tmp_path: Path, place: Path) -> None:
    environment = crew(tmp_path)
    orkestra("plan", WORK, cwd=place, **environment)
    path = place / ".orkestra/plan.md"
    good = path.read_text()
    path.write_text(good.replace("## 2. Add three", "## Add three"))
    refused = orkestra("resume", "-y", cwd=place, **environment)
    assert refused.returncode == 8
    assert "plan.md, line 11: a task's heading is" in one_line(refused.stderr)
    path.write_text(good)
    assert orkestra("resume", "-y", cwd=place, **environment).returncode == 0
    assert asked(tmp_path).count(("architect plan", WORK)) == 1


def test_two_plans_wait_side_by_side_each_with_its_edits(tmp_path: Path, place: Path) -> None:
    lines = (*TWO_STEPS, planned({"title": "Add four"}, work="Another"), writes("Add six", module("six", 6)))
    environment = crew(tmp_path, (*lines, approves("Add six")))
    path = place / ".orkestra/plan.md"
    orkestra("plan", "Another", cwd=place, **environment)
    path.write_text(path.read_text().replace("Add four", "Add six"))
    orkestra("plan", WORK, cwd=place, **environment)
    newest, oldest = history(place)
    assert "Add two" in path.read_text()
    ran = orkestra("resume", oldest["id"][:10], "-y", "--json", cwd=place, **environment)
    assert [task["title"] for task in json.loads(ran.stdout)["tasks"]] == ["Add six"], ran.stderr
    ran = orkestra("resume", "-y", "--json", cwd=place, **environment)
    assert json.loads(ran.stdout)["id"] == newest["id"]
    assert len(json.loads(ran.stdout)["tasks"]) == 2


def test_with_wait_the_inbox_can_approve_from_anywhere(tmp_path: Path, place: Path) -> None:
    with running("run", WORK, "--wait", cwd=place, **crew(tmp_path)) as child:
        until(lambda: (place / ".orkestra/plan.md").exists() and "wait_" in orkestra("inbox", cwd=place).stdout)
        [question] = json.loads(orkestra("inbox", "--json", cwd=place).stdout)
        assert "## 1. Add two" in question["text"]
        assert orkestra("inbox", question["wait_id"], "approve", cwd=place).returncode == 0
        assert child.wait(timeout=60) == 0
    assert json.loads(orkestra("inbox", "--json", cwd=place).stdout) == []


def test_a_kill_is_no_loss_resume_asks_nothing_again_that_was_answered(tmp_path: Path, place: Path) -> None:
    slow = (writes("Add three", module("three", 3), seconds=60), *TWO_STEPS)
    with running("run", WORK, "-y", cwd=place, **crew(tmp_path, slow, "slow")) as child:
        until(lambda: ("executor", "Add three") in asked(tmp_path))
        child.kill()
        child.wait()
    assert [(entry["status"], entry["landed"]) for entry in history(place)] == [("stopped", 1)]
    ran = orkestra("resume", "--json", cwd=place, **crew(tmp_path))
    assert ran.returncode == 0, ran.stderr
    calls = asked(tmp_path)
    assert calls.count(("executor", "Add three")) == 2
    assert len(set(calls)) == len(calls) - 1
    assert json.loads(ran.stdout)["status"] == "done"


def test_ctrl_c_ends_it_soon_and_says_how_to_go_on(tmp_path: Path, place: Path) -> None:
    slow = (writes("Add two", module("two", 2), seconds=60), *TWO_STEPS)
    with running("run", WORK, "-y", cwd=place, **crew(tmp_path, slow, "slow")) as child:
        until(lambda: ("executor", "Add two") in asked(tmp_path))
        began = time.monotonic()
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate(timeout=30)
    assert child.returncode == 130
    assert time.monotonic() - began < 10
    [interrupted] = history(place)
    assert f"`orkestra resume {interrupted['id']}` goes on with it" in said
    assert orkestra("start", cwd=place, **crew(tmp_path)).returncode == 0
    assert [entry["status"] for entry in history(place)] == ["done"]


def test_without_an_ai_run_says_so_and_with_one_that_plans_only_the_tasks_wait_for_a_coder(
    tmp_path: Path, place: Path
) -> None:
    ran = orkestra("run", WORK, "-y", cwd=place, ORKESTRA_CREW="offline")
    assert ran.returncode == 5
    assert "needs an AI" in one_line(ran.stderr)
    assert "orkestra doctor" in ran.stderr
    assert history(place) == []


def test_what_a_missing_answer_stopped_goes_on_when_it_is_there(tmp_path: Path, place: Path) -> None:
    stopped = orkestra("run", WORK, "-y", "--json", cwd=place, **crew(tmp_path, TWO_STEPS[:2], "short"))
    assert stopped.returncode == 5
    assert "orkestra resume" in one_line(stopped.stderr)
    assert json.loads(stopped.stdout)["status"] == "stopped"
    resumed = orkestra("resume", "--json", cwd=place, **crew(tmp_path))
    assert json.loads(resumed.stdout)["status"] == "done"
    assert asked(tmp_path).count(("executor", "Add two")) == 1


def test_history_shows_each_session_with_its_roles(tmp_path: Path, place: Path) -> None:
    orkestra("run", WORK, "-y", cwd=place, **crew(tmp_path))
    [entry] = history(place)
    shown = json.loads(orkestra("history", entry["id"], "--json", cwd=place).stdout)
    own, first, _ = shown["sessions"]
    assert own["session_id"] == entry["id"]
    assert first["task"] == "Add two"
    assert first["status"] == {
        "architect": "waiting",
        "executor": "done",
        "auditor": "done",
        "consultant": "waiting",
    }
    assert (first["iteration"], first["can_resume"], first["last_error"]) == (1, False, "")
    assert first["checkpoints"][:3] == ["open worktree", "tests before", "executor 1"]
    assert first["started_at"] < first["last_activity"]
    assert "session work_" in orkestra("history", entry["id"], cwd=place).stdout
    assert orkestra("history", "work_nowhere", cwd=place).returncode == 8
