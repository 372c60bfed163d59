"""`orkestra status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, held_up, in_project, opened, print_json

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject

BAR = 30


@click.command("status")
@in_project
@as_json
def command(*, project: str, as_json: bool) -> None:
    """Show how far the project is, who works on it, and what waits for you."""
    with opened(project) as handle:
        status = _status(handle)
    if as_json:
        print_json(status)
    else:
        _show(status)


def _status(handle: OpenProject) -> dict[str, Any]:
    from orkestra.core.sandboxing import last_sandbox
    from orkestra.engine.ownership import current_owner
    from orkestra.tasks.queue import TaskQueue

    owner, queue = current_owner(handle), TaskQueue(handle)
    waits = handle.store.rows("SELECT wait_id, text FROM waits WHERE answer IS NULL ORDER BY asked_at")
    reasons = handle.store.rows(
        "SELECT ordinal, description, status, metadata ->> 'reason' AS reason FROM tasks "
        "WHERE status IN ('failed', 'blocked') ORDER BY ordinal LIMIT 5"
    )
    return {
        "project": str(handle.root),
        "running": owner is not None,
        "owner": {"pid": owner.pid, "host": owner.host, "since": owner.since} if owner else None,
        "sandbox": last_sandbox(handle),
        "tasks": queue.get_statistics(),
        "hold_ups": queue.get_hold_ups(),
        "waiting_for_you": waits,
        "stuck": reasons,
    }


def _show(status: dict[str, Any]) -> None:
    from orkestra.domain.text import one_line

    tasks, owner = status["tasks"], status["owner"]
    running = f"running (process {owner['pid']} on {owner['host']})" if owner else "not running"
    click.echo(f"{status['project']}: {running}")
    if warning := status["sandbox"]["warning"]:
        click.echo(one_line(warning, 1_000))
    if not tasks["total"]:
        click.echo(
            "No tasks yet: `orkestra run WORK` does a piece of work here; `orkestra history` lists what was begun."
        )
    else:
        done = round(BAR * tasks["completion_rate"] / 100)
        click.echo(f"[{'#' * done}{'.' * (BAR - done)}] {tasks['completion_rate']:.0f} % of {tasks['total']} tasks")
        click.echo(", ".join(f"{n} {state}" for state, n in tasks["by_status"].items() if n))
    for stuck in status["stuck"]:
        click.echo(
            f"  {stuck['status']}: {stuck['ordinal']}. {one_line(stuck['description'], 60)}: "
            f"{one_line(stuck['reason'] or '', 120)}"
        )
    for line in held_up(status["hold_ups"]):
        click.echo(line)
    if status["waiting_for_you"]:
        click.echo(f"{len(status['waiting_for_you'])} waiting for your answer: `orkestra inbox`")
    elif tasks["total"] > tasks["completed"] and not owner and not status["hold_ups"]["need_ai"]:
        click.echo("`orkestra start` goes on.")
