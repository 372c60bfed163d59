"""A coder that makes the edits its script holds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from orkestra.domain.agents import CoderEvent, Usage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from orkestra.domain.agents import Prompt
    from orkestra.domain.ports import Workspace
    from orkestra.testing.script import Script


class ScriptedCoder:
    """Writes real files into the workspace, through the same confinement as everybody."""

    def __init__(self, script: Script) -> None:
        self._script = script

    async def run(
        self, prompt: Prompt, workspace: Workspace, *, deadline: float, key: str
    ) -> AsyncIterator[CoderEvent]:
        """Make the edits; raises AgentError when the script has none for this job."""
        del deadline  # the script says how long it takes
        line = self._script.find(prompt, key=key)
        await asyncio.sleep(line.seconds)
        for edit in line.edits:
            text = self._script.text_of(edit)
            if text is None:
                workspace.remove(edit.path)
            else:
                workspace.write(edit.path, text)
            yield CoderEvent(kind="edit", path=edit.path)
        yield CoderEvent(kind="result", text=line.summary, usage=Usage(cost_usd=0.0))
