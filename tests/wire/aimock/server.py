"""npm's @copilotkit/aimock as the server: what others think the APIs are, so that we don't grade our own idea of them.

Installed by `make test-wire`; it knows enough of our rules for the tests that run against every API.
"""

import contextlib
import json
import subprocess
import tempfile
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.wire.script import OUTPUT_TOOL, STATUS, Call, Reply, Rule

PROGRAM = Path(__file__).parent / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
SILENCE_MS = 30_000
TYPES = {"unauthorized": "authentication_error", "rate_limit": "rate_limit_error", "overloaded": "overloaded_error"}


@dataclass
class Aimock:
    """Serves rules for a block, in a process of its own."""

    script: Sequence[Rule]

    def __enter__(self) -> Self:
        assert PROGRAM.exists(), "make test-wire installs it"
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            (folder / "rules.json").write_text(json.dumps({"fixtures": _fixtures(self.script)}), "utf-8")
            command = ["node", str(PROGRAM), "-h", "127.0.0.1", "-p", "0", "-f", str(folder), "--log-level", "info"]
            pipe = subprocess.PIPE
            process = stack.enter_context(subprocess.Popen(command, stdout=pipe, stderr=subprocess.STDOUT, text=True))
            stack.callback(process.kill)
            self.url = _address(process)
            self._closing = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    @property
    def keys(self) -> list[str]:
        """The idempotency keys of all requests, in the order they came."""
        return [entry["headers"].get("idempotency-key", "") for entry in self._journal()]

    @property
    def written(self) -> str:
        """All that was asked, as text; it masks credentials itself."""
        asked = [[entry[part] for part in ("path", "headers", "body")] for entry in self._journal()]
        return "\n".join(map(json.dumps, asked))

    def _journal(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/__aimock/journal") as answer:  # noqa: S310 - loopback
            entries: list[dict[str, Any]] = json.load(answer)
        return entries


def _address(process: subprocess.Popen[str]) -> str:
    heard: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        heard.append(line)
        if "http://" in line:
            return "http://" + line.partition("http://")[2].split()[0].rstrip("/")
    raise AssertionError("".join(heard))


def _fixtures(script: Sequence[Rule]) -> list[dict[str, Any]]:
    return [_fixture(number, rule) for number, rule in enumerate(script)]


def _fixture(number: int, rule: Rule) -> dict[str, Any]:
    match: dict[str, Any] = {"endpoint": "chat"}
    if rule.times:
        match["sequenceIndex"] = number
    if rule.after_tool is not None:
        match["hasToolResult"] = rule.after_tool
    if rule.says is not None:
        match["userMessage"] = rule.says
    return {"match": match, **_replying(rule.reply)}


def _replying(reply: Reply) -> dict[str, Any]:
    if reply.fault in STATUS:
        kind = TYPES.get(reply.fault, "api_error")
        refusal: dict[str, Any] = {
            "error": {"message": reply.fault, "type": kind, "code": reply.fault},
            "status": STATUS[reply.fault],
        }
        if reply.retry_after is not None:
            refusal["retryAfter"] = reply.retry_after
        return {"response": refusal}
    more: dict[str, Any] = {}
    if reply.fault == "cut":
        more = {"truncateAfterChunks": reply.after, "chunkSize": 4}
    elif reply.fault == "silence":
        more = {"latency": SILENCE_MS, "chunkSize": 4}
    return {"response": _said(reply), **more}


def _said(reply: Reply) -> dict[str, Any]:
    received, sent = reply.tokens
    usage = {
        **dict.fromkeys(("input_tokens", "prompt_tokens", "promptTokenCount"), received),
        **dict.fromkeys(("output_tokens", "completion_tokens", "candidatesTokenCount"), sent),
    }
    made = list(reply.calls)
    if reply.answer is not None:
        made.append(Call(name=OUTPUT_TOOL, arguments=reply.answer))
    said: dict[str, Any] = {"usage": usage}
    if reply.text or not made:
        said["content"] = reply.text
    if made:
        said["toolCalls"] = [{"name": call.name, "arguments": call.arguments} for call in made]
    return said
