"""`orkestra history`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, in_project, opened, print_json

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.pipeline.works.ledger import Work


@click.command("history")
@click.argument("work_id", metavar="[ID]", required=False)
@in_project
@as_json
def command(*, work_id: str | None, project: str, as_json: bool) -> None:
    """List the works done here with date, status, branch, tasks and cost, or show one with its sessions."""
    from orkestra.pipeline.works.ledger import WorkLedger

    with opened(project) as handle:
        ledger = WorkLedger(handle)
        if work_id is not None:
            _show(handle, ledger.find(work_id), quiet=as_json)
            return
        entries = [_entry(ledger, work) for work in ledger.all()]
    if as_json:
        print_json(entries)
    else:
        _list(entries)


def _entry(ledger: Any, work: Work) -> dict[str, Any]:  # noqa: ANN401 - imported late
    tasks = [row["status"] for row in ledger.tasks(work)]
    return {
        "id": work.id,
        "date": work.began,
        "status": work.status,
        "text": work.order.text,
        "branch": work.order.branch,
        "tasks": len(tasks),
        "landed": tasks.count("completed"),
        "cost": vars(ledger.cost(work)),
        "can_resume": work.can_resume,
    }


def _list(entries: list[dict[str, Any]]) -> None:
    from orkestra.domain.text import one_line

    if not entries:
        click.echo("No works yet: `orkestra run WORK` does the first one.")
    for entry in entries:
        done = f"{entry['landed']}/{entry['tasks']} tasks" if entry["tasks"] else "no tasks"
        cost = f"${entry['cost']['cost_usd']:.2f}" + ("+?" if entry["cost"]["unknown"] else "")
        when = entry["date"][:16].replace("T", " ")
        click.echo(f"{entry['id']}  {when}  {entry['status']:<8}  {done}, {cost}  {one_line(entry['text'], 60)}")
        click.echo(f"  {entry['branch']}{'  (orkestra resume)' if entry['can_resume'] else ''}")


def _show(handle: OpenProject, work: Work, *, quiet: bool) -> None:
    from orkestra.cli.reporting import report_json, report_lines
    from orkestra.domain.text import one_line
    from orkestra.pipeline.works.ledger import WorkLedger
    from orkestra.pipeline.works.report import report_on

    report, sessions = report_on(handle, work), WorkLedger(handle).sessions(work)
    if quiet:
        print_json({**report_json(report), "sessions": sessions})
        return
    click.echo(f"{work.id}: {one_line(work.order.title, 100)}")
    click.echo("\n".join(report_lines(report)))
    for session in sessions:
        roles = ", ".join(f"{role} {state}" for role, state in session["status"].items() if state != "waiting")
        error = f"; last error: {one_line(session['last_error'], 80)}" if session["last_error"] else ""
        at = session["last_activity"][:19].replace("T", " ")
        click.echo(f"session {session['session_id']}: {one_line(session['task'], 50)}")
        click.echo(f"  at {session['phase'] or 'its beginning'}, last {at}{f'; {roles}' if roles else ''}{error}")
