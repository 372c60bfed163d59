"""`orkestra plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from orkestra.cli.options import as_json, in_project
from orkestra.cli.works import brief, work_text

if TYPE_CHECKING:
    from pathlib import Path


@click.command("plan")
@work_text
@brief
@in_project
@as_json
def command(*, work: str | None, brief: Path | None, project: str, as_json: bool) -> None:
    """Let the architect plan WORK on the git repository here, and stop there.

    The plan is written to .orkestra/plan.md, for you to read and edit; `orkestra resume` approves it and goes on.
    """
    from orkestra.cli.works import conductor, drive_work, end_work, entered, read_order, require_crew
    from orkestra.orchestrator.works import Wishes, begin_work
    from orkestra.pipeline.works.room import later

    text = read_order(work, brief)
    handle, notes, standing = entered(project)
    orchestrator = conductor(handle, None)
    try:
        require_crew(orchestrator, coder=False)
        work_id = begin_work(handle, text, standing, Wishes())

        def plan() -> None:
            drive_work(orchestrator, work_id, later, quiet=as_json)

        end_work(handle, work_id, plan, quiet=as_json, notes=notes)
    finally:
        orchestrator.close()
