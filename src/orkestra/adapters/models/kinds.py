"""The kinds of API, each as the library's model over our own client. Imported when the first service is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from pydantic_ai.settings import ModelSettings

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model as LibraryModel
    from pydantic_ai.models.zai import ZaiModelSettings

    from orkestra.adapters.models.services import AgentConfig

NO_KEY: Final = "none"
"""What a local server gets as a key: the SDKs want one."""


def library_model(config: AgentConfig, client: httpx2.AsyncClient) -> LibraryModel:
    """Return the library's model for a service; it sends each request once, whatever goes wrong."""
    settings = ModelSettings(max_retries=0)
    if config.temperature is not None:
        settings["temperature"] = config.temperature
    if config.max_tokens is not None:
        settings["max_tokens"] = config.max_tokens
    return _BUILDERS[config.kind](config, client, settings)


def _anthropic(config: AgentConfig, client: httpx2.AsyncClient, settings: ModelSettings) -> LibraryModel:
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    provider = AnthropicProvider(api_key=config.api_key, base_url=config.base_url, http_client=client)
    return AnthropicModel(config.model, provider=provider, settings=settings)


def _responses(config: AgentConfig, client: httpx2.AsyncClient, settings: ModelSettings) -> LibraryModel:
    from pydantic_ai.models.openai import OpenAIResponsesModel
    from pydantic_ai.providers.openai import OpenAIProvider

    provider = OpenAIProvider(api_key=config.api_key or NO_KEY, base_url=config.base_url, http_client=client)
    return OpenAIResponsesModel(config.model, provider=provider, settings=settings)


def _chat(config: AgentConfig, client: httpx2.AsyncClient, settings: ModelSettings) -> LibraryModel:
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    key = config.api_key or NO_KEY
    if config.provider == "openai":
        own = OpenAIProvider(api_key=key, base_url=config.base_url, http_client=client)
        return OpenAIChatModel(config.model, provider=own, settings=settings)
    other = OpenAICompatibleProvider(config.provider, api_key=key, base_url=config.base_url, http_client=client)
    return OpenAIChatModel(config.model, provider=other, settings=settings)


def _gemini(config: AgentConfig, client: httpx2.AsyncClient, settings: ModelSettings) -> LibraryModel:
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    provider = GoogleProvider(api_key=config.api_key, base_url=config.base_url, http_client=client)
    return GoogleModel(config.model, provider=provider, settings=settings)


def _zai(config: AgentConfig, client: httpx2.AsyncClient, settings: ModelSettings) -> LibraryModel:
    from pydantic_ai.models.zai import ZaiModel
    from pydantic_ai.providers.zai import ZaiProvider

    provider = ZaiProvider(api_key=config.api_key or NO_KEY, base_url=config.base_url, http_client=client)
    return ZaiModel(config.model, provider=provider, settings=cast("ZaiModelSettings", settings))


_BUILDERS: Final[dict[str, Callable[[AgentConfig, httpx2.AsyncClient, ModelSettings], LibraryModel]]] = {
    "anthropic": _anthropic,
    "openai-responses": _responses,
    "openai-chat": _chat,
    "gemini": _gemini,
    "zai": _zai,
}
