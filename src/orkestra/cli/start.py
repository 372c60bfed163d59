"""`orkestra start`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, held_up, in_project, is_terminal, print_json, typed_here
from orkestra.domain.errors import AgentError, TaskError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orkestra.orchestrator.orchestrator import Orchestrator


@click.command("start")
@in_project
@as_json
def command(*, project: str, as_json: bool) -> None:
    """Work on the project until nothing is left to do.

    Goes on with whatever was interrupted: planning, votes, tasks; nothing that is recorded is asked or paid
    again. Exit code 0: all is done; 6: tasks failed; 5: tasks wait for an AI.
    """
    from orkestra.cli.asking import Spectator
    from orkestra.cli.driving import drive
    from orkestra.orchestrator.startup import SystemStartup

    interactive = is_terminal(sys.stdin) and not as_json
    orchestrator = SystemStartup(project, person=Spectator() if interactive else None).initialize()
    try:
        again = typed_here("orkestra start", orchestrator.project.root)
        drive(work(orchestrator, quiet=as_json), again=again, stop=orchestrator.stop)
        status = orchestrator.get_status()
    finally:
        orchestrator.close()
    if as_json:
        print_json(status)
    else:
        click.echo(summary(status["tasks"], status["hold_ups"]))
    raise click.exceptions.Exit(exit_code(status["tasks"]))


async def work(orchestrator: Orchestrator, *, quiet: bool) -> None:
    """Let the orchestrator work while its story is shown."""
    from orkestra.cli.live import following

    async with following(orchestrator.project, quiet=quiet, person=orchestrator.person):
        await orchestrator.start()
    if quiet and (warning := orchestrator.get_status()["sandbox"]["warning"]):
        click.echo(warning, err=True)


def summary(tasks: dict[str, Any], hold_ups: Mapping[str, int] | None = None) -> str:
    """Return in a few lines how the tasks stand, and what to do about those that can't go on."""
    if not tasks["total"]:
        return "Nothing to do: there are no tasks. `orkestra new NAME` plans a project."
    stand = ", ".join(f"{number} {state}" for state, number in tasks["by_status"].items() if number)
    more = " `orkestra status` says why." if tasks["failed"] or tasks["blocked"] else ""
    return "\n".join([f"{tasks['completion_rate']:.0f} % done: {stand}.{more}", *held_up(hold_ups or {})])


def exit_code(tasks: dict[str, Any]) -> int:
    """Return 0 when nothing failed or waits, else the exit code of what did."""
    if tasks["failed"]:
        return TaskError.exit_code
    return AgentError.exit_code if tasks["blocked"] else 0
