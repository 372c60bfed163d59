"""All tools over one workspace: bounded, and every refusal is text for the model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orkestra.agents.tools.bounds import clipped
from orkestra.agents.tools.checking import check_tool
from orkestra.agents.tools.editing import edit_tool
from orkestra.agents.tools.listing import list_tool
from orkestra.agents.tools.patching import patch_tool
from orkestra.agents.tools.reading import read_tool
from orkestra.agents.tools.searching import search_tool
from orkestra.agents.tools.writing import remove_tool, write_tool
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.agents import Tool
    from orkestra.domain.ports import Workspace

_MAKERS = (list_tool, read_tool, search_tool, edit_tool, patch_tool, write_tool, remove_tool, check_tool)


def toolbox(workspace: Workspace) -> Sequence[Tool]:
    """Return the tools over a workspace; none raises for what a model asks of it."""
    return tuple(_told(maker(workspace)) for maker in _MAKERS)


def _told(tool: Tool) -> Tool:
    def call(arguments: Any) -> str:  # noqa: ANN401 - a value of the tool's own form
        try:
            return clipped(tool.call(arguments))
        except SafetyError as error:
            return clipped(f"refused: {error}")

    return replace(tool, call=call)
