"""OpenAI's Chat Completions, and everybody's who speaks like it: POST .../chat/completions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.wire.dialects.common import Refusal, as_json, event, flat, pieces
from tests.wire.script import Asked, Reply

ERRORS = {
    "unauthorized": ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    "rate_limit": ("requests", "rate_limit_exceeded", "Rate limit reached for requests."),
    "server_error": ("server_error", None, "The server had an error while processing your request."),
    "unavailable": ("server_error", None, "Service unavailable."),
    "overloaded": ("server_error", None, "The engine is currently overloaded, please try again later."),
    "context_overflow": (
        "invalid_request_error",
        "context_length_exceeded",
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 213462 tokens.",
    ),
}


class OpenAIChat:
    def read(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Asked:
        messages = body["messages"]
        said = [flat(message["content"]) for message in messages if message["role"] == "user"]
        answered = max((at for at, message in enumerate(messages) if message["role"] == "assistant"), default=-1)
        since = messages[answered + 1 :]
        return Asked(
            dialect="chat",
            path=path,
            model=body["model"],
            headers=headers,
            body=body,
            stream=bool(body.get("stream")),
            text="\n".join(flat(message.get("content")) for message in messages),
            says=said[-1] if said else "",
            results=tuple(flat(message["content"]) for message in since if message["role"] == "tool"),
            tools=tuple(tool["function"]["name"] for tool in body.get("tools", [])),
            turn=1 + sum(message["role"] == "assistant" for message in messages),
        )

    def whole(self, asked: Asked, reply: Reply) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": reply.text or None, "refusal": None}
        if reply.calls:
            message["tool_calls"] = [
                {"id": _id(asked, at), "type": "function", "function": _function(call.name, as_json(call.arguments))}
                for at, call in enumerate(reply.calls)
            ]
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(reply)}
        return {**_head(asked, "chat.completion"), "choices": [choice], "usage": _usage(reply)}

    def chunks(self, asked: Asked, reply: Reply) -> Iterator[str]:
        yield _chunk(asked, {"role": "assistant", "content": "" if reply.text else None})
        if reply.text:
            for piece in pieces(reply.text):
                yield _chunk(asked, {"content": piece})
        for at, call in enumerate(reply.calls):
            opening = {"index": at, "id": _id(asked, at), "type": "function", "function": _function(call.name, "")}
            yield _chunk(asked, {"tool_calls": [opening]})
            for piece in pieces(as_json(call.arguments)):
                yield _chunk(asked, {"tool_calls": [{"index": at, "function": {"arguments": piece}}]})
        yield _chunk(asked, {}, _finish(reply))
        if asked.body.get("stream_options", {}).get("include_usage"):
            yield event({**_head(asked, "chat.completion.chunk"), "choices": [], "usage": _usage(reply)})
        yield "data: [DONE]\n\n"

    def refusal(self, refusal: Refusal) -> dict[str, Any]:
        return openai_refusal(refusal)


def openai_refusal(refusal: Refusal) -> dict[str, Any]:
    kind, code, message = ERRORS[refusal.kind]
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def _chunk(asked: Asked, delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return event({**_head(asked, "chat.completion.chunk"), "choices": [choice]})


def _head(asked: Asked, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{asked.number:04d}", "object": kind, "created": 1_790_000_000, "model": asked.model}


def _id(asked: Asked, at: int) -> str:
    return f"call_{asked.number:04d}_{at}"


def _function(name: str, arguments: str) -> dict[str, str]:
    return {"name": name, "arguments": arguments}


def _finish(reply: Reply) -> str:
    return "content_filter" if reply.fault == "filtered" else "tool_calls" if reply.calls else "stop"


def _usage(reply: Reply) -> dict[str, int]:
    asked, answered = reply.tokens
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}
