"""Text from models, tools and repositories, made safe to show."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x1b\\|\x07|$)|[@-Z\\-_])", re.DOTALL)
_INVISIBLE: Final = {"Cc", "Cf", "Cs", "Co", "Cn"}


def shown(text: str) -> str:
    r"""Return text without terminal escapes; other invisible characters but newline and tab as `\uXXXX`."""
    return "".join(map(_visible, _ESCAPES.sub("", text)))


def one_line(text: str, width: int) -> str:
    """Return text safe to show in one line of at most `width` characters."""
    line = " ".join(shown(text).split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _visible(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in _INVISIBLE:
        return character
    return f"\\u{ord(character):04x}"
