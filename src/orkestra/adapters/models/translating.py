"""The border: what services and their libraries raise, in our words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from orkestra.domain.errors import (
    AuthError,
    BadResponse,
    ContentFiltered,
    ContextOverflow,
    OrkestraError,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    WrongForm,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orkestra.adapters.models.secrecy import Secrets
    from orkestra.adapters.models.services import AgentConfig

_TOO_LONG: Final = ("maximum number of tokens", "context length", "prompt is too long", "context window")
_SERVER_ERRORS: Final = 500

NO_FORM: Final = "gave no answer in the form that was asked for"
_REPAIRED_IN_VAIN: Final = "Exceeded maximum output retries"
"""So the library says that a model was told what was wrong and did no better; all else may be the line's doing."""

Saying = tuple[str, type[ProviderError], str]
_SAYINGS: Final[tuple[Saying, ...]] = (
    # the first class that fits decides, so the special stand before the general
    ("ModelTimeoutError", ProviderTimeout, "did not answer in time"),
    ("ModelRequestTimeout", ProviderTimeout, "did not answer in time"),
    ("ModelRateLimitError", RateLimited, "asks to wait"),
    ("ModelQuotaExceededError", ProviderError, "says the quota is used up: top it up"),
    ("ModelUnavailableError", ProviderUnavailable, "is overloaded"),
    ("ModelServerError", ProviderUnavailable, "has an error of its own"),
    ("ModelConnectionError", ProviderUnavailable, "can't be reached, or broke off"),
    ("ModelContextWindowExceededError", ContextOverflow, "can't read that much at once"),
    ("ModelAuthenticationError", AuthError, "refused the key: check {key}"),
    ("ModelNotFoundError", ProviderError, "does not have this model: choose another by {model_variable}"),
    ("ModelRequestRejectedError", ProviderError, "rejected the request"),
    ("ContentFilterError", ContentFiltered, "refused to answer for reasons of content"),
    ("OutputTokenLimitExceeded", BadResponse, "reached its limit of tokens before the answer's end"),
    ("UnexpectedModelBehavior", BadResponse, NO_FORM),
    ("ModelAPIError", ProviderUnavailable, "failed"),
    ("ValueError", BadResponse, "sent what can't be read"),
)


@contextmanager
def translated(config: AgentConfig, secrets: Secrets) -> Iterator[None]:
    """Raise our errors for what the block raises about a service; ours, and errors in the code, pass as they are."""
    try:
        yield
    except OrkestraError:
        raise
    except Exception as error:
        ours = translate(error, config, secrets)
        if ours is None:
            raise
        raise ours from None  # the library's error may hold the whole prompt


def translate(error: Exception, config: AgentConfig, secrets: Secrets) -> ProviderError | None:
    """Return our error for a library's, None for one that is no service's fault."""
    names = {base.__name__ for base in type(error).__mro__}
    saying = next((each for each in _SAYINGS if each[0] in names), None)
    if saying is None:
        return None
    kind, words = _corrected(error, saying[1], saying[2])
    variable = config.key_variable
    said = words.format(key=variable, model_variable=variable.replace("_API_KEY", "_MODEL"))
    message = f"{config.name} ({config.provider} {config.model}) {said}: {secrets.for_message(_detail(error))}"
    if kind is RateLimited:
        return RateLimited(message, retry_after=getattr(error, "retry_after", None))
    return kind(message)


def cost_of(error: BaseException) -> float | None:
    """Return what a request that failed has cost: nothing where the service refused it or was never reached.

    None, unknown, for one that broke off: the service may have worked, and charge for it.
    """
    refused = getattr(error, "status_code", None) is not None and not getattr(error, "in_stream", False)
    return 0.0 if refused or getattr(error, "phase", "") in {"connect", "pool"} else None


def _corrected(error: Exception, kind: type[ProviderError], words: str) -> tuple[type[ProviderError], str]:
    status = getattr(error, "status_code", None)
    if kind is ProviderError and any(sign in str(error) for sign in _TOO_LONG):
        return ContextOverflow, "can't read that much at once"  # Google has no kind of its own for it
    if words == NO_FORM and str(error).startswith(_REPAIRED_IN_VAIN):
        return WrongForm, words
    if words == "failed" and status is not None and status < _SERVER_ERRORS:
        return ProviderError, "rejected the request"
    if words == "failed" and isinstance(error.__cause__, ValueError):
        return BadResponse, "sent what can't be read"
    return kind, words


def _detail(error: Exception) -> str:
    body: Any = getattr(error, "body", None)
    while isinstance(body, dict) and ("error" in body or "message" in body):
        body = body.get("message") or body["error"]
    if isinstance(body, str) and body:
        return body
    deepest: BaseException = error
    while deepest.__cause__ is not None:
        deepest = deepest.__cause__
    texts = [str(each) or type(each).__name__ for each in (error, deepest)]
    return texts[0] if texts[1] in texts[0] else ": ".join(texts)
