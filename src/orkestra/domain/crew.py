"""The crew as plugins give it: who can be reached, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from orkestra.domain.ports import Calls, Coder, Model


@dataclass(frozen=True, kw_only=True)
class Backend:
    """One way to reach one agent: `kind` says which, `model` and `coder` what it can do.

    `name` is the model behind it, `provider` the company or server that it is paid to.
    """

    agent: str
    kind: str
    model: Model | None = None
    coder: Coder | None = None
    name: str = ""
    provider: str = ""


@dataclass(frozen=True, kw_only=True)
class CrewSettings:
    """What a crew's factory may see: the home of Orkestra, the environment it was started in, and earlier calls.

    `services` are the tables `[services.NAME]` of the home's settings.
    """

    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    calls: Calls | None = None
    services: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


OFFLINE: Final = "offline"
"""The kind of backends that go by rules: never an AI's opinion, and together one voter."""

AI_REMEDY: Final = "set ANTHROPIC_API_KEY or another (see `orkestra doctor`)"
"""What to do where an AI is needed and none is there."""

CrewFactory = Callable[[CrewSettings], Sequence[Backend]]
"""What a crew plugin is: it returns the backends of its agents, in order of preference."""
