"""A service of artificial minds on loopback: real HTTP in the shapes of the real APIs, only the minds are scripted.

    with WireServer(always(answers({"choice": "option_1", "reasoning": "smaller"}))) as wire:
        ...  # ANTHROPIC_BASE_URL=wire.url, OPENAI_BASE_URL=wire.url + "/v1"
        assert [asked.key for asked in wire.asked] == [...]

As a process of its own, for tests that kill their client:

    python -m tests.wire.server --script rules.json --log requests.jsonl --port 8900
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import sys
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from tests.wire.dialects.by_path import dialect_of
from tests.wire.dialects.common import Dialect, Refusal
from tests.wire.http import Request, read_request, send_head, send_whole
from tests.wire.script import STATUS, Asked, NoRuleFitsError, Reply, Script, Scripted, load_script

FOREVER = 3600.0
CREDENTIALS = {"authorization", "x-api-key", "x-goog-api-key", "api-key"}


@dataclass
class WireServer:
    """Serves the script for a block; `asked` holds every request, in the order they came.

    `log` is a file that each request is noted in, on disk, before it is answered (without its credentials).
    """

    script: Script
    log: Path | None = None
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._scripted = Scripted(self.script)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._busy: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end: Anthropic's and Google's SDKs add their own paths."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def v1(self) -> str:
        """The base URL for OpenAI and all who speak like it."""
        return f"{self.url}/v1"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self.serve(),), daemon=True)
        self._thread.start()
        assert self._ready.wait(10), "the server did not begin"
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Stop; a request that the script had no answer to is an error in the script."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)
        self._loop.close()
        assert kind is not None or not self.unanswered, "; ".join(self.unanswered)

    async def serve(self) -> None:
        """Serve until told to stop."""
        self._over = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", self.port, backlog=2048, limit=2**26)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            await self._over.wait()
        finally:
            server.close()
            for task in self._busy:
                task.cancel()
            await asyncio.gather(*self._busy, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        this = asyncio.current_task()
        assert this is not None
        self._busy.add(this)
        try:
            while (request := await read_request(reader)) and await self._serve(request, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has gone, or the test is over
        finally:
            self._busy.discard(this)
            writer.close()

    async def _serve(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the connection is still good."""
        dialect = dialect_of(request.path)
        if request.method == "GET" and request.path.partition("?")[0].endswith("/models"):
            return await send_whole(writer, 200, _models())
        if dialect is None or request.method != "POST":
            return await send_whole(writer, 404, {"error": {"message": f"no API has {request.path}", "code": 404}})
        asked = self._note(dialect.read(request.path, request.headers, request.json()))
        try:
            reply = self._scripted.reply(asked)
        except NoRuleFitsError as error:
            self.unanswered.append(str(error))
            return await send_whole(writer, 404, {"error": {"message": str(error), "code": 404}})
        await asyncio.sleep(reply.pause)
        return await _Answering(dialect, asked, reply, writer).send()

    def _note(self, read: Asked) -> Asked:
        asked = replace(read, number=len(self.asked) + 1)
        self.asked.append(asked)
        if self.log:
            public = {name: value for name, value in asked.headers.items() if name not in CREDENTIALS}
            at = datetime.now(UTC).isoformat()
            entry = {"number": asked.number, "at": at, "path": asked.path, "headers": public, "body": asked.body}
            with self.log.open("ab", buffering=0) as file:
                file.write(json.dumps(entry).encode() + b"\n")
                os.fsync(file.fileno())
        return asked


@dataclass
class _Answering:
    """One answer on its way, as the script wants it to go."""

    dialect: Dialect
    asked: Asked
    reply: Reply
    writer: asyncio.StreamWriter

    async def send(self) -> bool:
        fault = self.reply.fault
        if fault in STATUS:
            refusal = Refusal(kind=fault, status=STATUS[fault], retry_after=self.reply.retry_after)
            more = {} if refusal.retry_after is None else {"retry-after": f"{refusal.retry_after:g}"}
            return await send_whole(self.writer, refusal.status, self.dialect.refusal(refusal), more)
        if fault == "garbage":
            return await send_whole(self.writer, 200, '{"half": "a JSO')
        if self.asked.stream:
            return await self._stream()
        return await self._whole()

    async def _whole(self) -> bool:
        if self.reply.fault == "silence":
            await asyncio.sleep(FOREVER)
        body = self.dialect.whole(self.asked, self.reply)
        if self.reply.fault == "cut":
            text = json.dumps(body).encode()
            await send_head(self.writer, 200, {"content-type": "application/json", "content-length": str(len(text))})
            self.writer.write(text[: len(text) // 2])
            return await self._hang_up()
        return await send_whole(self.writer, 200, body)

    async def _stream(self) -> bool:
        broken = self.reply.fault in {"cut", "silence"}
        if self.reply.fault == "silence" and not self.reply.after:
            await asyncio.sleep(FOREVER)
        await send_head(self.writer, 200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
        for number, chunk in enumerate(self.dialect.chunks(self.asked, self.reply)):
            if broken and number == self.reply.after:
                break
            content = chunk.encode()
            self.writer.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
            await self.writer.drain()
        if self.reply.fault == "silence":
            await asyncio.sleep(FOREVER)
        if self.reply.fault == "cut":
            return await self._hang_up()
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()
        return True

    async def _hang_up(self) -> bool:
        await self.writer.drain()
        self.writer.close()
        return False


def closed_port() -> int:
    """A port on which nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _models() -> dict[str, Any]:
    """The list of models in a shape that satisfies all of the APIs."""
    named = {"id": "wire-1", "type": "model", "display_name": "Wire", "object": "model", "name": "models/wire-1"}
    listed = [{**named, "created": 1_790_000_000, "created_at": "2026-01-01T00:00:00Z", "owned_by": "wire"}]
    return {"object": "list", "data": listed, "models": listed, "has_more": False, "first_id": None, "last_id": None}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.wire.server", description=__doc__)
    parser.add_argument("--script", type=Path, required=True, help="a JSON file of rules")
    parser.add_argument("--log", type=Path, help="note each request here, on disk, before it is answered")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with WireServer(load_script(options.script), log=options.log, port=options.port) as wire:
        print(wire.url, flush=True)
        sys.stdin.read()  # until whoever started it closes the pipe, or kills it


if __name__ == "__main__":
    main()
