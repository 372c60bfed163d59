"""Questions to people: rows that any process can answer."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orkestra.adapters.stores.statements import statements
from orkestra.domain.clock import iso
from orkestra.domain.errors import InvalidInputError
from orkestra.domain.runs import HumanWait

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Person, Row
    from orkestra.domain.runs import Question

SQL: Final = statements("orkestra.engine", "waits.sql")
LOOK_SECONDS: Final = 0.2
"""How often another process's answer is looked for: quick for a person, nothing for a machine."""


class Waits:
    """The questions of one project; `person` is whoever sits at this process, if anybody."""

    def __init__(self, project: OpenProject, person: Person | None = None) -> None:
        self._store = project.store
        self._clock = project.clock
        self._story = project.story
        self._person = person

    def open(self) -> list[HumanWait]:
        """Return the questions without an answer, the oldest first."""
        return [_wait(row) for row in self._store.rows(SQL["open_waits"])]

    def answer(self, wait_id: str, answer: str, *, by: str) -> None:
        """Answer a question, once.

        Raises InvalidInputError when there is no such question, it is answered, or that is not an option.
        """
        rows = self._store.rows(SQL["wait"], {"wait_id": wait_id})
        if not rows:
            message = f"there is no question {wait_id}; `orkestra inbox` lists them"
            raise InvalidInputError(message)
        wait = _wait(rows[0])
        if wait.options and answer not in wait.options:
            message = f"{answer!r} is not an answer to {wait_id}; use one of: {', '.join(wait.options)}"
            raise InvalidInputError(message)
        if not self._settle(wait, answer, by):
            [row] = self._store.rows(SQL["wait"], {"wait_id": wait_id})
            message = f"{wait_id} is answered already: {row['answer']}"
            raise InvalidInputError(message)

    async def ask(self, wait_id: str, run_id: str, question: Question) -> str:
        """Ask, and return the answer when it comes: from here, from another process, or the default at expiry."""
        self._put(wait_id, run_id, question)
        watching = asyncio.create_task(self._until_answered(wait_id))
        asking = asyncio.create_task(self._ask_here(self._person, question, wait_id)) if self._person else watching
        try:
            done, _ = await asyncio.wait({watching, asking}, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            watching.cancel()
            asking.cancel()

    def _put(self, wait_id: str, run_id: str, question: Question) -> None:
        now = self._clock.now()
        expires = None if question.expires_in is None else iso(now + timedelta(seconds=question.expires_in))
        with self._store.transaction() as write:
            asked = write.execute(
                SQL["ask"],
                {
                    "wait_id": wait_id,
                    "run_id": run_id,
                    "text": question.text,
                    "options": json.dumps(question.options),
                    "fallback": question.default,
                    "expires_at": expires,
                    "at": iso(now),
                },
            )
            if asked:
                self._story.tell(write, "wait.asked", run_id, wait_id=wait_id, text=question.text)

    async def _ask_here(self, person: Person, question: Question, wait_id: str) -> str:
        answer = await person.answer(question.text, question.options, question.default)
        while question.options and answer not in question.options:
            answer = await person.answer(question.text, question.options, question.default)
        [row] = self._store.rows(SQL["wait"], {"wait_id": wait_id})
        self._settle(_wait(row), answer, "user")
        [row] = self._store.rows(SQL["wait"], {"wait_id": wait_id})
        return str(row["answer"])

    async def _until_answered(self, wait_id: str) -> str:
        while True:
            [row] = self._store.rows(SQL["wait"], {"wait_id": wait_id})
            if row["answer"] is not None:
                return str(row["answer"])
            if row["expires_at"] is not None and iso(self._clock.now()) >= row["expires_at"]:
                self._settle(_wait(row), row["fallback"], "expiry")
            else:
                await asyncio.sleep(LOOK_SECONDS)

    def _settle(self, wait: HumanWait, answer: str, by: str) -> bool:
        """Write the answer, and say so, unless somebody was quicker."""
        given = {"wait_id": wait.wait_id, "answer": answer, "by": by, "at": iso(self._clock.now())}
        with self._store.transaction() as write:
            first = write.execute(SQL["answer"], given) > 0
            if first:
                self._story.tell(write, "wait.answered", wait.run_id, wait_id=wait.wait_id, answer=answer, by=by)
        return first


def _wait(row: Row) -> HumanWait:
    return HumanWait(
        wait_id=row["wait_id"],
        run_id=row["run_id"],
        text=row["text"],
        options=tuple(json.loads(row["options"])),
        default=row["fallback"],
        expires_at=row["expires_at"],
        answer=row["answer"],
        answered_by=row["answered_by"],
    )
