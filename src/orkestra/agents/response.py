"""What an agent says to a plain question."""

from __future__ import annotations

from dataclasses import dataclass, field

from orkestra.domain.agents import Usage


@dataclass(frozen=True)
class Saying:
    """The form in which a plain answer is asked for."""

    text: str


@dataclass(frozen=True, kw_only=True)
class AgentResponse:
    """What an agent said, who said it, and what that took; `usage.cost_usd` is None where the price is not known."""

    text: str
    agent: str
    backend: str
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
