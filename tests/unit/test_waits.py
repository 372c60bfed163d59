"""Questions to a person, answered from anywhere."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from orkestra.core import OpenProject, open_project
from orkestra.domain.ports import Person
from orkestra.domain.runs import HumanWait, Question
from orkestra.engine.engine import Engine
from orkestra.engine.run import Run
from orkestra.engine.waits import Waits
from orkestra.errors import InvalidInputError
from orkestra.testing import ManualClock
from tests.fixtures.processes import outcome, python
from tests.fixtures.runs import Crash

APPROVAL = Question(text="Shall it be built?", options=("yes", "no"), default="no")
ANSWER = """
    import sys
    from orkestra.core import open_project
    from orkestra.engine.waits import Waits

    with open_project(sys.argv[1]) as project:
        waits = Waits(project)
        [wait] = waits.open()
        waits.answer(wait.wait_id, sys.argv[2], by="somebody else")
        print(wait.text)
"""


class Scripted:
    """A person who gives these answers, one after the other, and then thinks for ever."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def answer(self, text: str, options: Sequence[str], default: str) -> str:  # noqa: ARG002 - the port
        return self.answers.pop(0) if self.answers else await asyncio.Future()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def project(tmp_path: Path, clock: ManualClock) -> Iterator[OpenProject]:
    with open_project(tmp_path, clock=clock) as opened:
        yield opened


async def asking(project: OpenProject, question: Question, person: Person | None = None) -> str:
    async def work(run: Run) -> str:
        return await run.ask("approval", question)

    return await Engine(project, person).run("run", work, kind="test", subject="it", returns=str)


async def opened(project: OpenProject) -> HumanWait:
    """The one open question, as soon as there is one."""
    waits = Waits(project)
    while not waits.open():  # noqa: ASYNC110 - it is another process's word, as often as not
        await asyncio.sleep(0.01)
    [wait] = waits.open()
    return wait


def ended(project: OpenProject) -> list[dict]:
    return [dict(row) for row in project.store.rows("SELECT answer, answered_by FROM waits")]


def test_an_answer_comes_from_another_process(project: OpenProject) -> None:
    async def both() -> str:
        run = asyncio.create_task(asking(project, APPROVAL))
        await opened(project)
        with python(ANSWER, project.root, "yes") as other:
            assert await asyncio.to_thread(outcome, other) == "Shall it be built?\n"
        return await asyncio.wait_for(run, 10)

    assert asyncio.run(both()) == "yes"
    assert ended(project) == [{"answer": "yes", "answered_by": "somebody else"}]
    assert Waits(project).open() == []


def test_an_answer_given_while_nobody_was_running_is_found(project: OpenProject) -> None:
    async def killed() -> None:
        run = asyncio.create_task(asking(project, APPROVAL))
        await opened(project)
        run.cancel()

    asyncio.run(killed())
    [wait] = Waits(project).open()
    Waits(project).answer(wait.wait_id, "no", by="user")
    assert asyncio.run(asking(project, APPROVAL)) == "no"


def test_a_person_at_this_process_answers_and_is_asked_again_for_what_is_no_option(project: OpenProject) -> None:
    assert asyncio.run(asking(project, APPROVAL, Scripted("perhaps", "yes"))) == "yes"
    assert ended(project) == [{"answer": "yes", "answered_by": "user"}]


def test_an_answer_from_elsewhere_ends_the_question_here(project: OpenProject) -> None:
    async def both() -> str:
        run = asyncio.create_task(asking(project, APPROVAL, Scripted()))
        wait = await opened(project)
        Waits(project).answer(wait.wait_id, "no", by="elsewhere")
        return await asyncio.wait_for(run, 10)

    assert asyncio.run(both()) == "no"


@pytest.mark.parametrize("default", ["no", "whatever was planned"])
def test_an_expired_question_is_answered_by_its_default(project: OpenProject, clock: ManualClock, default: str) -> None:
    question = Question(text="Well?", options=("yes", "no"), default=default, expires_in=3600)

    async def both() -> str:
        run = asyncio.create_task(asking(project, question))
        wait = await opened(project)
        assert wait.expires_at == "2026-01-01T01:00:00.000000Z"
        clock.advance(3599)
        assert await opened(project) == wait
        clock.advance(1)
        return await asyncio.wait_for(run, 10)

    assert asyncio.run(both()) == default
    assert ended(project) == [{"answer": default, "answered_by": "expiry"}]


def test_what_is_no_option_is_refused_with_the_options(project: OpenProject) -> None:
    async def both() -> str:
        run = asyncio.create_task(asking(project, APPROVAL))
        wait = await opened(project)
        with pytest.raises(InvalidInputError, match=r"'maybe' is not an answer to .*; use one of: yes, no"):
            Waits(project).answer(wait.wait_id, "maybe", by="user")
        assert (await opened(project)).answer is None
        Waits(project).answer(wait.wait_id, "yes", by="user")
        with pytest.raises(InvalidInputError, match="is answered already: yes"):
            Waits(project).answer(wait.wait_id, "no", by="user")
        return await asyncio.wait_for(run, 10)

    assert asyncio.run(both()) == "yes"


def test_an_unknown_question_is_named(project: OpenProject) -> None:
    with pytest.raises(InvalidInputError, match="no question wait_ghost"):
        Waits(project).answer("wait_ghost", "yes", by="user")


def test_a_question_without_options_takes_any_answer(project: OpenProject) -> None:
    assert asyncio.run(asking(project, Question(text="What first?"), Scripted("the Dächer"))) == "the Dächer"


def test_the_same_question_again_is_another_one(project: OpenProject) -> None:
    async def work(run: Run) -> list[str]:
        side = run.branch("side")
        return [await each.ask("approval", APPROVAL) for each in (run, run, side)]

    person = Scripted("no", "yes", "no")
    engine = Engine(project, person)
    run = engine.run("run", work, kind="test", subject="it", returns=list[str])
    assert asyncio.run(run) == ["no", "yes", "no"]


def test_an_answer_holds_when_the_run_begins_a_new_attempt(project: OpenProject) -> None:
    async def before(run: Run) -> str:
        await run.ask("approval", APPROVAL)
        raise Crash

    async def after(run: Run) -> str:
        await run.step("prepare", lambda: asyncio.sleep(0, "ready"), returns=str)
        return await run.ask("approval", APPROVAL)

    engine = Engine(project, Scripted("yes"))
    with pytest.raises(Crash):
        asyncio.run(engine.run("run", before, kind="test", subject="it", returns=str))
    assert asyncio.run(engine.run("run", after, kind="test", subject="it", returns=str)) == "yes"
