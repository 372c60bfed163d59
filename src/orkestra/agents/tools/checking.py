"""The tool that runs one of the project's checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orkestra.domain.agents import Tool

if TYPE_CHECKING:
    from orkestra.domain.ports import Workspace


@dataclass(frozen=True, kw_only=True)
class Checking:
    """Which check to run; with no name, the names are told."""

    name: str = ""


def check_tool(workspace: Workspace) -> Tool:
    """Return the tool over a workspace."""

    def check(wanted: Checking) -> str:
        return workspace.check(wanted.name) or f"{wanted.name}: it said nothing"

    return Tool(
        name="check",
        description=(
            "Run one of the project's checks (its tests, for one) on the files as they are, and see what it says."
            " Without a name it tells which checks there are."
        ),
        form=Checking,
        call=check,
    )
