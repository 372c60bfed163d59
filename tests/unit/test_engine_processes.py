"""What one process sees of a run that another one drives."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from orkestra.adapters.locks.files import FileLocks
from orkestra.core import OpenProject, open_project
from orkestra.domain.runs import RunStatus, StepRecord
from orkestra.engine.engine import Engine
from orkestra.engine.run import Run
from orkestra.errors import LeaseHeld, LeaseLost
from tests.fixtures.processes import hear, outcome, python, tell

WORKER = """
    import asyncio, sys
    from orkestra.core import open_project
    from orkestra.engine.engine import Engine
    from orkestra.errors import LeaseLost

    async def call(*, key):
        print(key, flush=True)
        sys.stdin.readline()
        return "answer"

    async def work(run):
        return await run.paid("ask", call, returns=str)

    with open_project(sys.argv[1]) as project:
        run = Engine(project).run("run", work, kind="test", subject="it", returns=str)
        try:
            print(asyncio.run(run), flush=True)
        except LeaseLost:
            print("LeaseLost", flush=True)
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[OpenProject]:
    with open_project(tmp_path) as opened:
        yield opened


async def ask(run: Run) -> str:
    async def call(*, key: str) -> str:
        return f"again with {key}"

    return await run.paid("ask", call, returns=str)


def drive(project: OpenProject) -> str:
    return asyncio.run(Engine(project).run("run", ask, kind="test", subject="it", returns=str))


def steps(project: OpenProject) -> list[tuple[str, int, str]]:
    rows = project.store.rows("SELECT state, tries, key FROM steps")
    return [(row["state"], row["tries"], row["key"]) for row in rows]


def test_the_intent_of_a_paid_call_is_seen_from_outside_while_it_runs(project: OpenProject) -> None:
    with python(WORKER, project.root) as worker:
        key = hear(worker)
        assert steps(project) == [("intent", 1, key)]
        tell(worker, "go on")
        assert hear(worker) == "answer"
    assert steps(project) == [("value", 1, key)]


def test_a_run_that_another_live_process_drives_is_refused(project: OpenProject) -> None:
    with python(WORKER, project.root) as worker:
        hear(worker)
        with pytest.raises(LeaseHeld, match="run-run is held"):
            drive(project)
        tell(worker, "go on")
        assert outcome(worker) == "answer\n"
    assert drive(project) == "answer"


def test_the_call_in_flight_of_a_killed_process_is_repeated_with_the_same_key(project: OpenProject) -> None:
    with python(WORKER, project.root) as worker:
        key = hear(worker)
        worker.kill()  # -9
        worker.wait()
    assert drive(project) == f"again with {key}"
    assert steps(project) == [("value", 2, key)]


def test_a_worker_that_was_taken_over_from_another_machine_can_record_nothing_more(project: OpenProject) -> None:
    elsewhere = replace(project, locks=FileLocks(project.root / "elsewhere"))
    with python(WORKER, project.root) as frozen:
        key = hear(frozen)
        assert drive(elsewhere) == f"again with {key}"
        tell(frozen, "wake up")
        assert hear(frozen) == "LeaseLost"
    assert steps(project) == [("value", 2, key)]
    assert drive(project) == f"again with {key}"


def test_a_lease_that_was_lost_records_neither_steps_nor_the_end(project: OpenProject) -> None:
    journal = Engine(project).journal
    journal.open("run", kind="test", subject="it")
    old, new = journal.take("run"), journal.take("run")
    assert new.epoch > old.epoch
    for late in (
        lambda: journal.finish(old, RunStatus.DONE, value="late"),
        lambda: journal.restart(old),
        lambda: asyncio.run(ask(Run(journal, Engine(project).waits, old))),
    ):
        with pytest.raises(LeaseLost, match=f"was taken over .this was epoch {old.epoch}"):
            late()
    assert steps(project) == []
    journal.finish(new, RunStatus.DONE, value="in time")
    with pytest.raises(LeaseLost, match="nothing to take over"):
        journal.take("run")
    assert drive(project) == "in time"


def test_even_the_holder_of_the_lease_cannot_record_an_outcome_twice(project: OpenProject) -> None:
    journal = Engine(project).journal
    journal.open("run", kind="test", subject="it")
    lease = journal.take("run")
    step = StepRecord(path="0000", name="ask", state="value", value="first", key="key")
    journal.write(lease, step)
    with pytest.raises(LeaseLost):
        journal.write(lease, replace(step, value="second"))
    assert journal.steps(lease) == {"0000": step}
