"""`orkestra resume`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, in_project, opened, print_json
from orkestra.cli.works import auto_approve, max_concurrency, wait

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.pipeline.works.ledger import Work


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What was given on the command line."""

    work_id: str | None
    auto_approve: bool
    wait: bool
    max_concurrency: int | None
    project: str
    as_json: bool


@click.command("resume")
@click.argument("work_id", metavar="[ID]", required=False)
@auto_approve
@wait
@max_concurrency
@in_project
@as_json
def command(**flags: Any) -> None:  # noqa: ANN401 - as click gives them
    """Go on with the newest work that is not finished, or with the one of that ID.

    However it ended: planned only, stopped, killed, out of budget, or waiting for an AI. Nothing that is recorded
    is asked or paid again. `orkestra history` lists the works.
    """
    resume(Flags(**flags))


def resume(flags: Flags) -> None:
    """Go on with a work; exits with the code of how it ended."""
    from orkestra.cli.works import Approval, conductor, drive_work, end_work, require_crew
    from orkestra.orchestrator.startup import check_requirements

    check_requirements()
    approval = Approval(beforehand=flags.auto_approve, in_inbox=flags.wait)
    project = opened(flags.project)
    orchestrator = conductor(project, flags.max_concurrency)
    try:
        work = _meant(project, flags.work_id)
        if work is None:
            print_json(None) if flags.as_json else click.echo(
                "Nothing waits to go on. `orkestra history` lists works; a project's tasks are for `orkestra start`."
            )
            return
        if work.asks:
            approval.require()
        require_crew(orchestrator, coder=True)

        def go_on() -> None:
            drive_work(orchestrator, work.id, approval.consent(project), quiet=flags.as_json)

        end_work(project, work.id, go_on, quiet=flags.as_json)
    finally:
        orchestrator.close()


def _meant(project: OpenProject, name: str | None) -> Work | None:
    from orkestra.pipeline.works.ledger import WorkLedger

    ledger = WorkLedger(project)
    return ledger.find(name) if name else next(iter(ledger.unfinished()), None)
