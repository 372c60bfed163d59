"""Telling tests apart that are called the same: in several files, or for several inputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container

_NUMBER: Final = re.compile(r" \(\d+\)$")


def told_apart(name: str, taken: Container[str]) -> str:
    """Return the name, or with the first number from 2 on that is not taken."""
    told, number = name, 1
    while told in taken:
        number += 1
        told = f"{name} ({number})"
    return told


def title_of(name: str) -> str:
    """Return what a test is called where it stands: without the tests around it, and without our number."""
    return _NUMBER.sub("", name.rpartition(" > ")[2])
