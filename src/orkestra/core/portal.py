"""The one portal between synchronous callers and async code."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


def run_sync(work: Coroutine[Any, Any, T]) -> T:
    """Run async work to its end from synchronous code and return its value.

    Inside a running loop, where `asyncio.run` refuses, the work gets a loop of its own on another thread.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    return _on_another_thread(work)


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
