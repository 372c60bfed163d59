"""The engine: drives a run to its end, from wherever the journal says it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from orkestra.codec import DecodeError, from_plain, to_plain
from orkestra.domain.errors import JournalMismatch, OrkestraError, RecordError
from orkestra.domain.runs import RunStatus
from orkestra.engine.journal import Journal
from orkestra.engine.run import NOT_OUTCOMES, Run
from orkestra.engine.waits import Waits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Person
    from orkestra.domain.runs import Lease, RunRecord

T = TypeVar("T")


def is_driven(project: OpenProject, run_id: str) -> bool:
    """Say whether a live process drives this run now."""
    return project.locks.is_held(_lock(run_id))


class Engine:
    """Durable runs of one project."""

    def __init__(self, project: OpenProject, person: Person | None = None) -> None:
        self.journal = Journal(project)
        self.waits = Waits(project, person)
        self._locks = project.locks

    async def run(
        self,
        run_id: str,
        work: Callable[[Run], Awaitable[T]],
        *,
        kind: str,
        subject: str,
        returns: type[T],
        given: Any = None,  # noqa: ANN401 - any JSON-shaped input
    ) -> T:
        """Drive the run to its end and return its value; a run that is done returns its recorded value at once.

        A crash, or any error that is not Orkestra's, leaves the run open: the next call continues at the
        first unrecorded step. Raises what the work raises, LeaseHeld while another live process has the run.
        """
        with self._locks.hold(_lock(run_id)):
            record = self.journal.open(run_id, kind=kind, subject=subject, given=to_plain(given))
            if record.status is RunStatus.DONE:
                return _recorded_value(record, returns)
            lease = self.journal.take(run_id)
            if record.status is RunStatus.FAILED:
                self.journal.forget_errors(lease)
            return await self._drive(lease, work)

    async def _drive(self, lease: Lease, work: Callable[[Run], Awaitable[T]]) -> T:
        try:
            return await self._attempt(lease, work)
        except JournalMismatch:
            # The code changed since the journal was written: guessing would be worse than beginning again.
            return await self._attempt(self.journal.restart(lease), work)

    async def _attempt(self, lease: Lease, work: Callable[[Run], Awaitable[T]]) -> T:
        try:
            value = await work(Run(self.journal, self.waits, lease))
        except NOT_OUTCOMES:
            raise
        except OrkestraError as error:
            self.journal.finish(lease, RunStatus.FAILED, error=f"{type(error).__name__}: {error}")
            raise
        self.journal.finish(lease, RunStatus.DONE, value=to_plain(value))
        return value


def _lock(run_id: str) -> str:
    return f"run-{run_id}"


def _recorded_value(record: RunRecord, returns: type[T]) -> T:
    try:
        return from_plain(record.value, returns)
    except DecodeError as error:
        message = f"run {record.run_id} is done; its value has a form that this version doesn't read: {error}"
        raise RecordError(message) from error
