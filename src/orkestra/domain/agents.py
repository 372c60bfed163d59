"""Agents: what they are asked, what they answer, and who stands behind a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def is_agent_name(name: str) -> bool:
    """Say whether an agent may have that name: it stands in file names, keys of calls and on the command line."""
    return _NAME.fullmatch(name) is not None


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A question to a model: its text, and in plain fields what it is about.

    `facts` are what the text was written from, for members that go by rules.
    `purpose` is the kind of question (proposal, ballot, blueprint, review, ...), `subject` what it is
    about (a vote's topic, a task's title), `round` counts from 1. `template` and `digest` name the
    prompt file and the SHA-256 of its text, for the record.
    """

    text: str
    purpose: str
    subject: str
    agent: str
    round: int = 1
    facts: Mapping[str, Any] = field(default_factory=dict)
    template: str = ""
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a call consumed; `cost_usd` is None where the price is not known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[T]):
    """A model's answer in the form that was asked for; `backend` is offline, script, api, acp or cli."""

    value: T
    backend: str
    model: str = ""
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, kw_only=True)
class CoderEvent:
    """What a coder reports on the way: `text`, `tool` (a line about a call), `edit` (a path), `usage` or `result`."""

    kind: str
    text: str = ""
    path: str = ""
    usage: Usage | None = None


@dataclass(frozen=True, kw_only=True)
class Tool:
    """Something an agent may do while it works: `form` is the dataclass of its arguments.

    `call` gets a value of that form and returns text for the model; a refusal is told as text, too.
    """

    name: str
    description: str
    form: type[Any]
    call: Callable[[Any], str]


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """One request to a service, as it is kept: `key` is the step's idempotency key, `turn` counts its requests from 1.

    `reply` is the service's answer as JSON, "" when none came; `error` is the kind and text of what came instead.
    `seconds` is how long it took.
    """

    key: str
    turn: int
    agent: str
    backend: str
    model: str
    purpose: str
    subject: str
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    reply: str = ""
    error: str = ""
