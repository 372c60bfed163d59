"""Durable runs: what the journal holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class RunStatus(StrEnum):
    """Where a run stands; an open run is continued by whoever takes its lease."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """A run as the journal knows it; `epoch` is the fencing token, `attempt` counts from 1."""

    run_id: str
    kind: str
    subject: str
    status: RunStatus = RunStatus.OPEN
    epoch: int = 0
    attempt: int = 1
    input: Any = None
    value: Any = None
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to record steps of a run, until somebody else takes over with a higher epoch."""

    run_id: str
    epoch: int
    attempt: int


@dataclass(frozen=True, kw_only=True)
class StepRecord:
    """A step that was begun (`intent`) or is over (`value`, `error`); `path` is its place in the run."""

    path: str
    name: str
    state: str
    value: Any = None
    error_kind: str = ""
    error_message: str = ""
    key: str = ""
    tries: int = 1


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something only a person can decide; without an answer until `expires_in` seconds the default holds."""

    text: str
    options: tuple[str, ...] = ()
    default: str = ""
    expires_in: float | None = None


@dataclass(frozen=True, kw_only=True)
class HumanWait:
    """A question waiting for its answer, from any process."""

    wait_id: str
    run_id: str
    text: str
    options: tuple[str, ...] = field(default=())
    default: str = ""
    expires_at: str | None = None
    answer: str | None = None
    answered_by: str | None = None
