"""Which API a path belongs to."""

from __future__ import annotations

from tests.wire.dialects.anthropic_messages import AnthropicMessages
from tests.wire.dialects.common import Dialect
from tests.wire.dialects.gemini import Gemini
from tests.wire.dialects.openai_chat import OpenAIChat
from tests.wire.dialects.openai_responses import OpenAIResponses

_ENDS: dict[str, Dialect] = {
    "/v1/messages": AnthropicMessages(),
    "/chat/completions": OpenAIChat(),
    "/responses": OpenAIResponses(),
    ":generateContent": Gemini(),
    ":streamGenerateContent": Gemini(),
}


def dialect_of(path: str) -> Dialect | None:
    """The API behind a path, None for a path that no API has."""
    bare = path.partition("?")[0]
    return next((dialect for end, dialect in _ENDS.items() if bare.endswith(end)), None)
