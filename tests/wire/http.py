"""As much of HTTP/1.1 as the SDKs need: a request in, a whole or a chunked answer out."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

PHRASES = {**{int(status): status.phrase for status in HTTPStatus}, 529: "Overloaded"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request; the names of its headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    def json(self) -> dict[str, Any]:
        """Its body."""
        body: dict[str, Any] = json.loads(self.content)
        return body


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request on a connection, None when the client has closed it."""
    first = await reader.readline()
    if not first.strip():
        return None
    method, path, _ = first.decode().split(" ", 2)
    headers: dict[str, str] = {}
    while (line := await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    content = await _content(reader, headers)
    return Request(method=method, path=path, headers=headers, content=content)


async def _content(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    whole = b""
    while size := int(await reader.readline(), 16):
        whole += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return whole


async def send_head(writer: asyncio.StreamWriter, status: int, headers: dict[str, str]) -> None:
    """The status and the headers of an answer."""
    lines = [f"HTTP/1.1 {status} {PHRASES[status]}", "request-id: req_wire", *(f"{k}: {v}" for k, v in headers.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    await writer.drain()


async def send_whole(
    writer: asyncio.StreamWriter, status: int, body: dict[str, Any] | str, headers: dict[str, str] | None = None
) -> bool:
    """An answer in one piece; a text is sent as it is. The connection stays open: True."""
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    sent = {"content-type": "application/json", "content-length": str(len(content)), **(headers or {})}
    await send_head(writer, status, sent)
    writer.write(content)
    await writer.drain()
    return True
