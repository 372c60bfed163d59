"""The crew that works by rules alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orkestra.adapters.models.offline.coder import TemplateCoder
from orkestra.adapters.models.offline.model import RuleModel
from orkestra.domain.crew import OFFLINE, Backend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.crew import CrewSettings

MEMBERS: Final = ("claude", "chatgpt", "gemini", "copilot", "grok")


def crew(_settings: CrewSettings) -> Sequence[Backend]:
    """Return the crew that works by rules alone, under the committee's five names."""
    model, coder = RuleModel(), TemplateCoder()
    return [Backend(agent=name, kind=OFFLINE, model=model, coder=coder, name="rules") for name in MEMBERS]
