"""Driving async work from the terminal: the first Ctrl-C stops cleanly, the second at once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")
INTERRUPTED: Final = 130


def drive(work: Coroutine[Any, Any, T], *, again: str = "", stop: Callable[[], None] | None = None) -> T:
    """Run async work to its end; at Ctrl-C call `stop`, or cancel the work where there is none.

    Raises click.Abort after an interruption, once it was said that the command `again` goes on with the work.
    """
    try:
        return asyncio.run(_guarded(work, stop))
    except click.Abort:
        if again:
            _tell(f"`{again}` goes on with it.\n")
        raise


def _tell(text: str) -> None:
    """Write to the terminal, if there still is one.

    Not by click: it would write past the live table, which then wipes out the wrong lines.
    """
    if sys.stderr is not None:  # Python's name for one that was closed before it started
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


async def _guarded(work: Coroutine[Any, Any, T], stop: Callable[[], None] | None) -> T:
    task = asyncio.ensure_future(work)
    interrupted = 0

    def interrupt() -> None:
        nonlocal interrupted
        interrupted += 1
        if interrupted > 1:
            os._exit(INTERRUPTED)
        stop() if stop else task.cancel()
        _tell("\nstopping; what is recorded stays, Ctrl-C again stops at once\n")

    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM"):
        if hasattr(signal, name) and os.name != "nt":
            loop.add_signal_handler(getattr(signal, name), interrupt)
    try:
        value = await task
    except asyncio.CancelledError:
        raise click.Abort from None
    if interrupted:
        raise click.Abort
    return value
