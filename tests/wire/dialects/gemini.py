"""Google's Gemini: POST .../models/NAME:generateContent and :streamGenerateContent?alt=sse."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.wire.dialects.common import Refusal, as_object, event, flat, pieces
from tests.wire.script import Asked, Call, Reply

STATUSES = {
    "unauthorized": ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
    "rate_limit": ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    "server_error": ("INTERNAL", "An internal error has occurred."),
    "unavailable": ("UNAVAILABLE", "The model is overloaded. Please try again later."),
    "overloaded": ("UNAVAILABLE", "The model is overloaded. Please try again later."),
    "context_overflow": (
        "INVALID_ARGUMENT",
        "The input token count (1213462) exceeds the maximum number of tokens allowed (1048576).",
    ),
}
NAME = re.compile(r"models/([^:/]+):")


class Gemini:
    def read(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Asked:
        contents = body["contents"]
        said = [_text(content) for content in contents if content.get("role", "user") == "user"]
        returned = [part["functionResponse"] for part in contents[-1]["parts"] if "functionResponse" in part]
        declared = [each for tool in body.get("tools", []) for each in tool.get("functionDeclarations", [])]
        named = NAME.search(path)
        return Asked(
            dialect="gemini",
            path=path,
            model=named[1] if named else "",
            headers=headers,
            body=body,
            stream=":streamGenerateContent" in path,
            text="\n".join(
                [_text(body.get("systemInstruction") or {}), *map(_text, contents), *map(_returned, returned)]
            ),
            says=next((text for text in reversed(said) if text), ""),
            results=tuple(map(_returned, returned)),
            tools=tuple(each["name"] for each in declared),
            turn=1 + sum(content.get("role") == "model" for content in contents),
        )

    def whole(self, asked: Asked, reply: Reply) -> dict[str, Any]:
        parts = [{"text": reply.text}] if reply.text else []
        return _response(asked, reply, [*parts, *map(_called, _sound(reply))], _finish(reply))

    def chunks(self, asked: Asked, reply: Reply) -> Iterator[str]:
        if reply.text:
            for piece in pieces(reply.text):
                yield event(_response(asked, reply, [{"text": piece}]))
        for call in _sound(reply):
            yield event(_response(asked, reply, [_called(call)]))
        yield event(_response(asked, reply, [{"text": ""}], _finish(reply)))

    def refusal(self, refusal: Refusal) -> dict[str, Any]:
        status, message = STATUSES[refusal.kind]
        return {"error": {"code": refusal.status, "message": message, "status": status}}


def _text(content: dict[str, Any]) -> str:
    return "\n".join(part["text"] for part in content.get("parts", []) if "text" in part)


def _returned(response: dict[str, Any]) -> str:
    inside = response.get("response", {})
    return flat(list(inside.values())) or json.dumps(inside)


def _sound(reply: Reply) -> list[Call]:
    """The calls whose arguments are an object: this API tells others by its finish reason."""
    return [call for call in reply.calls if not isinstance(call.arguments, str)]


def _called(call: Call) -> dict[str, Any]:
    return {"functionCall": {"name": call.name, "args": as_object(call.arguments)}}


def _finish(reply: Reply) -> str:
    malformed = len(_sound(reply)) < len(reply.calls)
    return "SAFETY" if reply.fault == "filtered" else "MALFORMED_FUNCTION_CALL" if malformed else "STOP"


def _response(asked: Asked, reply: Reply, parts: list[dict[str, Any]], finish: str | None = None) -> dict[str, Any]:
    received, sent = reply.tokens
    candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": received,
            "candidatesTokenCount": sent,
            "totalTokenCount": received + sent,
        },
        "modelVersion": asked.model,
        "responseId": f"resp_{asked.number:04d}",
    }
