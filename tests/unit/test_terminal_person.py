"""The person at the terminal, when a question is answered elsewhere first."""

import asyncio
import io
import os
from typing import TextIO

from orkestra.adapters.people.terminal import TerminalPerson


def test_the_next_line_goes_to_the_next_question_when_the_one_before_was_answered_elsewhere() -> None:
    end, typing = os.pipe()

    async def story(keyboard: TextIO) -> str:
        person = TerminalPerson(keyboard, io.StringIO())
        first = asyncio.create_task(person.answer("Approve?", ["approve", "reject"], "approve"))
        await asyncio.sleep(0.1)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        second = asyncio.create_task(person.answer("Go on?", ["yes", "no"], "yes"))
        await asyncio.sleep(0.1)
        os.write(typing, b"no\n")
        return await asyncio.wait_for(second, timeout=5)

    with os.fdopen(end, encoding="utf-8") as keyboard:
        assert asyncio.run(story(keyboard)) == "no"
    os.close(typing)


def test_questions_of_one_run_after_another_are_answered_in_turn() -> None:
    person = TerminalPerson(io.StringIO("a\nb\n"), io.StringIO())

    assert asyncio.run(person.answer("One?", [], "")) == "a"
    assert asyncio.run(person.answer("Two?", [], "")) == "b"
    assert asyncio.run(person.answer("Three?", [], "the default")) == "the default"


def test_what_is_no_text_is_no_approval_and_the_next_line_counts() -> None:
    end, typing = os.pipe()
    os.write(typing, b"r\xe9ject, not yet\nreject\nb\n")
    os.close(typing)

    async def story(keyboard: TextIO) -> tuple[str, str]:
        person = TerminalPerson(keyboard, io.StringIO())
        approved = await asyncio.wait_for(person.answer("Approve?", ["approve", "reject"], "approve"), timeout=5)
        return approved, await asyncio.wait_for(person.answer("And?", [], ""), timeout=5)

    with os.fdopen(end, encoding="utf-8") as keyboard:
        assert asyncio.run(story(keyboard)) == ("reject", "b")
