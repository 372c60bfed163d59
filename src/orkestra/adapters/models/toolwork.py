"""Tool calls of a service, done one after another in the order in which it made them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic_ai.messages import ToolReturnPart
from pydantic_ai.tools import ToolDefinition

from orkestra.codec import DecodeError, from_plain, schema_of
from orkestra.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic_ai.messages import ToolCallPart

    from orkestra.domain.agents import Tool

MOST_TOLD: Final = 40_000
"""Characters of a tool's result that are sent, whatever the tool thinks."""
_WIDTH: Final = 160


@dataclass(frozen=True, kw_only=True)
class Done:
    """A call that was answered: for the service, and in a line for the log; `usable` when a tool was really used."""

    answer: ToolReturnPart
    line: str
    usable: bool


class Toolwork:
    """The tools of one conversation."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}

    def definitions(self) -> list[ToolDefinition]:
        """Return the tools in the library's words."""
        return [
            ToolDefinition(
                name=tool.name,
                description=tool.description,
                parameters_json_schema=_parameters(tool.form),
                sequential=True,
            )
            for tool in self._tools.values()
        ]

    async def do(self, call: ToolCallPart) -> Done:
        """Return what a call came to; an unknown tool or malformed arguments are told to the service."""
        tool = self._tools.get(call.tool_name)
        if tool is None:
            return refuse(call, f"there is no tool {call.tool_name[:_WIDTH]!r}: use {', '.join(self._tools)}")
        try:
            arguments = call.args_as_dict(raise_if_invalid=True)
            wanted = from_plain(arguments, tool.form)
        except (ValueError, AssertionError) as error:  # DecodeError is a ValueError
            kind = "arguments" if isinstance(error, DecodeError) else "JSON of the arguments"
            return refuse(call, f"the {kind} can't be read: {_plain(str(error), _WIDTH * 2)}; nothing was done")
        said = _plain(await _in_thread(tool.call, wanted), MOST_TOLD)
        return Done(answer=_answer(call, said, failed=False), line=_line(tool.name, arguments, said), usable=True)


def refuse(call: ToolCallPart, why: str) -> Done:
    """Return the answer to a call that no tool has seen."""
    return Done(answer=_answer(call, why, failed=True), line=one_line(f"{call.tool_name}: {why}", _WIDTH), usable=False)


def _answer(call: ToolCallPart, said: str, *, failed: bool) -> ToolReturnPart:
    outcome = "failed" if failed else "success"
    return ToolReturnPart(call.tool_name, said, call.tool_call_id, outcome=outcome)  # type: ignore[arg-type]


def _parameters(form: type[Any]) -> dict[str, Any]:
    """The schema of the form itself: some services read no references."""
    schema = schema_of(form)
    name = str(schema["$ref"]).rpartition("/")[2]
    found: dict[str, Any] = dict(schema["$defs"][name])
    return found


async def _in_thread(call: Callable[[Any], str], wanted: Any) -> str:  # noqa: ANN401 - a value of the tool's form
    """A cancelled caller still waits for the tool: it would go on writing beside whoever comes next."""
    doing = asyncio.ensure_future(asyncio.to_thread(call, wanted))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait({doing})
        raise


def _line(name: str, arguments: Mapping[str, Any], said: str) -> str:
    about = next((value for value in arguments.values() if isinstance(value, str) and value), "")
    result = said if said.startswith("refused") else ""
    return one_line(f"{name} {about[:_WIDTH]}{': ' if result else ''}{result[: _WIDTH * 2]}", _WIDTH)


def _plain(text: str, most: int) -> str:
    """Text that can be sent: valid Unicode, and not too much of it."""
    valid = text.encode("utf-8", "replace").decode("utf-8")
    return valid if len(valid) <= most else f"{valid[:most]} [cut: {len(valid) - most:,} characters]"
