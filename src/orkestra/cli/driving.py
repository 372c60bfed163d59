"""Driving async work from the terminal: the first Ctrl-C stops cleanly, the second at once."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")
INTERRUPTED: Final = 130


def drive(work: Coroutine[Any, Any, T], *, stop: Callable[[], None] | None = None) -> T:
    """Run async work to its end; at Ctrl-C call `stop`, or cancel the work where there is none.

    Raises click.Abort after an interruption.
    """
    return asyncio.run(_guarded(work, stop))


async def _guarded(work: Coroutine[Any, Any, T], stop: Callable[[], None] | None) -> T:
    task = asyncio.ensure_future(work)
    interrupted = 0

    def interrupt() -> None:
        nonlocal interrupted
        interrupted += 1
        if interrupted > 1:
            os._exit(INTERRUPTED)
        click.echo("\nstopping; what is recorded stays, Ctrl-C again stops at once", err=True)
        stop() if stop else task.cancel()

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
