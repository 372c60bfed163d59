"""An AI that has only an API as hands: what it is told before the work, and our tools with our keys masked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orkestra.adapters.models.coder import ApiCoder
from orkestra.agents.instructing import coder_instructions
from orkestra.agents.tools import toolbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.adapters.models.secrecy import Secrets
    from orkestra.adapters.models.speaking import Speaker
    from orkestra.domain.agents import Tool
    from orkestra.domain.ports import Workspace


def hands_of(speaker: Speaker) -> ApiCoder:
    """Return the coder that works as this speaker."""
    connection = speaker.connection

    def tools(workspace: Workspace) -> Sequence[Tool]:
        return [_concealing(tool, connection.secrets) for tool in toolbox(workspace)]

    return ApiCoder(
        name=connection.config.name,
        speaking=speaker.speaking,
        toolbox=tools,
        instructions=coder_instructions,
    )


def _concealing(tool: Tool, secrets: Secrets) -> Tool:
    """What a tool says goes to a service, and may be shown: our keys are no part of it."""

    def call(arguments: Any) -> str:  # noqa: ANN401 - a value of the tool's own form
        return secrets.hide(tool.call(arguments))

    return replace(tool, call=call)
