"""A plan as text that people read and edit: what is written is read back exactly, what is not a plan is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from orkestra.domain.errors import DependencyError, InvalidInputError, InvalidTaskError
from orkestra.domain.tasks import MAX_DESCRIPTION, MAX_INSTRUCTIONS, check_text
from orkestra.domain.works import WorkPlan, WorkTask
from orkestra.tasks.graph import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_TASKS: Final = 50
_TITLE: Final = "# Plan"
_WORK: Final = re.compile(r"Work: (work_[0-9a-f]+)")
_HEADING: Final = re.compile(r"## (\d{1,6})\. (.*\S.*)")
_ITEM: Final = re.compile(r"- (file|check|after): *(.*)")
_SPECIAL: Final = re.compile(r"\\*(?:#|- (?:file|check|after):)")
"""What a line of free text may not begin with, unless a backslash is put before it."""


@dataclass
class _Section:
    """A task as it is being read: its number in the text, and the line its heading stands in."""

    number: int
    line: int
    title: str
    files: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def tidy(plan: WorkPlan) -> WorkPlan:
    """Return the plan in the form that text can hold: no stray blanks, and nothing that is empty.

    Raises InvalidInputError for one that can't be done: no task, too many, an empty or overlong title, control
    characters, tasks that wait for each other in a circle or for tasks that don't exist.
    """
    tasks = tuple(
        WorkTask(
            title=_line(task.title),
            instructions=_text(task.instructions),
            files=tuple(filter(None, map(_line, task.files))),
            checks=tuple(filter(None, map(_line, task.checks))),
            after=tuple(sorted(set(task.after))),
        )
        for task in plan.tasks
    )
    whole = WorkPlan(summary=_text(plan.summary), tasks=tasks)
    _refuse_impossible(whole)
    return whole


def render(plan: WorkPlan, work_id: str) -> str:
    """Return a tidy plan as Markdown, the work's id in its head."""
    parts = [f"{_TITLE}\n\nWork: {work_id}\n", *([_escaped(plan.summary)] if plan.summary else [])]
    for number, task in enumerate(plan.tasks, 1):
        items = [
            *(f"- file: {path}" for path in task.files),
            *(f"- check: {check}" for check in task.checks),
            *([f"- after: {', '.join(map(str, task.after))}"] if task.after else []),
        ]
        head = "\n".join([f"## {number}. {task.title}", "", *items])
        parts.append("\n".join([head, *([""] if items else []), _escaped(task.instructions)]).rstrip("\n"))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def work_of(text: str) -> str:
    """Return the id of the work that a plan's text is for, "" when it names none."""
    found = next((_WORK.fullmatch(line.strip()) for line in text.splitlines() if line.startswith("Work:")), None)
    return found[1] if found else ""


def parse(text: str) -> WorkPlan:
    """Return the plan that a text holds, tidy; raise InvalidInputError, naming the line, for what is none."""
    lines = [line.rstrip() for line in text.splitlines()]
    at = _after_head(lines)
    summary: list[str] = []
    sections: list[_Section] = []
    for number, line in enumerate(lines[at:], at + 1):
        if line.startswith("#"):
            sections.append(_section(line, number, sections))
        elif sections:
            _take(sections[-1], line, number)
        else:
            summary.append(_unescaped(line))
    places = {section.number: place for place, section in enumerate(sections, 1)}
    return tidy(WorkPlan(summary="\n".join(summary), tasks=tuple(_task(each, places) for each in sections)))


def _after_head(lines: list[str]) -> int:
    """Return where the summary begins."""
    seen = [(number, line) for number, line in enumerate(lines, 1) if line][:2]
    if not seen or seen[0][1] != _TITLE:
        raise InvalidInputError(f"line {seen[0][0] if seen else 1}: the plan begins with {_TITLE!r}")
    if len(seen) == 1 or not _WORK.fullmatch(seen[1][1]):
        raise InvalidInputError(f"line {seen[-1][0]}: the second line of the plan names its work, 'Work: work_...'")
    return seen[1][0]


def _section(line: str, number: int, before: Iterable[_Section]) -> _Section:
    found = _HEADING.fullmatch(line)
    if found is None:
        raise InvalidInputError(f"line {number}: a task's heading is '## 1. Title' (put \\ before a # that is text)")
    if int(found[1]) in {section.number for section in before}:
        raise InvalidInputError(f"line {number}: there is a task {int(found[1])} already; give this one another number")
    return _Section(number=int(found[1]), line=number, title=found[2])


def _take(section: _Section, line: str, number: int) -> None:
    """Add a line to a task: to its items as long as no text has begun, else to its text."""
    item = _ITEM.fullmatch(line)
    if item and any(section.text):
        raise InvalidInputError(
            f"line {number}: '- {item[1]}:' stands before the instructions (put \\ before it if it is text)"
        )
    if item is None:
        section.text.append(_unescaped(line))
    elif item[1] == "after":
        section.after.extend(_numbers(item[2], number))
    else:
        (section.files if item[1] == "file" else section.checks).append(item[2])


def _numbers(text: str, number: int) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and part.isascii() for part in parts):
        raise InvalidInputError(f"line {number}: '- after:' takes numbers of tasks with commas between, not {text!r}")
    return [int(part) for part in parts]


def _task(section: _Section, places: dict[int, int]) -> WorkTask:
    unknown = [needed for needed in section.after if needed not in places]
    if unknown:
        raise InvalidInputError(
            f"line {section.line}: {section.title!r} comes after task {unknown[0]}, which isn't there"
        )
    return WorkTask(
        title=section.title,
        instructions="\n".join(section.text),
        files=tuple(section.files),
        checks=tuple(section.checks),
        after=tuple(places[needed] for needed in section.after),
    )


def _refuse_impossible(plan: WorkPlan) -> None:
    if not 1 <= len(plan.tasks) <= MAX_TASKS:
        raise InvalidInputError(f"a plan has 1 to {MAX_TASKS} tasks, this one has {len(plan.tasks)}")
    try:
        check_text("summary", plan.summary, MAX_INSTRUCTIONS)
        for number, task in enumerate(plan.tasks, 1):
            _check(number, task, len(plan.tasks))
        in_order({number: task.after for number, task in enumerate(plan.tasks, 1)})
    except (InvalidTaskError, DependencyError) as error:
        raise InvalidInputError(str(error)) from error


def _check(number: int, task: WorkTask, count: int) -> None:
    if not task.title:
        raise InvalidInputError(f"task {number} has no title")
    for what, text, limit in (
        ("title", task.title, MAX_DESCRIPTION),
        ("instructions", task.instructions, MAX_INSTRUCTIONS),
        *(("file", path, MAX_DESCRIPTION) for path in task.files),
        *(("check", check, MAX_DESCRIPTION * 4) for check in task.checks),
    ):
        check_text(f"{what} (task {number})", text, limit)
    wrong = [needed for needed in task.after if not 1 <= needed <= count or needed == number]
    if wrong:
        raise InvalidInputError(f"task {number} can't come after task {wrong[0]}")


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def _escaped(text: str) -> str:
    return "\n".join(f"\\{line}" if _SPECIAL.match(line) else line for line in text.splitlines())


def _unescaped(line: str) -> str:
    return line[1:] if line.startswith("\\") and _SPECIAL.match(line) else line
