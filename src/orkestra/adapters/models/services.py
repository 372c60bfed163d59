"""The AI services: who they are, how they are spoken to, and by which variables they are configured."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from orkestra.domain.agents import is_agent_name
from orkestra.domain.errors import ConfigError

KINDS: Final = ("anthropic", "openai-responses", "openai-chat", "gemini", "zai")
"""The APIs we can speak; `openai-chat` is what all local servers speak."""
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Service:
    """A row of the table: `prefixes` are those of its variables, ours first, then the vendor's own.

    A service that `needs_key` is configured by its key alone; the others by their base URL and model.
    """

    name: str
    provider: str
    kind: str = "openai-chat"
    prefixes: tuple[str, ...] = ()
    model: str = ""
    base_url: str = ""
    needs_key: bool = True


SERVICES: Final = (
    Service(
        name="claude",
        provider="anthropic",
        kind="anthropic",
        prefixes=("CLAUDE", "ANTHROPIC"),
        model="claude-sonnet-5-5",
        base_url="https://api.anthropic.com",
    ),
    Service(
        name="chatgpt",
        provider="openai",
        kind="openai-responses",
        prefixes=("CHATGPT", "OPENAI"),
        model="gpt-6.1-terra",
        base_url="https://api.openai.com/v1",
    ),
    Service(
        name="gemini",
        provider="google",
        kind="gemini",
        prefixes=("GEMINI", "GOOGLE", "GOOGLE_GEMINI"),
        model="gemini-4-argon",
        base_url="https://generativelanguage.googleapis.com",
    ),
    # GitHub Models is retired: Copilot's API can only be had through a provider that the user names
    Service(name="copilot", provider="copilot", prefixes=("COPILOT", "COPILOT_PROVIDER"), needs_key=False),
    Service(
        name="grok",
        provider="xai",
        prefixes=("GROK", "XAI"),
        model="grok-4.7",
        base_url="https://api.x.ai/v1",
    ),
    # its own key only: one OpenAI key is one voter
    Service(
        name="codex",
        provider="openai",
        kind="openai-responses",
        prefixes=("CODEX",),
        model="gpt-6.1-sol",
        base_url="https://api.openai.com/v1",
    ),
    Service(
        name="glm",
        provider="zai",
        kind="zai",
        prefixes=("GLM", "ZAI", "Z_AI"),
        model="glm-5.3",
        base_url="https://api.z.ai/api/paas/v4",
    ),
    Service(name="local", provider="local", prefixes=("LOCAL",), needs_key=False),
)
_BY_NAME: Final = {service.name: service for service in SERVICES}


@dataclass(frozen=True, kw_only=True)
class AgentConfig:
    """How one agent's API is reached; what is left out comes from the table of services.

    `temperature` and `max_tokens` are None where the service decides. The key is never shown.
    """

    name: str
    provider: str = ""
    kind: str = ""
    model: str = ""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    temperature: float | None = None
    max_tokens: int | None = None
    needs_key: bool = True

    @classmethod
    def from_environment(cls, name: str, variables: Mapping[str, str]) -> AgentConfig:
        """Return what variables such as CLAUDE_API_KEY and CLAUDE_MODEL say about an agent.

        Raises ConfigError, naming the variable, for a number that is none.
        """
        return _read(_BY_NAME.get(name, _unlisted(name)), variables, {})

    def __post_init__(self) -> None:
        """Fill in from the table; raise ConfigError for what can't be."""
        listed = _BY_NAME.get(self.name, _unlisted(self.name))
        for name in ("provider", "kind", "model", "base_url"):
            object.__setattr__(self, name, getattr(self, name) or getattr(listed, name))
        object.__setattr__(self, "needs_key", listed.needs_key)
        if not is_agent_name(self.name):
            raise ConfigError(f"{self.name!r} can't be an agent's name: small letters, digits, - and _ only")
        if self.kind not in KINDS:
            raise ConfigError(f"{self.name}: no API is called {self.kind!r}; known: {', '.join(KINDS)}")
        if self.base_url and not self.base_url.startswith(("https://", "http://")):
            raise ConfigError(f"{self.name}: the base URL {self.base_url!r} must begin with https:// or http://")

    @property
    def is_complete(self) -> bool:
        """Whether the service can be asked."""
        return not self.missing

    @property
    def missing(self) -> list[str]:
        """The variables that must be set before the service can be asked."""
        prefix = self.key_variable.removesuffix("_API_KEY")
        needed = {
            "API_KEY": self.api_key or not self.needs_key,
            "BASE_URL": self.base_url,
            "MODEL": self.model,
        }
        return [f"{prefix}_{name}" for name, there in needed.items() if not there]

    @property
    def key_variable(self) -> str:
        """The variable that holds the key, for messages."""
        return self.key_variables[0]

    @property
    def key_variables(self) -> Sequence[str]:
        """The variables that may hold the key, ours first, then the vendor's own."""
        listed = _BY_NAME.get(self.name)
        return [f"{prefix}_API_KEY" for prefix in (listed.prefixes if listed else (self.name.upper(),))]


def configured(variables: Mapping[str, str], entries: Mapping[str, Mapping[str, Any]]) -> Sequence[AgentConfig]:
    """Return the agents whose services can be asked: those with a key, and the servers the user named.

    `variables` are the environment and the home's keys, `entries` the tables `[services.NAME]` of the home's
    settings. Raises ConfigError for what is malformed, naming it.
    """
    return [config for config in known(variables, entries) if config.is_complete]


def known(variables: Mapping[str, str], entries: Mapping[str, Mapping[str, Any]]) -> Sequence[AgentConfig]:
    """Return all services, those of the table and those that the user named, with what is said about them.

    Raises ConfigError for what is malformed, naming it.
    """
    named = {service.name: service for service in SERVICES} | {
        name: _unlisted(name) for name in entries if name not in _BY_NAME
    }
    return [_read(service, variables, entries.get(name, {})) for name, service in named.items()]


def _unlisted(name: str) -> Service:
    return Service(name=name, provider=name, needs_key=False)


def _read(service: Service, variables: Mapping[str, str], entry: Mapping[str, Any]) -> AgentConfig:
    allowed = {each.name for each in fields(AgentConfig)} - {"name", "provider", "api_key", "needs_key"} | {"key"}
    if unknown := sorted(set(entry) - allowed):
        raise ConfigError(f"services.{service.name}: {unknown[0]!r} is not known; known: {', '.join(sorted(allowed))}")
    said = {**{name: entry[name] for name in entry if name != "key"}, **_from_variables(service, variables)}
    key = str(said.pop("api_key", "")) or _named_key(service.name, entry.get("key", ""), variables)
    if not all(isinstance(said.get(name, ""), str) for name in ("kind", "base_url", "model")):
        raise ConfigError(f"services.{service.name}: kind, base_url, model and key are texts")
    return replace(AgentConfig(name=service.name, api_key=key), **_numbers(service.name, said))


def _from_variables(service: Service, variables: Mapping[str, str]) -> dict[str, str]:
    wanted = ("api_key", "model", "base_url", "kind", "temperature", "max_tokens")
    found: dict[str, str] = {}
    for name in wanted:
        named = [f"{prefix}_{name.upper()}" for prefix in service.prefixes]
        value = next((variables[each] for each in named if variables.get(each)), "")
        if value:
            found[name] = value.strip()
    return found


def _numbers(name: str, said: dict[str, Any]) -> dict[str, Any]:
    for what, kind in (("temperature", float), ("max_tokens", int)):
        if what in said:
            try:
                said[what] = kind(said[what])
            except (TypeError, ValueError):
                raise ConfigError(f"{name}: {what.upper()} is {said[what]!r}, which is not a number") from None
    return said


def _named_key(name: str, variable: object, variables: Mapping[str, str]) -> str:
    """A key by the variable that holds it: settings are shown and copied, keys are not."""
    if not variable:
        return ""
    if not isinstance(variable, str) or not _VARIABLE.fullmatch(variable):
        raise ConfigError(
            f"services.{name}: key must be the name of a variable; put the key itself into config/api-keys.env"
        )
    return variables.get(variable, "")
