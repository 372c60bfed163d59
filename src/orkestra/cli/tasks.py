"""`orkestra tasks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from orkestra.cli.options import as_json, in_project, opened, print_json

if TYPE_CHECKING:
    from orkestra.domain.tasks import Task


NARROW: Final = 60
"""Columns below which a table would be all ellipses."""


@click.command("tasks")
@click.argument("task", required=False)
@click.option("--status", help="Only tasks that are pending, in_progress, completed, failed, blocked or cancelled.")
@in_project
@as_json
def command(*, task: str | None, status: str | None, project: str, as_json: bool) -> None:
    """List the tasks, or show one by its number or id."""
    from orkestra.tasks.queue import TaskQueue
    from orkestra.tasks.rows import task_record

    with opened(project) as handle:
        queue = TaskQueue(handle)
        if task is not None:
            found = queue.get_task(task)
            print_json(task_record(found)) if as_json else _show(found)
            return
        listed = queue.list_tasks(status)
    if as_json:
        print_json([task_record(each) for each in listed])
    else:
        _table(listed)


def _show(task: Task) -> None:
    from orkestra.domain.text import shown

    click.echo(f"{task.ordinal}. {shown(task.title)}  ({task.status}, {task.priority}, {task.category})")
    for name in ("id", "assigned_to", "created_at", "completed_at"):
        if getattr(task, name):
            click.echo(f"  {name}: {getattr(task, name)}")
    if task.dependencies:
        click.echo(f"  after: {', '.join(task.dependencies)}")
    if task.metadata.get("reason"):
        click.echo(f"  reason: {shown(task.metadata['reason'])}")
    if task.instructions:
        click.echo(f"\n{shown(task.instructions)}")


def _table(tasks: list[Task]) -> None:
    if not tasks:
        click.echo("No such tasks.")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from orkestra.domain.text import shown

    console = Console()
    if console.width < NARROW:
        for task in tasks:
            click.echo(f"{task.ordinal} {task.status}: {shown(task.title)}")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("#", "status", "priority", "task", "after", "agent"):
        table.add_column(heading, justify="right" if heading == "#" else "left")
    numbers = {task.id: str(task.ordinal) for task in tasks}
    for task in tasks:
        after = ", ".join(numbers.get(each, each) for each in task.dependencies)
        cells = (str(task.ordinal), task.status, task.priority, shown(task.title), after, task.assigned_to or "")
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
