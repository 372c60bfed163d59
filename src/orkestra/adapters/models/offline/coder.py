"""Hands that work by rules: they make the files of a template, and tidy the form of what is there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from orkestra.adapters.models.offline.growing import grown
from orkestra.adapters.models.offline.templates import scaffold_of, template_files
from orkestra.adapters.models.offline.tidying import tidied
from orkestra.domain.agents import CoderEvent, Usage
from orkestra.domain.errors import AgentUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from orkestra.domain.agents import Prompt
    from orkestra.domain.ports import Workspace

TOOLS: Final = ("format", "lint")
"""The project's own tools that look at what was made."""
MAX_SAID: Final = 400


class TemplateCoder:
    """Does the tasks for which there is a template; nothing that somebody wrote is replaced."""

    async def run(
        self, prompt: Prompt, workspace: Workspace, *, deadline: float, key: str
    ) -> AsyncIterator[CoderEvent]:
        """Make the files, or as consultant put their form right.

        Raises AgentUnavailable for everything else: it needs an AI.
        """
        del deadline, key  # it takes milliseconds and costs nothing
        changes = _mended(prompt, workspace) if prompt.purpose == "consultant" else _made(prompt, workspace)
        paths: list[str] = []
        for path, text in changes:
            workspace.write(path, text)
            paths.append(path)
            yield CoderEvent(kind="edit", path=path)
        if not paths:
            raise AgentUnavailable(_nothing(prompt))
        said = [f"{tool}: {(await asyncio.to_thread(workspace.check, tool)).strip()[:MAX_SAID]}" for tool in TOOLS]
        summary = "\n".join([f"By rule, no AI was asked: wrote {', '.join(paths)}", *said])
        yield CoderEvent(kind="result", text=summary, usage=Usage(cost_usd=0.0))


def _made(prompt: Prompt, workspace: Workspace) -> Iterator[tuple[str, str]]:
    there = set(workspace.files())
    for file in template_files(scaffold_of(prompt.facts["task"])):
        before = workspace.read(file.path) if file.path in there else None
        after = grown(file, before)
        if after != before:
            yield file.path, after


def _mended(prompt: Prompt, workspace: Workspace) -> Iterator[tuple[str, str]]:
    scaffold_of(prompt.facts["task"])
    there = set(workspace.files())
    for path in sorted({finding.file for finding in prompt.facts["findings"]} & there):
        before = workspace.read(path)
        after = tidied(before)
        if after != before:
            yield path, after


def _nothing(prompt: Prompt) -> str:
    if prompt.purpose == "consultant":
        problems = "; ".join(finding.problem for finding in prompt.facts["findings"])
        return f"this needs an AI, rules can't put it right: {problems}"
    return f"everything that the template for {prompt.subject!r} makes is there already: what more it needs, an AI says"
