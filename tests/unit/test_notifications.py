import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from orkestra.agents import AgentNotifications
from orkestra.core import OpenProject
from orkestra.core.opening import open_project
from orkestra.errors import ConfigError, RecordError
from orkestra.testing import ManualClock
from tests.fixtures.processes import outcome, python


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def project(tmp_path: Path, clock: ManualClock) -> Iterator[OpenProject]:
    with open_project(tmp_path, clock=clock) as opened:
        yield opened


def test_notes_come_back_the_oldest_first(project: OpenProject, clock: ManualClock) -> None:
    notes = AgentNotifications(project, "claude")
    assert notes.all() == []
    first = notes.send("a vote is open", subject="vote_1", options=3)
    clock.advance(1)
    second = notes.send("a task is yours")
    assert notes.all() == [first, second]
    assert notes.all(after=first.at) == [second]
    assert (first.subject, first.facts) == ("vote_1", {"options": 3})
    assert AgentNotifications(project, "grok").all() == []


def test_they_are_lines_of_json_that_git_ignores(project: OpenProject) -> None:
    AgentNotifications(project, "claude").send("hello")
    [line] = (project.root / "logs" / "notifications" / "claude.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["text"] == "hello"


def test_a_key_in_a_note_is_masked(project: OpenProject) -> None:
    assert "sk-" not in AgentNotifications(project, "claude").send("try sk-abcdefghijklmnopqrstuvwx").text


@pytest.mark.parametrize("name", ["", "../claude", "Claude", "a b"])
def test_a_name_that_is_none_is_refused(project: OpenProject, name: str) -> None:
    with pytest.raises(ConfigError, match="can't be an agent's name"):
        AgentNotifications(project, name)


def test_a_broken_line_is_named(project: OpenProject) -> None:
    notes = AgentNotifications(project, "claude")
    notes.send("hello")
    with notes.path.open("a") as file:
        file.write("{\n")
    with pytest.raises(RecordError, match="line 2"):
        notes.all()


def test_the_lines_of_several_processes_do_not_mix(project: OpenProject) -> None:
    script = """
        import sys
        from orkestra.agents import AgentNotifications
        notes = AgentNotifications(sys.argv[1], "claude")
        for number in range(50):
            notes.send("x" * 2000, number=number)
    """
    with python(script, project.root) as one, python(script, project.root) as other:
        outcome(one)
        outcome(other)
    assert len(AgentNotifications(project, "claude").all()) == 100
