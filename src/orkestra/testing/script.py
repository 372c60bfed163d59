"""A script: what models and coders say, chosen by what is asked and not by how often.

So an answer is the same after a restart. A line that nobody asked for is an error in the script,
and `Script` as a context manager raises for it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from orkestra.codec import DecodeError, from_plain
from orkestra.domain.errors import AgentError, RecordError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orkestra.domain.agents import Prompt


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A file that a scripted coder writes: its text, or the file of the script that holds it; neither removes it."""

    path: str
    text: str | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """An answer, and when it is given: every field named must equal the prompt's.

    `mentions` are pieces that the prompt's text must hold. A model gives `answer`, a coder makes `edits`
    and reports `summary`. `seconds` is how long it takes.
    """

    purpose: str
    subject: str | None = None
    agent: str | None = None
    round: int | None = None
    mentions: tuple[str, ...] = ()
    answer: Any = None
    edits: tuple[Edit, ...] = ()
    summary: str = ""
    seconds: float = 0.0

    def fits(self, prompt: Prompt) -> bool:
        """Say whether this is the answer to that prompt."""
        asked = {"purpose": prompt.purpose, "subject": prompt.subject, "agent": prompt.agent, "round": prompt.round}
        wanted = {name: getattr(self, name) for name in asked}
        return all(value is None or value == asked[name] for name, value in wanted.items()) and all(
            piece in prompt.text for piece in self.mentions
        )


@dataclass
class Script:
    """Lines in order; the first that fits is the answer. `log` notes each call on disk before it is answered."""

    lines: tuple[Line, ...]
    directory: Path | None = None
    log: Path | None = None
    used: set[int] = field(default_factory=set)

    @classmethod
    def load(cls, directory: Path, *, log: Path | None = None) -> Self:
        """Return the script of a directory: every `*.json` file in it holds a list of lines.

        Raises RecordError, naming the file, for what is not a script.
        """
        lines: list[Line] = []
        for path in sorted(directory.glob("*.json")):
            try:
                lines.extend(from_plain(json.loads(path.read_text(encoding="utf-8")), list[Line]))
            except (ValueError, DecodeError) as error:
                raise RecordError(f"{path}: {error}") from error
        return cls(tuple(lines), directory=directory, log=log)

    def find(self, prompt: Prompt, *, key: str) -> Line:
        """Return the line that answers a prompt; raise AgentError when there is none."""
        for number, line in enumerate(self.lines):
            if line.fits(prompt):
                self._note(prompt, key)
                self.used.add(number)
                return line
        raise AgentError(
            f"the script has no line for {prompt.purpose} {prompt.subject!r} by {prompt.agent}, round {prompt.round}"
        )

    def text_of(self, edit: Edit) -> str | None:
        """Return what an edit writes, None when it removes the file."""
        if edit.source is None:
            return edit.text
        if self.directory is None:
            raise RecordError(f"{edit.path}: a script that was not loaded from a directory has no file {edit.source}")
        return (self.directory / edit.source).read_text(encoding="utf-8")

    def unused(self) -> list[Line]:
        """Return the lines that nobody has asked for yet."""
        return [line for number, line in enumerate(self.lines) if number not in self.used]

    def __enter__(self) -> Self:
        """Use the script for a block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Raise AssertionError for lines that nobody asked for, unless something else went wrong."""
        if kind is None and (unused := self.unused()):
            raise AssertionError(f"nobody asked for these lines of the script: {_names(unused)}")

    def _note(self, prompt: Prompt, key: str) -> None:
        if self.log is None:
            return
        entry = {"key": key, "purpose": prompt.purpose, "subject": prompt.subject, "agent": prompt.agent}
        with self.log.open("ab", buffering=0) as file:
            file.write(json.dumps({**entry, "round": prompt.round, "pid": os.getpid()}).encode() + b"\n")
            os.fsync(file.fileno())


def _names(lines: Iterable[Line]) -> str:
    return "; ".join(
        f"{line.purpose} {line.subject or ''} {line.agent or ''} {line.round or ''}".strip() for line in lines
    )
