"""Crews: who works, found by name among the `orkestra.crews` entry points."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

from orkestra.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.crew import Backend, CrewSettings

GROUP: Final = "orkestra.crews"


def require_crew(name: str) -> None:
    """Raise ConfigError, naming those there are, when no plugin offers the crew of that name."""
    found = entry_points(group=GROUP)
    if name not in found.names:
        known = ", ".join(sorted(found.names)) or "none: reinstall orkestra-ai"
        message = f"no crew is called {name!r}; installed: {known}"
        raise ConfigError(message)


def load_crew(name: str, settings: CrewSettings) -> Sequence[Backend]:
    """Return the backends of the crew with that name; raise ConfigError when no plugin offers it."""
    require_crew(name)
    backends: Sequence[Backend] = entry_points(group=GROUP)[name].load()(settings)
    return backends
