"""The crew that is there: the AIs whose services are configured, else what goes by rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.adapters.models.offline import crew as offline_crew
from orkestra.agents.reaching import Reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.crew import Backend, CrewSettings


def crew(settings: CrewSettings) -> Sequence[Backend]:
    """Return a backend for each service that has a key or a base URL, or the offline crew when none has.

    Raises ConfigError for a malformed key file or service.
    """
    reach = Reach(settings)
    return [reach.backend(config) for config in reach.configs()] or offline_crew(settings)
