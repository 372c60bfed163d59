"""A run as its author writes it: an ordinary async function whose steps are recorded."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from orkestra.codec import DecodeError, from_plain, to_plain
from orkestra.domain.errors import JournalMismatch, LeaseHeld, LeaseLost, OrkestraError, RecordError, all_errors
from orkestra.domain.identity import derived_id
from orkestra.domain.runs import StepRecord

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from orkestra.domain.runs import Lease, Question
    from orkestra.engine.journal import Journal
    from orkestra.engine.waits import Waits

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
NOT_OUTCOMES = (LeaseLost, LeaseHeld, JournalMismatch, RecordError)
"""Errors about the journal itself: they say nothing about the step and are not recorded as its outcome."""


class PaidWork(Protocol[T_co]):
    """Work that costs money or time and takes the call's idempotency key."""

    def __call__(self, *, key: str) -> Awaitable[T_co]:
        """Do the work once."""


class Run:
    """The steps of one run, in order; replayed from the journal as far as they are recorded."""

    def __init__(self, journal: Journal, waits: Waits, lease: Lease) -> None:
        self.run_id = lease.run_id
        self._journal = journal
        self._waits = waits
        self._lease = lease
        self._recorded: Mapping[str, StepRecord] = journal.steps(lease)
        self._scope = ""
        self._numbers: Iterator[int] = itertools.count()
        self._asked: Counter[str] = Counter()

    def branch(self, name: str) -> Run:
        """Return a branch with steps of its own, so that concurrent branches replay in any order.

        The name must be unique within this run and hold no dot.
        """
        twin = object.__new__(Run)
        twin.__dict__.update(self.__dict__)
        twin._scope = f"{self._scope}{name}."
        twin._numbers = itertools.count()
        twin._asked = Counter()
        return twin

    async def step(self, name: str, work: Callable[[], Awaitable[T]], *, returns: type[T]) -> T:
        """Do the work and record its outcome, or return what is recorded without doing it.

        The work must be idempotent: after a crash in its middle it is done again. Raises what the work
        raises (recorded, when it is an OrkestraError), JournalMismatch when another step is recorded
        here, LeaseLost when another process has taken the run.
        """
        place = self._place(name)
        if place.state in {"value", "error"}:
            return _replay(place, returns)
        return await self._do(place, work, returns)

    async def paid(self, name: str, work: PaidWork[T], *, returns: type[T]) -> T:
        """Do work that costs: as `step`, but an intent with the idempotency key is recorded before it."""
        place = self._place(name)
        if place.state in {"value", "error"}:
            return _replay(place, returns)
        self._journal.write(self._lease, place)
        return await self._do(place, lambda: work(key=place.key), returns)

    async def ask(self, name: str, question: Question) -> str:
        """Ask a person, through any face or process, and record the answer (or, at expiry, the default).

        The same name again is another question; an answer given before a restart of the run still holds.
        """
        self._asked[name] += 1
        wait_id = derived_id("wait", self.run_id, f"{self._scope}{name}", str(self._asked[name]))

        async def answered() -> str:
            return await self._waits.ask(wait_id, self.run_id, question)

        return await self.step(name, answered, returns=str)

    def _place(self, name: str) -> StepRecord:
        path = f"{self._scope}{next(self._numbers):04d}"
        recorded = self._recorded.get(path)
        if recorded is None:
            key = derived_id("call", self.run_id, str(self._lease.attempt), path)
            return StepRecord(path=path, name=name, state="intent", key=key)
        if recorded.name != name:
            message = f"run {self.run_id} recorded {recorded.name!r} at step {path}, the code now does {name!r} there"
            raise JournalMismatch(message)
        if recorded.state == "intent":
            return _with(recorded, tries=recorded.tries + 1)
        return recorded

    async def _do(self, place: StepRecord, work: Callable[[], Awaitable[T]], returns: type[T]) -> T:
        try:
            value = await work()
        except NOT_OUTCOMES:
            raise
        except OrkestraError as error:
            failed = _with(place, state="error", error_kind=type(error).__name__, error_message=str(error))
            self._journal.write(self._lease, failed)
            raise
        done = _with(place, state="value", value=to_plain(value))
        self._journal.write(self._lease, done)
        return _replay(done, returns)


def _with(step: StepRecord, **changes: Any) -> StepRecord:  # noqa: ANN401 - fields of StepRecord
    return StepRecord(**{**step.__dict__, **changes})


def _replay(step: StepRecord, returns: type[T]) -> T:
    if step.state == "error":
        raise _rebuilt(step)
    try:
        return from_plain(step.value, returns)
    except DecodeError as error:
        message = f"step {step.name!r} is recorded in a form that this version doesn't read: {error}"
        raise JournalMismatch(message) from error


def _rebuilt(step: StepRecord) -> OrkestraError:
    return all_errors().get(step.error_kind, OrkestraError)(step.error_message)
