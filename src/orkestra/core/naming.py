"""Names of projects: what may become a directory."""

from __future__ import annotations

import re
from typing import Final

from orkestra.domain.errors import ConfigError

MAX_NAME: Final = 100
_NAME: Final = re.compile(r"[^\W_][\w .+-]*")
_WINDOWS_DEVICES: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def check_name(name: str) -> str:
    """Return a project's name; raise ConfigError for one that can't be a directory everywhere."""
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME or name.endswith((" ", ".")):
        raise ConfigError(
            f"{name!r} can't be a project's name: use letters, digits, '-', '_', '.' or blanks, "
            f"beginning with a letter or digit, {MAX_NAME} at most (a place goes into --path)"
        )
    if name.split(".", maxsplit=1)[0].casefold() in _WINDOWS_DEVICES:
        raise ConfigError(f"{name!r} is a device on Windows and can't be a directory there; choose another name")
    return name
