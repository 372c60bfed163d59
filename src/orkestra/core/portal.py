"""The one portal between synchronous callers and async code, in both directions."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")
P = ParamSpec("P")


def run_sync(work: Coroutine[Any, Any, T]) -> T:
    """Run async work to its end from synchronous code and return its value.

    Inside a running loop, where `asyncio.run` refuses, the work gets a loop of its own on another thread.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    return _on_another_thread(work)


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what synchronous work returns, done on a thread.

    A cancelled caller still waits for the thread: what it does to files and git would otherwise go on beside
    whoever comes next. What it fails with meanwhile is the cause of the CancelledError.
    """
    doing = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError as cancelled:
        await asyncio.wait({doing})
        raise cancelled from None if doing.cancelled() else doing.exception()


def _on_another_thread(work: Coroutine[Any, Any, T]) -> T:
    values: list[T] = []
    errors: list[BaseException] = []

    def drive() -> None:
        try:
            values.append(asyncio.run(work))
        except BaseException as error:  # noqa: BLE001 - raised again below, on the caller's thread
            errors.append(error)

    thread = threading.Thread(target=drive, name="orkestra-portal")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return values[0]
