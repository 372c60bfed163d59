"""A whole crew that goes by one script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orkestra.domain.crew import Backend
from orkestra.testing.coder import ScriptedCoder
from orkestra.testing.model import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.testing.script import Script

SEVEN: Final = ("claude", "chatgpt", "gemini", "copilot", "grok", "codex", "glm")


def scripted_crew(script: Script, agents: Sequence[str] = SEVEN) -> list[Backend]:
    """Return backends of kind `script` for these agents: each answers and codes as the script says."""
    model, coder = ScriptedModel(script), ScriptedCoder(script)
    return [Backend(agent=name, kind="script", model=model, coder=coder, name="script") for name in agents]
