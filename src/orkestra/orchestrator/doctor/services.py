"""The AI services: which have a key, whether their libraries are there, and, if wanted, whether they answer."""

from __future__ import annotations

import asyncio
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from orkestra.adapters.models.probing import probe
from orkestra.adapters.models.services import known
from orkestra.agents.reaching import Reach
from orkestra.domain.errors import OrkestraError
from orkestra.orchestrator.doctor.finding import found, missing, wrong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.adapters.models.services import AgentConfig
    from orkestra.domain.crew import CrewSettings
    from orkestra.orchestrator.doctor.finding import Finding

AREA: Final = "AI services"
_INSTALL: Final = "pip install 'orkestra-ai[ai]'"
_LIBRARIES: Final = ("pydantic-ai-slim", "anthropic", "openai", "google-genai")


def examine_services(settings: CrewSettings, *, ask: bool) -> Sequence[Finding]:
    """Return which services can be asked; with `ask`, each that can is asked for its list of models, which is free.

    A malformed key file or service is `wrong`. No key is ever shown.
    """
    try:
        reach = Reach(settings)
        configs = known(reach.variables, settings.services)
    except OrkestraError as error:
        return [wrong(AREA, "settings", str(error), "put it right there")]
    libraries = _libraries()
    able = ask and not any(finding.remedy for finding in libraries)
    answers = asyncio.run(_asked(reach, configs)) if able else {}
    return [*libraries, *(_service(config, answers) for config in configs)]


def _libraries() -> Sequence[Finding]:
    there, lacking = [], []
    for name in _LIBRARIES:
        try:
            there.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lacking.append(name)
    if lacking:
        return [missing(AREA, "libraries", f"not installed: {', '.join(lacking)}", _INSTALL)]
    return [found(AREA, "libraries", ", ".join(there))]


async def _asked(reach: Reach, configs: Sequence[AgentConfig]) -> dict[str, str]:
    """Return why each service that can be asked does not answer, "" where it does."""

    async def one(config: AgentConfig) -> str:
        try:
            await probe(reach.connection(config))
        except OrkestraError as error:
            return str(error)
        return ""

    able = [config for config in configs if config.is_complete]
    said = await asyncio.gather(*(one(config) for config in able))
    return {config.name: reason for config, reason in zip(able, said, strict=True)}


def _service(config: AgentConfig, answers: dict[str, str]) -> Finding:
    if not config.is_complete:
        lacking = " and ".join(config.missing)
        return missing(AREA, config.name, "not configured", f"set {lacking}{_other(config)}")
    key = "key set" if config.api_key else "no key"
    shown = f"{config.model} at {config.base_url}, {key}"
    if reason := answers.get(config.name):
        return missing(AREA, config.name, f"{shown}; does not answer: {reason}", "see the reason, then try again")
    return found(AREA, config.name, f"{shown}, answers" if config.name in answers else shown)


def _other(config: AgentConfig) -> str:
    """Return the vendor's own name of a key's variable, for those who have it already."""
    if config.missing != [config.key_variable]:
        return ""
    return "".join(f" or {name}" for name in config.key_variables[1:2])
