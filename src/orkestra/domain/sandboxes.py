"""How much walls matter to the user."""

from __future__ import annotations

from enum import StrEnum


class SandboxUse(StrEnum):
    """Whether generated code runs behind walls, from the loosest to the strictest."""

    NONE = "none"
    AUTO = "auto"
    REQUIRED = "required"
