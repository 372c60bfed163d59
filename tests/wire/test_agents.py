"""The agents of a project, as its owner calls them, over real HTTP."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from orkestra.agents import AgentConfig, AgentManager, ChatGPTAgent, ClaudeAgent, FallbackAgent, GeminiAgent, GrokAgent
from orkestra.agents.response import Saying
from orkestra.errors import AgentUnavailable, AuthError, ProviderUnavailable
from tests.wire.script import Rule, always, answers, fault
from tests.wire.server import WireServer, closed_port
from tests.wire.speaking import APIS, CANARY, question

HELLO = {"text": "hello"}


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[AgentManager, WireServer]]:
    """Claude is in trouble, Grok is well, and there is a local server."""
    script = [Rule(dialect="anthropic", reply=fault("overloaded")), Rule(reply=answers(HELLO))]
    with WireServer(script) as wire:
        for name, value in {
            "CLAUDE_API_KEY": CANARY,
            "CLAUDE_BASE_URL": wire.url,
            "XAI_API_KEY": CANARY,
            "GROK_BASE_URL": wire.v1,
            "LOCAL_BASE_URL": f"http://127.0.0.1:{closed_port()}/v1",
            "LOCAL_MODEL": "llama-4-scout",
        }.items():
            monkeypatch.setenv(name, value)
        with AgentManager(tmp_path) as opened:
            yield opened, wire


def test_an_agent_answers_a_plain_question() -> None:
    with WireServer(always(answers(HELLO))) as wire:
        agent = ClaudeAgent(AgentConfig(name="claude", api_key=CANARY, base_url=wire.url))
        said = asyncio.run(agent.respond("Say hello."))
    assert (said.text, said.agent, said.model) == ("hello", "claude", "claude-sonnet-5-5")
    assert said.usage.input_tokens == 120
    assert said.usage.cost_usd is not None
    assert agent.is_available()
    assert CANARY not in repr(agent)


def test_a_chain_of_agents_answers_where_its_first_can_not() -> None:
    with WireServer([Rule(dialect="responses", reply=fault("unauthorized")), Rule(reply=answers(HELLO))]) as wire:
        chatgpt = ChatGPTAgent(AgentConfig(name="chatgpt", api_key=CANARY, base_url=wire.v1))
        gemini = GeminiAgent(AgentConfig(name="gemini", api_key=CANARY, base_url=wire.url))
        chain = FallbackAgent([chatgpt, gemini])
        said = asyncio.run(chain.ask(question(), Saying, key="call_1"))
        assert [asked.dialect for asked in wire.asked] == ["responses", "gemini"]
    assert said.value.text == "hello"


def test_the_manager_knows_who_is_configured(manager: tuple[AgentManager, WireServer]) -> None:
    agents, _ = manager
    assert agents.get_info() == {
        "claude": {"name": "claude", "model": "claude-sonnet-5-5", "provider": "anthropic"},
        "grok": {"name": "grok", "model": "grok-4.7", "provider": "xai"},
        "local": {"name": "local", "model": "llama-4-scout", "provider": "local"},
    }
    assert isinstance(agents["grok"], GrokAgent)
    assert not agents["chatgpt"].is_available()
    with pytest.raises(AgentUnavailable, match="no agent is called 'hal'; known: claude, chatgpt"):
        agents["hal"]
    with pytest.raises(AgentUnavailable, match="chatgpt is not configured: set CHATGPT_API_KEY"):
        asyncio.run(agents["chatgpt"].respond("Hello?"))


def test_what_is_asked_through_the_manager_is_counted_and_the_same_key_is_paid_once(
    manager: tuple[AgentManager, WireServer],
) -> None:
    agents, wire = manager
    for _ in range(2):
        assert asyncio.run(agents["grok"].respond("Say hello.", key="mine")).text == "hello"
    assert [asked.key for asked in wire.asked] == ["mine:1"]
    assert agents.statistics()["grok"].requests == 1
    assert agents.chain(["chatgpt", "grok"]).name == "grok"
    assert agents.notifications("grok").all() == []


def test_connections_are_tried_without_asking_anything(manager: tuple[AgentManager, WireServer]) -> None:
    agents, wire = manager
    found = asyncio.run(agents.test_connections())
    assert (found["claude"], found["grok"]) == ("", "")
    assert "can't be reached" in found["local"]
    assert CANARY not in str(found)
    assert wire.asked == []


@pytest.mark.parametrize("api", APIS)
def test_every_api_can_be_tried(api: str) -> None:
    with WireServer([]) as wire:
        agent = ClaudeAgent(APIS[api].config(wire.url))
        asyncio.run(agent.test_connection())
        wire.refusing = True
        with pytest.raises(AuthError, match="refused the key: check"):
            asyncio.run(agent.test_connection())
    with pytest.raises(ProviderUnavailable, match="can't be reached"):
        asyncio.run(agent.test_connection())
