import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from orkestra.core import OpenProject, open_project
from orkestra.domain.runs import RunStatus
from orkestra.engine.engine import Engine
from orkestra.engine.run import Run
from orkestra.errors import AgentError, JournalMismatch, RecordError
from tests.fixtures.runs import Crash, Diary, drive


@pytest.fixture
def project(tmp_path: Path) -> Iterator[OpenProject]:
    with open_project(tmp_path) as opened:
        yield opened


def status(project: OpenProject) -> RunStatus:
    run = Engine(project).journal.find("run")
    assert run is not None
    return run.status


def events(project: OpenProject, *kinds: str) -> int:
    return sum(event.kind in kinds for event in project.story.since())


def test_after_a_crash_recorded_steps_are_not_done_again(project: OpenProject) -> None:
    diary, crashes = Diary(), [Crash("power cut")]

    async def work(run: Run) -> str:
        first = await run.step("first", diary.doing("first", "1"), returns=str)
        second = await run.paid("second", diary.doing("second", "2"), returns=str)
        if crashes:
            raise crashes.pop()
        return first + second + await run.step("third", diary.doing("third", "3"), returns=str)

    with pytest.raises(Crash):
        drive(project, work)
    assert status(project) is RunStatus.OPEN
    assert [run.run_id for run in Engine(project).journal.unfinished()] == ["run"]
    assert drive(project, work) == "123"
    assert diary.lines == ["first", "second", "third"]


def test_a_run_that_is_done_returns_its_recorded_value_without_working(project: OpenProject) -> None:
    diary = Diary()

    async def work(run: Run) -> list[str]:
        return [await run.step("mix", diary.doing("mix", "paint"), returns=str)]

    assert drive(project, work, list[str]) == drive(project, work, list[str]) == ["paint"]
    assert (diary.lines, status(project), Engine(project).journal.unfinished()) == (["mix"], RunStatus.DONE, [])
    with pytest.raises(RecordError, match="run is done; its value has a form"):
        drive(project, work, int)


def test_a_failed_run_tries_again_only_what_failed(project: OpenProject) -> None:
    diary, outcomes = Diary(), [AgentError("red"), "green"]

    async def work(run: Run) -> str:
        await run.paid("write", diary.doing("write"), returns=str)
        return str(await run.step("test", diary.doing("test", outcomes.pop(0)), returns=str))

    with pytest.raises(AgentError, match="red"):
        drive(project, work)
    assert status(project) is RunStatus.FAILED
    assert Engine(project).journal.unfinished() == []
    assert drive(project, work) == "green"
    assert diary.lines == ["write", "test", "test"]


def test_other_code_than_recorded_begins_a_new_attempt_with_new_keys(project: OpenProject) -> None:
    diary, keys = Diary(), []

    async def keyed(*, key: str) -> str:
        keys.append(key)
        return "answer"

    async def before(run: Run) -> str:
        await run.paid("ask", keyed, returns=str)
        raise Crash

    async def after(run: Run) -> str:
        await run.paid("ask politely", keyed, returns=str)
        return str(await run.step("use", diary.doing("use"), returns=str))

    with pytest.raises(Crash):
        drive(project, before)
    assert drive(project, after) == "done"
    assert len(set(keys)) == 2
    assert (diary.lines, events(project, "run.restarted")) == (["use"], 1)


def test_code_that_never_matches_itself_gives_up_with_a_named_error(project: OpenProject) -> None:
    async def work(run: Run) -> str:
        return str(await run.step("count", Diary().doing("count", "not a number"), returns=int))

    with pytest.raises(JournalMismatch, match="count"):
        drive(project, work, int)


def test_branches_run_at_the_same_time_and_replay_in_any_order(project: OpenProject) -> None:
    diary, runs = Diary(), []

    async def work(run: Run) -> list[str]:
        runs.append(run)
        both = asyncio.Barrier(2)

        async def half(name: str) -> str:
            branch = run.branch(name)
            if len(runs) == 1:
                await both.wait()  # passed only when the other branch is here too
            first = await branch.step("first", diary.doing(f"{name} 1", f"{name}1"), returns=str)
            return str(first + await branch.paid("second", diary.doing(f"{name} 2", "2"), returns=str))

        names = ["left", "right"] if len(runs) == 1 else ["right", "left"]
        found = await asyncio.wait_for(asyncio.gather(*map(half, names)), 10)
        if len(runs) == 1:
            raise Crash
        return found

    with pytest.raises(Crash):
        drive(project, work)
    assert drive(project, work, list[str]) == ["right12", "left12"]
    assert sorted(diary.lines) == ["left 1", "left 2", "right 1", "right 2"]


def test_a_replay_writes_nothing_but_the_take_over(project: OpenProject) -> None:
    async def work(run: Run) -> str:
        for number in range(20):
            await run.paid(f"step {number}", Diary().doing("it"), returns=str)
        raise Crash

    with pytest.raises(Crash):
        drive(project, work)
    before = project.story.last()
    with pytest.raises(Crash):
        drive(project, work)
    assert [event.kind for event in project.story.since(before)] == ["run.taken"]
