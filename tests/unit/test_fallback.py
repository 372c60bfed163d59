"""Asking again, and asking somebody else."""

import asyncio
from dataclasses import dataclass, field

import pytest

from orkestra.agents import Crew, FallbackAgent
from orkestra.agents.agent import CrewMember
from orkestra.domain.agents import Answer, Prompt
from orkestra.domain.crew import Backend
from orkestra.domain.patience import Patience
from orkestra.errors import (
    AgentError,
    AgentUnavailable,
    AuthError,
    BadResponse,
    ContextOverflow,
    OrkestraError,
    ProviderTimeout,
    RateLimited,
)

PROMPT = Prompt(text="which?", purpose="ballot", subject="the database", agent="claude")


@dataclass
class Mind:
    """Fails in these ways, then answers."""

    failures: list[OrkestraError] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def ask(self, prompt: Prompt, schema: type, *, key: str) -> Answer:  # noqa: ARG002 - as the port has it
        self.keys.append(key)
        if self.failures:
            raise self.failures.pop(0)
        return Answer(value=schema(), backend="api")


def agent(name: str, mind: Mind) -> CrewMember:
    return CrewMember(name, [Backend(agent=name, kind="api", model=mind, name=f"{name}-1", provider=f"{name} inc")])


def ask(chain: FallbackAgent) -> Answer[str]:
    return asyncio.run(chain.ask(PROMPT, str, key="call_1"))


@pytest.mark.parametrize("error", [RateLimited, ProviderTimeout, BadResponse, ContextOverflow, AuthError])
def test_whatever_goes_wrong_with_a_service_the_next_is_asked(error: type[OrkestraError]) -> None:
    first, second = Mind([error("no")]), Mind()
    assert ask(FallbackAgent([agent("claude", first), agent("grok", second)])).backend == "api"
    assert (first.keys, second.keys) == (["call_1"], ["call_1+grok"])


def test_the_first_that_can_answers_alone() -> None:
    first, second = Mind(), Mind()
    ask(FallbackAgent([agent("claude", first), agent("grok", second)]))
    assert second.keys == []


def test_when_nobody_can_all_are_named_with_their_reasons() -> None:
    chain = FallbackAgent([agent("claude", Mind([AuthError("bad key")])), agent("grok", Mind([BadResponse("prose")]))])
    with pytest.raises(AgentError, match="claude: bad key; grok: prose"):
        ask(chain)


def test_a_mistake_in_the_code_is_nobodys_turn() -> None:
    chain = FallbackAgent([agent("claude", Mind([OrkestraError("a mistake")])), agent("grok", Mind())])
    with pytest.raises(OrkestraError, match="a mistake"):
        ask(chain)


def test_a_chain_has_the_name_of_its_first_and_a_chain_of_nobody_is_refused() -> None:
    chain = FallbackAgent([agent("claude", Mind()), agent("grok", Mind())])
    assert chain.get_info() == {"name": "claude", "model": "claude-1", "provider": "claude inc"}
    assert FallbackAgent([agent("claude", Mind())], name="architects").name == "architects"
    with pytest.raises(AgentUnavailable, match="at least one"):
        FallbackAgent([])


def test_an_agent_that_is_not_there_is_left_out_of_the_chain() -> None:
    second = Mind()
    assert ask(FallbackAgent([CrewMember("claude", []), agent("grok", second)])).backend == "api"
    assert second.keys == ["call_1"]


def persisted(failures: list[OrkestraError], chance: float = 1.0) -> tuple[list[float], OrkestraError | None]:
    """The waits between the tries, and the error that was given up with."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def work() -> None:
        if failures:
            raise failures.pop(0)

    async def run() -> OrkestraError | None:
        try:
            await Patience(sleep=sleep, chance=lambda: chance).persist(work)
        except OrkestraError as error:
            return error
        return None

    return waits, asyncio.run(run())


def test_waits_double_and_end_after_four_tries() -> None:
    waits, error = persisted([ProviderTimeout(str(number)) for number in range(9)])
    assert waits == [1, 2, 4]
    assert str(error) == "3"


def test_jitter_takes_up_to_half_of_a_wait() -> None:
    assert persisted([ProviderTimeout("") for _ in range(2)], chance=0.0) == ([0.5, 1.0], None)


def test_what_a_service_asks_for_is_obeyed_unless_it_is_too_long() -> None:
    assert persisted([RateLimited("", retry_after=20.5)]) == ([20.5], None)
    waits, error = persisted([RateLimited("come back tomorrow", retry_after=86_400)])
    assert (waits, str(error)) == ([], "come back tomorrow")


@pytest.mark.parametrize("error", [AuthError, BadResponse, ContextOverflow, OrkestraError])
def test_what_would_only_fail_again_is_not_tried_again(error: type[OrkestraError]) -> None:
    waits, given_up = persisted([error("no")])
    assert (waits, str(given_up)) == ([], "no")


def test_a_crew_falls_back_for_its_roles_to_at_most_two_others() -> None:
    minds = {name: Mind([AuthError(f"{name} has no key")]) for name in ("claude", "grok", "glm", "gemini")}
    crew = Crew.of(Backend(agent=name, kind="api", model=mind) for name, mind in minds.items())
    role = crew.thinker(["glm", "codex"])

    with pytest.raises(AgentError, match=r"glm has no key.*claude has no key.*grok has no key"):
        asyncio.run(role.ask(PROMPT, str, key="call_1"))
    assert asyncio.run(role.ask(PROMPT, str, key="call_2")).backend == "api"

    assert role.name == "glm"
    assert minds["gemini"].keys == []
