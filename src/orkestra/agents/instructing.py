"""What an agent that has only an API is told before its work: how to work with our tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.agents.prompting import Asking, render_prompt

if TYPE_CHECKING:
    from orkestra.domain.agents import Prompt


def coder_instructions(prompt: Prompt) -> str:
    """Return the instructions that go before a piece of work."""
    asking = Asking(package="orkestra.agents", template="coder.md.j2", purpose="coder", subject=prompt.subject)
    return render_prompt(asking, prompt.agent, {}).text
