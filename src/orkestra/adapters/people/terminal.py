"""The person at the terminal, asked in plain lines; the end of the input stands for every default."""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class TerminalPerson:
    """Asks on a stream and reads lines; one question at a time."""

    def __init__(self, source: TextIO | None = None, target: TextIO | None = None) -> None:
        self._keyboard = _Keyboard(source or sys.stdin)
        self._target: TextIO | None = target or sys.stdout
        self._turn = asyncio.Lock()

    async def answer(self, text: str, options: Sequence[str], default: str) -> str:
        """Return the line typed, one of the options where there are any; the default for nothing or no more input.

        An option may be shortened to what only it begins with.
        """
        async with self._turn:
            return await self.answer_now(text, options, default)

    async def answer_now(self, text: str, options: Sequence[str], default: str) -> str:
        """Ask without waiting for a turn; as `answer`."""
        while True:
            line = await self.line(text, options, default)
            chosen = meant(line, options, default)
            if chosen is not None:
                return chosen
            self.say(f"Please answer with one of: {', '.join(options)}.\n")

    async def line(self, text: str, options: Sequence[str], default: str) -> str | None:
        """Ask once and return the line as typed, None at the end of the input."""
        choices = f" [{'/'.join(options)}]" if options else ""
        hint = f" ({default})" if default else ""
        self.say(f"{text}{choices}{hint}: ")
        typed = await self._keyboard.line()
        if typed is None:
            self.say("\n")
        return typed

    def say(self, text: str) -> None:
        """Write a text as it is."""
        if self._target is not None:
            self._target.write(text)
            self._target.flush()


def meant(line: str | None, options: Sequence[str], default: str) -> str | None:
    """Return what a typed line means: an option or what only it begins with, the default for nothing; None else."""
    if line is None or not line.strip():
        return default
    said = line.strip()
    if not options:
        return said
    fitting = [option for option in options if option.casefold().startswith(said.casefold())]
    return fitting[0] if len(fitting) == 1 else None


UNREADABLE = "\N{REPLACEMENT CHARACTER}\n"


class _Keyboard:
    """Reads one line at a time, on a thread that does not keep the process alive.

    When a question is answered elsewhere, its reader stays, and reads for whoever asks next: a second one beside it
    would lose a line. What is typed while nobody asks is dropped: it was meant for the question before.
    """

    def __init__(self, source: TextIO | None) -> None:
        self._source = source
        if isinstance(source, io.TextIOWrapper):
            with suppress(io.UnsupportedOperation):  # something was read from it already
                source.reconfigure(errors="replace")
        self._lock = threading.Lock()
        self._reading = False
        self._hear: Callable[[str | None], None] = _nobody

    async def line(self) -> str | None:
        """Return the next line, None at the end of the input."""
        source = self._source
        if source is None:  # Python's name for a keyboard that was closed before it started
            return None
        loop = asyncio.get_running_loop()
        future: asyncio.Future[str | None] = loop.create_future()

        def settle(line: str | None) -> None:
            if not future.done():
                future.set_result(line)

        def hear(line: str | None) -> None:
            with suppress(RuntimeError):  # the loop has ended: nobody waits any more
                loop.call_soon_threadsafe(settle, line)

        with self._lock:
            self._hear = hear
            idle, self._reading = not self._reading, True
        if idle:
            threading.Thread(target=self._read, args=[source], daemon=True, name="orkestra-keyboard").start()
        return await future

    def _read(self, source: TextIO) -> None:
        try:
            line = source.readline() or None
        except UnicodeDecodeError:
            line = UNREADABLE  # no option begins so: it is asked again, and never taken for a yes
        except (OSError, ValueError):  # closed: no more input
            line = None
        with self._lock:
            self._reading = False
            self._hear(line)


def _nobody(_line: str | None) -> None:
    return None
