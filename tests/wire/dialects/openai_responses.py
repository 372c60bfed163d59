"""OpenAI's Responses: POST .../responses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from tests.wire.dialects.common import Refusal, as_json, event, flat, pieces
from tests.wire.dialects.openai_chat import openai_refusal
from tests.wire.script import Asked, Reply

MADE_BY_MODEL = {"function_call", "reasoning"}


class OpenAIResponses:
    def read(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Asked:
        items = body["input"]
        items = [{"role": "user", "content": items}] if isinstance(items, str) else items
        said = [flat(item["content"]) for item in items if item.get("role") == "user"]
        by_model = [item.get("role") == "assistant" or item.get("type") in MADE_BY_MODEL for item in items]
        since = items[max((at for at, own in enumerate(by_model) if own), default=-1) + 1 :]
        return Asked(
            dialect="responses",
            path=path,
            model=body["model"],
            headers=headers,
            body=body,
            stream=bool(body.get("stream")),
            text="\n".join([body.get("instructions") or "", *map(flat, items)]),
            says=said[-1] if said else "",
            results=tuple(flat(item["output"]) for item in since if item.get("type") == "function_call_output"),
            tools=tuple(tool["name"] for tool in body.get("tools", []) if tool["type"] == "function"),
            turn=1 + sum(own for own, before in itertools.pairwise([*by_model, False]) if own and not before),
        )

    def whole(self, asked: Asked, reply: Reply) -> dict[str, Any]:
        items = list(_items(asked, reply))
        status = "incomplete" if reply.fault == "filtered" else "completed"
        return {**_response(asked, reply, status), "output": items}

    def chunks(self, asked: Asked, reply: Reply) -> Iterator[str]:
        for number, (kind, fields) in enumerate(self._events(asked, reply)):
            yield event({"type": kind, "sequence_number": number, **fields}, kind)

    def refusal(self, refusal: Refusal) -> dict[str, Any]:
        return openai_refusal(refusal)

    def _events(self, asked: Asked, reply: Reply) -> Iterator[tuple[str, dict[str, Any]]]:
        begun = {**_response(asked, reply, "in_progress"), "output": [], "usage": None}
        yield "response.created", {"response": begun}
        yield "response.in_progress", {"response": begun}
        for at, item in enumerate(_items(asked, reply)):
            place = {"item_id": item["id"], "output_index": at}
            if item["type"] == "message":
                yield from _told_text(item, place)
            else:
                yield from _told_call(item, place)
        whole = self.whole(asked, reply)
        yield f"response.{whole['status']}", {"response": whole}


def _told_text(item: dict[str, Any], place: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    at = place["output_index"]
    [part] = item["content"]
    yield "response.output_item.added", {"output_index": at, "item": {**item, "status": "in_progress", "content": []}}
    yield "response.content_part.added", {**place, "content_index": 0, "part": {**part, "text": ""}}
    for piece in pieces(part["text"]):
        yield "response.output_text.delta", {**place, "content_index": 0, "delta": piece, "logprobs": []}
    yield "response.output_text.done", {**place, "content_index": 0, "text": part["text"], "logprobs": []}
    yield "response.content_part.done", {**place, "content_index": 0, "part": part}
    yield "response.output_item.done", {"output_index": at, "item": item}


def _told_call(item: dict[str, Any], place: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    at = place["output_index"]
    opening = {**item, "status": "in_progress", "arguments": ""}
    yield "response.output_item.added", {"output_index": at, "item": opening}
    for piece in pieces(item["arguments"]):
        yield "response.function_call_arguments.delta", {**place, "delta": piece}
    yield "response.function_call_arguments.done", {**place, "name": item["name"], "arguments": item["arguments"]}
    yield "response.output_item.done", {"output_index": at, "item": item}


def _items(asked: Asked, reply: Reply) -> Iterator[dict[str, Any]]:
    if reply.text:
        part = {"type": "output_text", "text": reply.text, "annotations": [], "logprobs": []}
        yield {
            "type": "message",
            "id": f"msg_{asked.number:04d}",
            "role": "assistant",
            "status": "completed",
            "content": [part],
        }
    for at, call in enumerate(reply.calls):
        yield {
            "type": "function_call",
            "id": f"fc_{asked.number:04d}_{at}",
            "call_id": f"call_{asked.number:04d}_{at}",
            "name": call.name,
            "arguments": as_json(call.arguments),
            "status": "completed",
        }


def _response(asked: Asked, reply: Reply, status: str) -> dict[str, Any]:
    received, sent = reply.tokens
    return {
        "id": f"resp_{asked.number:04d}",
        "object": "response",
        "created_at": 1_790_000_000,
        "model": asked.model,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": "content_filter"} if status == "incomplete" else None,
        "instructions": asked.body.get("instructions"),
        "metadata": {},
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": asked.body.get("tool_choice", "auto"),
        "tools": asked.body.get("tools", []),
        "top_p": 1.0,
        "usage": {
            "input_tokens": received,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": sent,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": received + sent,
        },
    }
