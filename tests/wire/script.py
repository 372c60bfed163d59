"""What the server says: rules in order, the first that fits a request is the answer.

A rule asks for what was said, and not for how often, wherever it can: so an answer is the same after a restart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from orkestra.codec import from_plain

STATUS = {
    "unauthorized": 401,
    "rate_limit": 429,
    "server_error": 500,
    "unavailable": 503,
    "overloaded": 529,
    "context_overflow": 400,
}
"""Faults that are an answer of that HTTP status, in the words of each API."""
OUTPUT_TOOL = "final_result"
"""The tool by which an answer in a given form comes back, as pydantic-ai calls it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, whichever API it came by.

    `turn` counts the model's own earlier messages, from 1; `number` the requests to this server, from 1.
    `says` is the user's last text, `text` everything there is to read, `results` what tools have returned since.
    """

    dialect: str
    path: str
    model: str
    headers: dict[str, str]
    body: dict[str, Any]
    stream: bool
    text: str
    says: str
    results: tuple[str, ...]
    tools: tuple[str, ...]
    turn: int
    number: int = 0

    @property
    def key(self) -> str:
        """The idempotency key, "" when there is none."""
        return self.headers.get("idempotency-key", "")


@dataclass(frozen=True, kw_only=True)
class Call:
    """A tool call; arguments that are a text are sent as they are, so they may be malformed."""

    name: str
    arguments: dict[str, Any] | str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Text, tool calls, or both; or a fault.

    `answer` is a call of whichever tool takes the final answer. `fault` is a name in STATUS, or `cut` (the
    connection ends after `after` chunks), `silence` (nothing more comes after `after` chunks), `garbage` (no JSON),
    `filtered` (the answer was refused for its content). `pause` is how many seconds pass before the first byte.
    """

    text: str = ""
    calls: tuple[Call, ...] = ()
    answer: dict[str, Any] | str | None = None
    fault: str = ""
    retry_after: float | None = None
    after: int = 0
    pause: float = 0.0
    tokens: tuple[int, int] = (120, 30)

    def for_request(self, asked: Asked) -> Reply:
        """The reply with `answer` as the tool call that this request wants it to be."""
        if self.answer is None:
            return self
        tool = next((name for name in asked.tools if name.startswith(OUTPUT_TOOL)), OUTPUT_TOOL)
        return replace(self, answer=None, calls=(*self.calls, Call(name=tool, arguments=self.answer)))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A reply, and when it is given: whatever is named must hold. `says` and `text` are regular expressions.

    `after_tool` is whether tools have returned something, `result` what they must have returned. `times` is how
    often the rule holds before the next that fits takes over; 0 is always.
    """

    reply: Reply
    says: str | None = None
    text: str | None = None
    result: str | None = None
    after_tool: bool | None = None
    turn: int | None = None
    number: int | None = None
    model: str | None = None
    dialect: str | None = None
    tool: str | None = None
    times: int = 0

    def fits(self, asked: Asked) -> bool:
        """Whether this is the answer to that request."""
        exact = {"turn": asked.turn, "number": asked.number, "model": asked.model, "dialect": asked.dialect}
        found = {"says": asked.says, "text": asked.text, "result": "\n".join(asked.results)}
        return (
            all(getattr(self, name) in {None, value} for name, value in exact.items())
            and all(_finds(getattr(self, name), value) for name, value in found.items())
            and self.after_tool in {None, bool(asked.results)}
            and (self.tool is None or self.tool in asked.tools)
        )


Script = Callable[[Asked], Reply] | Sequence[Rule]


class NoRuleFitsError(Exception):
    """The script has no answer to a request: the request stands in the message."""


@dataclass
class Scripted:
    """Chooses replies, and counts how often each rule was used."""

    script: Script
    used: dict[int, int] = field(default_factory=dict)

    def reply(self, asked: Asked) -> Reply:
        """The reply to a request; raises NoRuleFitsError."""
        if callable(self.script):
            return self.script(asked).for_request(asked)
        for number, rule in enumerate(self.script):
            if rule.fits(asked) and not (rule.times and self.used.get(number, 0) >= rule.times):
                self.used[number] = self.used.get(number, 0) + 1
                return rule.reply.for_request(asked)
        raise NoRuleFitsError(f"no rule fits request {asked.number}, turn {asked.turn}: {asked.says[-300:]!r}")


def load_script(file: Path) -> list[Rule]:
    """The rules that a JSON file holds, in the words of `Rule`, `Reply` and `Call`."""
    return from_plain(json.loads(file.read_text("utf-8")), list[Rule])


def says(text: str, **more: Any) -> Reply:  # noqa: ANN401 - fields of Reply
    """A reply in words."""
    return Reply(text=text, **more)


def calls(name: str, **arguments: Any) -> Reply:  # noqa: ANN401 - the tool's arguments
    """A reply that calls one tool."""
    return Reply(calls=(Call(name=name, arguments=arguments),))


def answers(answer: dict[str, Any] | str, **more: Any) -> Reply:  # noqa: ANN401 - fields of Reply
    """A reply in the form that was asked for; a text is sent as it is, however malformed."""
    return Reply(answer=answer, **more)


def fault(kind: str, **more: Any) -> Reply:  # noqa: ANN401 - fields of Reply
    """A reply that goes wrong in the middle of some words."""
    return Reply(fault=kind, text="some words that nobody will hear to their end", **more)


def always(reply: Reply) -> list[Rule]:
    """A script that says the same to everybody."""
    return [Rule(reply=reply)]


def in_turn(*replies: Reply) -> list[Rule]:
    """A script that says one thing after another, whatever it is asked; the last one from then on."""
    return [Rule(reply=reply, times=1) for reply in replies[:-1]] + [Rule(reply=replies[-1])]


def _finds(pattern: str | None, text: str) -> bool:
    return pattern is None or re.search(pattern, text) is not None
