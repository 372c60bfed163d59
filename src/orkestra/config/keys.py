"""The keys of AI services that lie in the home, for who doesn't want them in every program's environment."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Final

from orkestra.domain.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

KEYS_FILE: Final = "config/api-keys.env"
_LINE: Final = re.compile(r"(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*)")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def home_keys(home: Path) -> dict[str, str]:
    """Return the variables in the home's `config/api-keys.env`, none when there is no such file.

    Lines are `NAME=value`; quotes, `export`, comments and empty lines are as in a shell. Raises ConfigError for a
    file that others could read, and for a malformed line (never shown: it may hold a key).
    """
    path = home / KEYS_FILE
    try:
        with path.open(encoding="utf-8") as file:
            _require_private(path, os.fstat(file.fileno()).st_mode)
            lines = file.read().splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(f"{path} can't be read: {reason}") from None
    return dict(_variable(path, number, line) for number, line in enumerate(lines, 1) if _counts(line))


def _require_private(path: Path, mode: int) -> None:
    if mode & _OTHERS:
        raise ConfigError(f"{path} can be read by others (mode {stat.S_IMODE(mode):04o}): run chmod 600 {path}")


def _counts(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _variable(path: Path, number: int, line: str) -> tuple[str, str]:
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise ConfigError(f"{path}, line {number}: write NAME=value, the name in capital letters")
    name, value = found.groups()
    if value[:1] in {'"', "'"}:
        if len(value) < len('""') or value[-1] != value[0]:
            raise ConfigError(f"{path}, line {number}: the quote is not closed")
        return name, value[1:-1]
    return name, value.partition(" #")[0].rstrip()
