"""Every API, spoken by its maker's own library over real HTTP: what comes back, and what goes wrong."""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic_ai import Agent as LibraryAgent

from orkestra.agents.calls import CallLedger
from orkestra.core import OpenProject
from orkestra.domain.agents import Answer, Usage
from orkestra.domain.patience import Patience
from orkestra.domain.ports import Calls
from orkestra.errors import (
    AuthError,
    BadResponse,
    ContextOverflow,
    OrkestraError,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    WrongForm,
)
from tests.fixtures.scripted import made_project
from tests.wire.script import Rule, always, answers, calls, fault, in_turn, says
from tests.wire.server import closed_port
from tests.wire.serving import CHOSEN, serving
from tests.wire.speaking import APIS, CANARY, GOOD, SWIFT, Ballot, mind, question, speaker

every_api = pytest.mark.parametrize("api", APIS)
# Google ends such an answer with STOP; aimock's own word for it makes Google's library warn
pytestmark = pytest.mark.filterwarnings("ignore:FUNCTION_CALL is not a valid FinishReason")
own_server = pytest.mark.skipif(CHOSEN != "own", reason="this server can't say that")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[OpenProject]:
    with made_project(tmp_path / "house") as opened:
        yield opened


@pytest.fixture
def ledger(project: OpenProject) -> CallLedger:
    return CallLedger(project)


def ask(api: str, url: str, **more: object) -> Answer[Ballot]:
    return asyncio.run(mind(api, url, **more).ask(question(), Ballot, key="call_1"))  # type: ignore[arg-type]


@every_api
def test_a_vote_comes_back_in_its_form_and_is_kept_under_its_key(api: str, ledger: CallLedger) -> None:
    with serving(always(answers(GOOD))) as wire:
        answer = ask(api, wire.url, calls=ledger)
        assert wire.keys == ["call_1:1"]
    assert (answer.value, answer.backend) == (Ballot("sqlite", "one file"), "api")
    assert answer.model == APIS[api].config(wire.url).model
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (120, 30)
    [row] = ledger.last()
    assert (row["agent"], row["purpose"], row["error"]) == (APIS[api].service, "ballot", "")
    assert (row["input_tokens"], row["output_tokens"]) == (120, 30)


@every_api
def test_an_answer_that_was_kept_is_not_asked_for_again(api: str, ledger: CallLedger) -> None:
    with serving(always(answers(GOOD))) as wire:
        first = ask(api, wire.url, calls=ledger)
    again = ask(api, f"http://127.0.0.1:{closed_port()}", calls=ledger)
    assert again == first
    assert ledger.total().requests == 1


async def converse(api: str, url: str, ledger: Calls) -> tuple[str, Usage]:
    """Two turns with a tool between them."""

    def look(path: str) -> str:
        return f"{path} holds 42"

    async with speaker(api, url, calls=ledger).speaking(question(), "call_1") as model:
        result = await LibraryAgent(tools=[look]).run("What is in the file?", model=model)
        return result.output, model.spent.total()


@every_api
def test_a_tool_is_called_and_the_conversation_goes_on_from_what_is_kept(api: str, ledger: CallLedger) -> None:
    script = [Rule(after_tool=False, reply=calls("look", path="a.txt")), Rule(after_tool=True, reply=says("It is 42."))]
    with serving(script) as wire:
        first = asyncio.run(converse(api, wire.url, ledger))
        assert wire.keys == ["call_1:1", "call_1:2"]
    assert first[0] == "It is 42."
    assert asyncio.run(converse(api, f"http://127.0.0.1:{closed_port()}", ledger)) == first


@every_api
def test_answers_are_streamed_and_arrive_whole(api: str) -> None:
    long = "a reason that takes many chunks, naïve \N{SNOWMAN}; " * 40
    with serving(always(answers({"choice": "sqlite", "reasoning": long}))) as wire:
        assert ask(api, wire.url).value.reasoning == long
        assert re.search(r'"stream": ?true|:streamGenerateContent', wire.written)


@every_api
def test_who_asks_to_wait_says_how_long(api: str) -> None:
    with serving(always(fault("rate_limit", retry_after=7))) as wire:
        with pytest.raises(RateLimited, match=APIS[api].service) as refused:
            ask(api, wire.url)
        assert len(wire.keys) == 1
    assert refused.value.retry_after == 7


@every_api
def test_it_is_waited_as_long_as_asked_and_then_asked_again_as_the_same_turn(api: str, ledger: CallLedger) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    patience = Patience(sleep=sleep, chance=lambda: 0.0)
    with serving(in_turn(fault("rate_limit", retry_after=7), fault("server_error"), answers(GOOD))) as wire:
        assert ask(api, wire.url, calls=ledger, patience=patience).value.choice == "sqlite"
        assert wire.keys == ["call_1:1"] * 3
    assert waits == [7, 1]
    assert (ledger.total().requests, ledger.total().failed) == (3, 2)


@every_api
@pytest.mark.parametrize("kind", ["server_error", "unavailable", "overloaded"])
def test_a_service_in_trouble_is_unavailable_and_is_asked_once(api: str, kind: str, ledger: CallLedger) -> None:
    with serving(always(fault(kind))) as wire:
        with pytest.raises(ProviderUnavailable):
            ask(api, wire.url, calls=ledger)
        assert len(wire.keys) == 1, "the SDKs' own retries are off"
    [row] = ledger.last()
    assert row["error"].startswith("ProviderUnavailable: ")
    assert row["cost_usd"] == 0


@every_api
def test_a_refused_key_is_named_by_its_variable(api: str) -> None:
    variable = APIS[api].config("http://x").key_variable
    with serving(always(fault("unauthorized"))) as wire, pytest.raises(AuthError, match=f"check {variable}"):
        ask(api, wire.url)


@every_api
@own_server
def test_a_question_that_is_too_long_is_told_as_such(api: str) -> None:
    with serving(always(fault("context_overflow"))) as wire, pytest.raises(ContextOverflow):
        ask(api, wire.url)


@every_api
@own_server
def test_a_refusal_for_reasons_of_content_is_told_as_such(api: str) -> None:
    with serving(always(fault("filtered"))) as wire, pytest.raises(ProviderError, match="reasons of content"):
        ask(api, wire.url)


@every_api
def test_a_cut_stream_is_no_answer_and_its_price_is_unknown(api: str, ledger: CallLedger) -> None:
    with serving(always(fault("cut", after=2))) as wire, pytest.raises(ProviderUnavailable):
        ask(api, wire.url, calls=ledger)
    assert ledger.recall("call_1", 1) is None
    assert (ledger.total().failed, ledger.total().unpriced) == (1, 1)


@every_api
def test_malformed_arguments_may_be_repaired_once(api: str) -> None:
    with serving(in_turn(answers('{"choice": '), answers(GOOD))) as wire:
        assert ask(api, wire.url).value.choice == "sqlite"
        assert wire.keys == ["call_1:1", "call_1:2"]


@every_api
def test_arguments_malformed_twice_are_a_bad_response(api: str) -> None:
    with serving(always(answers('{"choice": '))) as wire:
        with pytest.raises(BadResponse):
            ask(api, wire.url)
        assert len(wire.keys) == 2


@every_api
def test_an_answer_of_another_form_is_repaired_once_and_both_requests_are_counted(api: str) -> None:
    with serving(in_turn(answers({"choice": 5}), answers(GOOD))) as wire:
        answer = ask(api, wire.url)
        assert "Expected `str`, got `int` - at `$.choice`" in wire.written
    assert (answer.value.choice, answer.usage.input_tokens) == ("sqlite", 240)


@every_api
def test_prose_is_no_vote(api: str) -> None:
    with serving(always(says("I would take sqlite."))) as wire, pytest.raises(WrongForm):
        ask(api, wire.url)


@every_api
def test_nobody_at_home_is_unavailable_and_has_cost_nothing(api: str, ledger: CallLedger) -> None:
    with pytest.raises(ProviderUnavailable):
        ask(api, f"http://127.0.0.1:{closed_port()}", calls=ledger)
    assert ledger.last()[0]["cost_usd"] == 0


@every_api
@pytest.mark.parametrize("after", [0, 2])
def test_silence_ends_at_its_deadline(api: str, after: int) -> None:
    with serving(always(fault("silence", after=after))) as wire:
        began = time.monotonic()
        with pytest.raises(ProviderTimeout):
            ask(api, wire.url, deadlines=SWIFT)
        assert time.monotonic() - began < 8


@every_api
@own_server
def test_an_answer_that_takes_too_long_altogether_ends_at_its_deadline(api: str) -> None:
    brief = replace(SWIFT, silence=20, total=0.4)
    with serving(always(answers(GOOD, pause=5))) as wire, pytest.raises(ProviderTimeout, match=r"longer than 0\.4 s"):
        ask(api, wire.url, deadlines=brief)


@every_api
@own_server
def test_rubbish_is_a_bad_response(api: str) -> None:
    with serving(always(fault("garbage"))) as wire, pytest.raises(BadResponse) as refused:
        ask(api, wire.url)
    assert not isinstance(refused.value, WrongForm), "it may be a proxy's, and nothing to hold against the model"


@every_api
@own_server
def test_a_conversation_that_is_cancelled_leaves_a_failed_request(api: str, ledger: CallLedger) -> None:
    async def impatient(url: str) -> None:
        async with asyncio.timeout(0.3):
            await mind(api, url, calls=ledger).ask(question(), Ballot, key="call_1")

    with serving(always(answers(GOOD, pause=5))) as wire, pytest.raises(TimeoutError):
        asyncio.run(impatient(wire.url))
    assert ledger.last()[0]["error"].startswith("CancelledError")


@every_api
@pytest.mark.parametrize("kind", ["", "unauthorized", "cut", "server_error"])
def test_the_key_goes_out_as_a_credential_and_is_nowhere_else(
    api: str, kind: str, project: OpenProject, ledger: CallLedger
) -> None:
    echoed = answers({"choice": "sqlite", "reasoning": f"your key is {CANARY}"}) if not kind else fault(kind, after=2)
    told = ""
    with serving(always(echoed)) as wire:
        try:
            asked = mind(api, wire.url, calls=ledger).ask(question(f"Is {CANARY} a key?"), Ballot, key="call_1")
            told = asyncio.run(asked).value.reasoning
        except OrkestraError as error:
            told = f"{error}{error.__context__!r}{error.__cause__!r}"
        assert CANARY not in wire.written
    assert CANARY not in told
    assert CANARY not in repr(APIS[api].config(wire.url))
    stored = [path for path in project.root.rglob("*") if path.is_file()]
    assert [path.name for path in stored if CANARY.encode() in path.read_bytes()] == []
