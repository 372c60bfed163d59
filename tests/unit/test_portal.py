"""The portal between synchronous callers and async code."""

import asyncio
import threading
import time

import pytest

from orkestra.core.portal import in_thread, run_sync


async def answer() -> int:
    await asyncio.sleep(0)
    return 42


async def fail() -> int:
    raise LookupError("nothing there")


def test_async_work_runs_from_synchronous_code() -> None:
    assert run_sync(answer()) == 42


def test_it_also_runs_inside_a_running_loop() -> None:
    async def inside() -> int:
        return run_sync(answer())

    assert asyncio.run(inside()) == 42


def test_its_error_comes_out_in_both() -> None:
    async def inside() -> int:
        return run_sync(fail())

    with pytest.raises(LookupError):
        run_sync(fail())
    with pytest.raises(LookupError):
        asyncio.run(inside())


def test_a_cancelled_caller_waits_for_what_its_thread_still_does() -> None:
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        time.sleep(0.2)
        done.set()

    async def cancelled() -> bool:
        writing = asyncio.create_task(in_thread(write))
        await asyncio.to_thread(begun.wait)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        return done.is_set()

    assert asyncio.run(cancelled())


def test_what_the_thread_of_a_cancelled_caller_fails_with_is_the_cause() -> None:
    begun = threading.Event()

    def write() -> None:
        begun.set()
        time.sleep(0.05)
        raise OSError("disk full")

    async def cancelled() -> BaseException | None:
        writing = asyncio.create_task(in_thread(write))
        await asyncio.to_thread(begun.wait)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await writing
        return caught.value.__cause__

    assert str(asyncio.run(cancelled())) == "disk full"
