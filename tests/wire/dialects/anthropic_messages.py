"""Anthropic's Messages: POST /v1/messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.wire.dialects.common import Refusal, as_json, as_object, event, flat, pieces
from tests.wire.script import Asked, Call, Reply

TYPES = {
    "unauthorized": ("authentication_error", "invalid x-api-key"),
    "rate_limit": ("rate_limit_error", "This request would exceed your rate limit"),
    "server_error": ("api_error", "Internal server error"),
    "unavailable": ("api_error", "Service unavailable"),
    "overloaded": ("overloaded_error", "Overloaded"),
    "context_overflow": ("invalid_request_error", "prompt is too long: 213462 tokens > 200000 maximum"),
}


class AnthropicMessages:
    def read(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Asked:
        messages = body["messages"]
        blocks = [block for block in _blocks(messages[-1]["content"]) if block["type"] == "tool_result"]
        return Asked(
            dialect="anthropic",
            path=path,
            model=body["model"],
            headers=headers,
            body=body,
            stream=bool(body.get("stream")),
            text="\n".join([flat(body.get("system")), *(flat(message["content"]) for message in messages)]),
            says=_says(messages),
            results=tuple(flat(block.get("content")) for block in blocks),
            tools=tuple(tool["name"] for tool in body.get("tools", [])),
            turn=1 + sum(message["role"] == "assistant" for message in messages),
        )

    def whole(self, asked: Asked, reply: Reply) -> dict[str, Any]:
        text = [{"type": "text", "text": reply.text}] if reply.text else []
        calls = [_call(asked, at, call, as_object(call.arguments)) for at, call in enumerate(reply.calls)]
        return {**_message(asked, reply), "content": [*text, *calls], "stop_reason": _stop(reply)}

    def chunks(self, asked: Asked, reply: Reply) -> Iterator[str]:
        message = {**_message(asked, reply), "content": []}
        message["usage"] = {**message["usage"], "output_tokens": 1}
        yield _told("message_start", message=message)
        at = 0
        if reply.text:
            yield _told("content_block_start", index=at, content_block={"type": "text", "text": ""})
            yield _told("ping")
            for piece in pieces(reply.text):
                yield _told("content_block_delta", index=at, delta={"type": "text_delta", "text": piece})
            yield _told("content_block_stop", index=at)
            at += 1
        for number, call in enumerate(reply.calls):
            yield _told("content_block_start", index=at + number, content_block=_call(asked, number, call, {}))
            for piece in pieces(as_json(call.arguments)):
                delta = {"type": "input_json_delta", "partial_json": piece}
                yield _told("content_block_delta", index=at + number, delta=delta)
            yield _told("content_block_stop", index=at + number)
        end = {"stop_reason": _stop(reply), "stop_sequence": None}
        yield _told("message_delta", delta=end, usage={"output_tokens": reply.tokens[1]})
        yield _told("message_stop")

    def refusal(self, refusal: Refusal) -> dict[str, Any]:
        kind, message = TYPES[refusal.kind]
        return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_wire"}


def _told(kind: str, **fields: Any) -> str:  # noqa: ANN401 - JSON
    return event({"type": kind, **fields}, kind)


def _blocks(content: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a text, or a list of blocks
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _says(messages: list[dict[str, Any]]) -> str:
    said = [b for m in messages if m["role"] == "user" for b in _blocks(m["content"]) if b["type"] == "text"]
    return str(said[-1]["text"]) if said else ""


def _call(asked: Asked, at: int, call: Call, given: dict[str, Any]) -> dict[str, Any]:
    return {"type": "tool_use", "id": f"toolu_{asked.number:04d}_{at}", "name": call.name, "input": given}


def _stop(reply: Reply) -> str:
    return "refusal" if reply.fault == "filtered" else "tool_use" if reply.calls else "end_turn"


def _message(asked: Asked, reply: Reply) -> dict[str, Any]:
    return {
        "id": f"msg_{asked.number:04d}",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": reply.tokens[0],
            "output_tokens": reply.tokens[1],
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
        },
    }
