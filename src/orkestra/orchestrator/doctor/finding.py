"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing stands: `missing` is a pity, `wrong` keeps Orkestra from working."""

    FOUND = "found"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at; `remedy` is what to do about it, "" where there is nothing to do."""

    area: str
    name: str
    state: State
    detail: str = ""
    remedy: str = ""


def found(area: str, name: str, detail: str = "", remedy: str = "") -> Finding:
    """Return the finding that something is there."""
    return Finding(area=area, name=name, state=State.FOUND, detail=detail, remedy=remedy)


def missing(area: str, name: str, detail: str, remedy: str) -> Finding:
    """Return the finding that something is not there, which Orkestra can work without."""
    return Finding(area=area, name=name, state=State.MISSING, detail=detail, remedy=remedy)


def wrong(area: str, name: str, detail: str, remedy: str) -> Finding:
    """Return the finding that something keeps Orkestra from working."""
    return Finding(area=area, name=name, state=State.WRONG, detail=detail, remedy=remedy)
