"""Roles, and who takes them: the chains as delivered, then whoever is there (FEATURES M8.1)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A part in doing one task; its name is also the purpose of its prompts."""

    ARCHITECT = "architect"
    EXECUTOR = "executor"
    AUDITOR = "auditor"
    CONSULTANT = "consultant"


CHAINS: Final[dict[Role, tuple[str, ...]]] = {
    Role.ARCHITECT: ("codex", "gemini", "glm"),
    Role.EXECUTOR: ("glm",),
    Role.AUDITOR: ("gemini",),
    Role.CONSULTANT: ("codex",),
}
