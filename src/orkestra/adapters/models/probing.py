"""Whether a service answers and takes the key, found out without paying: its list of models is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.domain.errors import AuthError, ProviderError, ProviderTimeout, ProviderUnavailable, RateLimited

if TYPE_CHECKING:
    import httpx2

    from orkestra.adapters.models.connection import Connection
    from orkestra.adapters.models.services import AgentConfig

_ANTHROPIC_VERSION: Final = "2023-06-01"
_REFUSED: Final = frozenset({401, 403})
_WAIT: Final = 429
_SERVER_ERRORS: Final = 500
_NO_LIST: Final = 501
"""A server without a list of models is there all the same; so is one that answers 404."""


@dataclass(frozen=True, kw_only=True)
class _Question:
    path: str = "/models"
    key_header: str = "Authorization"
    key_form: str = "Bearer {}"
    headers: tuple[tuple[str, str], ...] = ()


_QUESTIONS: Final = {
    "anthropic": _Question(
        path="/v1/models",
        key_header="x-api-key",
        key_form="{}",
        headers=(("anthropic-version", _ANTHROPIC_VERSION),),
    ),
    "gemini": _Question(path="/v1beta/models", key_header="x-goog-api-key", key_form="{}"),
}


async def probe(connection: Connection) -> None:
    """Return when the service answers and takes the key.

    Raises AuthError, RateLimited, ProviderTimeout or ProviderUnavailable, AgentUnavailable when the libraries are
    missing. Costs nothing; the model's name is not tried.
    """
    config = connection.config
    async with connection.opened() as line:
        import httpx2

        try:
            answer = await line.client.send(_request(config, line.client))
        except httpx2.TimeoutException:
            raise ProviderTimeout(f"{config.name} ({config.base_url}) did not answer: is it up?") from None
        except httpx2.TransportError as error:
            said = connection.secrets.for_message(str(error) or type(error).__name__)
            raise ProviderUnavailable(f"{config.name} ({config.base_url}) can't be reached: {said}") from None
    if failure := _failure(config, answer):
        raise failure


def _request(config: AgentConfig, client: httpx2.AsyncClient) -> httpx2.Request:
    question = _QUESTIONS.get(config.kind, _Question())
    headers = dict(question.headers)
    if config.api_key:
        headers[question.key_header] = question.key_form.format(config.api_key)
    return client.build_request("GET", f"{config.base_url.rstrip('/')}{question.path}", headers=headers)


def _failure(config: AgentConfig, answer: httpx2.Response) -> ProviderError | None:
    status = answer.status_code
    if status in _REFUSED:
        return AuthError(f"{config.name} ({config.base_url}) refused the key: check {config.key_variable}")
    if status == _WAIT:
        return RateLimited(f"{config.name} ({config.base_url}) asks to wait")
    if status >= _SERVER_ERRORS and status != _NO_LIST:
        return ProviderUnavailable(f"{config.name} ({config.base_url}) has an error of its own: status {status}")
    return None
