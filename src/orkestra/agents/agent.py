"""An agent: a name with backends in order of preference."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypeVar

from orkestra.domain.errors import AgentUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.agents import Answer, Prompt
    from orkestra.domain.crew import Backend

T = TypeVar("T")


class Agent(ABC):
    """Somebody on the crew. Subclasses say by which backends it is reached."""

    name: str

    @property
    @abstractmethod
    def backends(self) -> Sequence[Backend]:
        """The ways to reach it, the preferred one first."""

    def is_available(self) -> bool:
        """Say whether there is any way to reach it."""
        return bool(self.backends)

    def get_info(self) -> dict[str, str]:
        """Return `name`, `model` and `provider`, those of the preferred backend; rules have a kind as provider."""
        first = self.backends[0] if self.backends else None
        provider = (first.provider or first.kind) if first else ""
        return {"name": self.name, "model": first.name if first else "", "provider": provider}

    def thinker(self) -> Backend | None:
        """Return the preferred backend that answers questions, None when there is none."""
        return next((backend for backend in self.backends if backend.model), None)

    def maker(self) -> Backend | None:
        """Return the preferred backend that works in a worktree, None when there is none."""
        return next((backend for backend in self.backends if backend.coder), None)

    async def ask(self, prompt: Prompt, schema: type[T], *, key: str) -> Answer[T]:
        """Answer in the form of `schema`; raises a ProviderError, or AgentUnavailable when nobody can answer."""
        backend = self.thinker()
        if backend is None or backend.model is None:
            raise AgentUnavailable(f"{self.name} has no backend that answers questions")
        return await backend.model.ask(prompt, schema, key=key)


class CrewMember(Agent):
    """An agent whose backends a crew provides."""

    def __init__(self, name: str, backends: Sequence[Backend]) -> None:
        self.name = name
        self._backends = tuple(backends)

    @property
    def backends(self) -> Sequence[Backend]:
        """The ways to reach it, as its crew gave them."""
        return self._backends
