"""Agents: a name, and the ways to reach who stands behind it.

Importing this loads nothing; each name is fetched from its module when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from orkestra.adapters.models.services import AgentConfig
    from orkestra.agents.agent import Agent
    from orkestra.agents.calls import CallLedger
    from orkestra.agents.crew import Crew
    from orkestra.agents.fallback import FallbackAgent
    from orkestra.agents.manager import AgentManager
    from orkestra.agents.notifications import AgentNotifications
    from orkestra.agents.response import AgentResponse
    from orkestra.agents.services import (
        ChatGPTAgent,
        ClaudeAgent,
        CodexAgent,
        CopilotAgent,
        GeminiAgent,
        GLMAgent,
        GrokAgent,
        ServiceAgent,
    )

__all__ = [
    "Agent",
    "AgentConfig",
    "AgentManager",
    "AgentNotifications",
    "AgentResponse",
    "CallLedger",
    "ChatGPTAgent",
    "ClaudeAgent",
    "CodexAgent",
    "CopilotAgent",
    "Crew",
    "FallbackAgent",
    "GLMAgent",
    "GeminiAgent",
    "GrokAgent",
    "ServiceAgent",
]
_HOMES: Final = {
    "Agent": "orkestra.agents.agent",
    "AgentConfig": "orkestra.adapters.models.services",
    "AgentManager": "orkestra.agents.manager",
    "AgentNotifications": "orkestra.agents.notifications",
    "AgentResponse": "orkestra.agents.response",
    "CallLedger": "orkestra.agents.calls",
    "Crew": "orkestra.agents.crew",
    "FallbackAgent": "orkestra.agents.fallback",
}
_SERVICES: Final = "orkestra.agents.services"


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name in __all__:
        return getattr(import_module(_HOMES.get(name, _SERVICES)), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
