"""The form of a text file, put right where no judgement is needed."""

from __future__ import annotations


def tidied(text: str) -> str:
    """Return text with line ends of one kind, no blanks before them, and exactly one line end at the end."""
    lines = [line.rstrip(" \t") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).rstrip("\n") + "\n" if any(lines) else ""
