"""An API coder's turns, with a mind of a few lines in place of a service: what it does and what it is told."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, FunctionModel

from orkestra.adapters.models.coder import MOST_REQUESTS, ApiCoder
from orkestra.adapters.models.conversing import MOST_CALLS, MOST_MISHAPS, MOST_REMEMBERED
from orkestra.adapters.models.toolwork import MOST_TOLD
from orkestra.adapters.workspaces.confined import ConfinedWorkspace
from orkestra.agents.tools import toolbox
from orkestra.domain.agents import CoderEvent, Prompt, Tool
from orkestra.domain.errors import BadResponse, ProviderError, ProviderTimeout
from orkestra.domain.ports import Workspace
from tests.fixtures.workbench import made_workspace

TASK = Prompt(text="Let one() return 2.", purpose="executor", subject="one", agent="claude")
FILES: dict[str, str | bytes] = {"one.py": "def one():\n    return 1\n"}
EDIT = ToolCallPart("edit", {"path": "one.py", "old": "return 1", "new": "return 2"})
LOOK = ToolCallPart("read", {"path": "one.py"})

Mind = Callable[[list[ModelMessage], int], ModelResponse]


def in_turn(*replies: ModelResponse) -> Mind:
    return lambda _, turn: replies[min(turn, len(replies)) - 1]


def does(*calls: ToolCallPart, finish_reason: str = "tool_call") -> ModelResponse:
    return ModelResponse(parts=list(calls), finish_reason=finish_reason)  # type: ignore[arg-type]


def says(text: str) -> ModelResponse:
    return ModelResponse(parts=[TextPart(text)], finish_reason="stop")


class Bench:
    """A coder on a workspace, and what its mind has heard."""

    def __init__(self, root: Path, checks: Callable[[str], str] | None = None) -> None:
        self.workspace: ConfinedWorkspace = made_workspace(root, FILES, checks)
        self.heard: list[list[ModelMessage]] = []
        self.keys: list[str] = []

    def work(
        self, mind: Mind, tools: Callable[[Workspace], Sequence[Tool]] = toolbox, deadline: float = 60
    ) -> list[CoderEvent]:
        def answer(messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
            self.heard.append(list(messages))
            return mind(messages, len(self.heard))

        @asynccontextmanager
        async def speaking(_: Prompt, key: str) -> AsyncIterator[Model]:
            self.keys.append(key)
            yield FunctionModel(answer)

        hands = ApiCoder(name="claude", speaking=speaking, toolbox=tools, instructions=lambda _: "Use the tools.")

        async def collected() -> list[CoderEvent]:
            run = hands.run(TASK, self.workspace, deadline=deadline, key="step_1")
            return [event async for event in run]

        return asyncio.run(collected())

    def results(self, turn: int) -> list[str]:
        """What the tools said before a turn."""
        return told(self.heard[turn - 1][-1:])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "root", checks=lambda name: f"{name}: passed")


def test_the_story_is_told_in_events_and_the_last_is_the_result(bench: Bench) -> None:
    check = ToolCallPart("check", {"name": "tests"})
    events = bench.work(in_turn(does(LOOK), does(EDIT, check), says("one() returns 2.")))

    assert [(event.kind, event.path or event.text) for event in events] == [
        ("usage", ""),
        ("tool", "read one.py"),
        ("usage", ""),
        ("tool", "edit one.py"),
        ("edit", "one.py"),
        ("tool", "check tests"),
        ("usage", ""),
        ("result", "one() returns 2."),
    ]
    usages = [event.usage.input_tokens for event in events if event.usage]
    assert sum(usages[:-1]) == usages[-1] > 0
    assert bench.keys == ["step_1"]
    assert bench.workspace.read("one.py") == "def one():\n    return 2\n"
    assert "def one()" in bench.results(2)[0]


def test_it_is_told_the_instructions_and_the_task(bench: Bench) -> None:
    bench.work(in_turn(says("nothing to do")))

    [request] = bench.heard[0]
    assert isinstance(request, ModelRequest)
    assert request.instructions == "Use the tools."
    assert [part.content for part in request.parts] == [TASK.text]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (ToolCallPart("shell", {"command": "ls"}), "there is no tool 'shell': use list, read"),
        (ToolCallPart("write", '{"path": "one.py", "te'), "the JSON of the arguments can't be read"),
        (ToolCallPart("write", "[1]"), "can't be read"),
        (ToolCallPart("write", {"path": "one.py"}), "the arguments can't be read"),
        (ToolCallPart("read", {"path": ["one.py"]}), "the arguments can't be read"),
    ],
)
def test_a_call_that_no_tool_can_take_is_told_and_nothing_is_done(bench: Bench, call: ToolCallPart, why: str) -> None:
    events = bench.work(in_turn(does(call), says("then not")))

    assert why in bench.results(2)[0]
    assert not [event for event in events if event.kind == "edit"]
    assert bench.workspace.read("one.py") == FILES["one.py"]


def test_what_a_tool_says_is_bounded_and_valid_text(bench: Bench) -> None:
    def talkative(workspace: Workspace) -> Sequence[Tool]:
        [read] = [tool for tool in toolbox(workspace) if tool.name == "read"]
        return (Tool(name="read", description="", form=read.form, call=lambda _: "\ud800" + "x" * 99_999),)

    bench.work(in_turn(does(LOOK), says("done")), tools=talkative)

    assert bench.results(2)[0] == f"?{'x' * (MOST_TOLD - 1)} [cut: 60,000 characters]"


def test_an_answer_that_was_cut_at_its_limit_of_tokens_does_nothing(bench: Bench) -> None:
    bench.work(in_turn(does(EDIT, finish_reason="length"), says("then not")))

    assert "was cut: nothing of it was done" in bench.results(2)[0]
    assert bench.workspace.read("one.py") == FILES["one.py"]


def test_a_summary_that_was_cut_is_no_summary(bench: Bench) -> None:
    half = ModelResponse(parts=[TextPart("I have")], finish_reason="length")
    events = bench.work(in_turn(half, says("I have done it.")))

    assert events[-1].text == "I have done it."


def test_one_answer_does_only_so_many_calls(bench: Bench) -> None:
    bench.work(in_turn(does(*[LOOK] * (MOST_CALLS + 1)), says("done")))

    results = bench.results(2)
    assert "not done: one answer may make" in results[-1]
    assert not any("not done" in result for result in results[:-1])


@pytest.mark.parametrize("reply", [does(ToolCallPart("shell", {})), says(""), does(EDIT, finish_reason="length")])
def test_a_service_that_never_gets_it_right_is_given_up(bench: Bench, reply: ModelResponse) -> None:
    with pytest.raises(BadResponse, match="no usable tool call: give the task to another agent"):
        bench.work(in_turn(reply))
    assert len(bench.heard) == MOST_MISHAPS


def test_a_service_that_goes_round_in_circles_is_given_up(bench: Bench) -> None:
    with pytest.raises(ProviderError, match="claude was not done after 60 requests: split the task"):
        bench.work(in_turn(does(LOOK)))
    assert len(bench.heard) == MOST_REQUESTS


def test_at_the_deadline_no_further_call_is_done(bench: Bench) -> None:
    def late(_: list[ModelMessage], turn: int) -> ModelResponse:
        del turn
        time.sleep(0.3)
        return does(EDIT)

    with pytest.raises(ProviderTimeout, match="still working at its deadline"):
        bench.work(late, deadline=0.1)
    assert bench.workspace.read("one.py") == FILES["one.py"]


def test_the_oldest_results_are_left_out_when_all_are_too_long(bench: Bench) -> None:
    bench.workspace.write("long.txt", "a line of some length\n" * 1_000)
    bench.work(in_turn(*[does(ToolCallPart("read", {"path": "long.txt"}))] * 30, says("done")))

    sizes = [sum(map(len, told(messages))) for messages in bench.heard]
    assert max(sizes) <= MOST_REMEMBERED
    assert "left out, for it was long ago" in told(bench.heard[-1])[0]
    assert "a line of some length" in told(bench.heard[-1])[-1]
    assert sum(size < before for before, size in pairwise(sizes)) == 1


def told(messages: list[ModelMessage]) -> list[str]:
    """All results of tools that a request holds."""
    return [str(part.content) for each in messages for part in each.parts if isinstance(part, ToolReturnPart)]
