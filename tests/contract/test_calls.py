"""The contract of the port Calls, and what the log of calls adds up."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from orkestra.agents.calls import SUPERSEDED, CallLedger
from orkestra.core import OpenProject
from orkestra.domain.agents import CallRecord, Usage
from orkestra.domain.ports import Calls
from orkestra.engine.engine import Engine
from orkestra.engine.run import Run
from tests.fixtures.processes import hear, python
from tests.fixtures.scripted import made_project

CALL = CallRecord(
    key="call_1",
    turn=1,
    agent="claude",
    backend="api",
    model="claude-sonnet-5-5",
    purpose="ballot",
    subject="which database",
    usage=Usage(input_tokens=120, output_tokens=30, cost_usd=0.25),
    seconds=1.5,
    reply='{"parts": []}',
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[OpenProject]:
    with made_project(tmp_path / "house") as opened:
        yield opened


@pytest.fixture
def ledger(project: OpenProject) -> CallLedger:
    return CallLedger(project)


@pytest.fixture
def calls(ledger: CallLedger) -> Calls:
    return ledger


def test_what_was_never_asked_is_not_recalled(calls: Calls) -> None:
    assert calls.recall("call_1", 1) is None


def test_a_kept_reply_is_recalled_word_for_word(calls: Calls) -> None:
    reply = '{"text": "naïve \\u0000 \N{SNOWMAN}\\n"}'
    calls.keep(replace(CALL, reply=reply))
    assert calls.recall("call_1", 1) == reply


def test_each_turn_of_each_step_is_a_request_of_its_own(calls: Calls) -> None:
    calls.keep(CALL)
    assert (calls.recall("call_1", 2), calls.recall("call_2", 1)) == (None, None)
    calls.keep(replace(CALL, turn=2, reply="second"))
    assert calls.recall("call_1", 2) == "second"


def test_a_request_that_failed_is_not_recalled_and_may_be_tried_again(calls: Calls) -> None:
    failed = replace(CALL, reply="", error="RateLimited: wait", usage=Usage(cost_usd=0.0))
    calls.keep(failed)
    calls.keep(failed)
    assert calls.recall("call_1", 1) is None
    calls.keep(CALL)
    assert calls.recall("call_1", 1) == CALL.reply


def test_the_first_reply_to_a_request_stays_and_a_second_is_paid_but_never_recalled(ledger: CallLedger) -> None:
    ledger.keep(CALL)
    ledger.keep(replace(CALL, reply="another mind"))
    assert ledger.recall("call_1", 1) == CALL.reply
    assert ledger.total().cost_usd == 0.5
    assert [row["error"] for row in ledger.last()] == [SUPERSEDED, ""]


def test_a_reply_is_there_after_its_writer_was_killed(project: OpenProject) -> None:
    writer = """
        import sys, time
        from orkestra.agents.calls import CallLedger
        from orkestra.core import open_project
        from orkestra.domain.agents import CallRecord
        record = CallRecord(key="k", turn=1, agent="a", backend="api", model="m", purpose="p", subject="s", reply="{}")
        CallLedger(open_project(sys.argv[1])).keep(record)
        print("kept", flush=True)
        time.sleep(60)
    """
    with python(writer, project.root) as child:
        assert hear(child) == "kept"
        child.kill()
    assert CallLedger(project).recall("k", 1) == "{}"


def test_totals_add_up_what_is_known_and_count_what_is_not(ledger: CallLedger) -> None:
    ledger.keep(CALL)
    ledger.keep(replace(CALL, key="call_2", agent="local", usage=Usage(input_tokens=10, output_tokens=5)))
    ledger.keep(replace(CALL, key="call_2", turn=2, reply="", error="AuthError: no", usage=Usage(cost_usd=0.0)))
    found = ledger.total()
    assert (found.requests, found.failed, found.unpriced) == (3, 1, 1)
    assert (found.input_tokens, found.output_tokens, found.cost_usd) == (130, 35, 0.25)
    assert found.seconds == 4.5
    assert found.cost_text == "$0.2500 and 1 request of unknown price"


def test_a_price_nobody_knows_is_not_called_free(ledger: CallLedger) -> None:
    ledger.keep(replace(CALL, usage=Usage(input_tokens=10, output_tokens=5)))
    assert ledger.total().cost_text == "cost unknown"


def test_without_calls_all_totals_are_zero(ledger: CallLedger) -> None:
    assert ledger.total().requests == ledger.total(run_id="nobody").requests == 0
    assert ledger.total().cost_text == "$0.0000"
    assert ledger.by_agent() == {}


def test_totals_of_a_run_are_those_of_its_steps_the_fallbacks_requests_included(
    project: OpenProject, ledger: CallLedger
) -> None:
    async def asks(run: Run) -> str:
        async def work(*, key: str) -> str:
            ledger.keep(replace(CALL, key=key, reply="", error="RateLimited: wait", usage=Usage(cost_usd=0.0)))
            ledger.keep(replace(CALL, key=f"{key}+grok", agent="grok"))
            return "done"

        return await run.paid("ask", work, returns=str)

    asyncio.run(Engine(project).run("run_1", asks, kind="test", subject="it", returns=str))
    ledger.keep(replace(CALL, key="somebody_elses"))
    found = ledger.total(run_id="run_1")
    assert (found.requests, found.failed, found.cost_usd) == (2, 1, 0.25)


def test_totals_of_an_agent_and_of_a_subject(ledger: CallLedger) -> None:
    ledger.keep(CALL)
    ledger.keep(replace(CALL, key="call_2", agent="grok", subject="the parser"))
    assert {name: total.requests for name, total in ledger.by_agent().items()} == {"claude": 1, "grok": 1}
    assert ledger.total(subject="the parser").requests == 1


def test_the_newest_calls_come_first_with_their_moment_and_without_their_replies(
    project: OpenProject, ledger: CallLedger
) -> None:
    ledger.keep(CALL)
    ledger.keep(replace(CALL, turn=2, agent="grok"))
    newest, oldest = ledger.last()
    assert (newest["turn"], oldest["turn"]) == (2, 1)
    assert newest["at"]
    assert "reply" not in newest
    assert [row["turn"] for row in ledger.last(1)] == [2]
    assert [row["turn"] for row in ledger.last(agent="claude")] == [1]
