"""From a service that is configured to a backend of an agent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from orkestra.adapters.models.api import ApiModel
from orkestra.adapters.models.connection import Connection
from orkestra.adapters.models.recording import API
from orkestra.adapters.models.secrecy import Secrets
from orkestra.adapters.models.services import AgentConfig, configured
from orkestra.adapters.models.speaking import Speaker
from orkestra.agents.hands import hands_of
from orkestra.config.keys import home_keys
from orkestra.domain.crew import Backend
from orkestra.domain.patience import Patience
from orkestra.domain.ports import Coder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orkestra.domain.crew import CrewSettings

_SECRET: Final = re.compile(r"(_API_KEY|_KEY|_TOKEN|_SECRET|_PASSWORD)$")

CoderOf = Callable[[Speaker], Coder]
"""Gives the hands of a service that has only an API."""


class Reach:
    """Everything that stands between a service's configuration and an agent of a project.

    `coder` gives the hands. Requests are kept where the settings say, and tried again with `patience`.
    """

    def __init__(self, settings: CrewSettings, *, coder: CoderOf = hands_of, patience: Patience | None = None) -> None:
        self._settings = settings
        self._coder = coder
        self._patience = patience or Patience()
        keys = home_keys(settings.home)
        self.variables: Mapping[str, str] = {**keys, **settings.environment}
        named = {name: value for name, value in self.variables.items() if _SECRET.search(name)}
        self._secrets = Secrets.of([*keys.values(), *named.values()])

    def configs(self) -> Sequence[AgentConfig]:
        """Return the services that can be asked; raise ConfigError for what is malformed."""
        return configured(self.variables, self._settings.services)

    def connection(self, config: AgentConfig) -> Connection:
        """Return the line to a service."""
        own = Secrets.of([*self._secrets.values, config.api_key])
        return Connection(config, own)

    def backend(self, config: AgentConfig, connection: Connection | None = None) -> Backend:
        """Return the way to an agent over its service's API."""
        speaker = Speaker(
            connection=connection or self.connection(config), calls=self._settings.calls, patience=self._patience
        )
        return Backend(
            agent=config.name,
            kind=API,
            model=ApiModel(speaker),
            coder=self._coder(speaker),
            name=config.model,
            provider=config.provider,
        )
