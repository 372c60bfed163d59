"""`orkestra run`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, in_project
from orkestra.cli.works import auto_approve, brief, max_concurrency, wait, work_text

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What was given on the command line."""

    work: str | None
    brief: Path | None
    auto_approve: bool
    wait: bool
    merge: bool
    branch: str
    max_concurrency: int | None
    project: str
    as_json: bool


@click.command("run")
@work_text
@brief
@auto_approve
@wait
@click.option("--merge", is_flag=True, help="Merge the result into your branch when all of it landed.")
@click.option("--branch", default="", help="The branch that the result stands on; orkestra/... unless given.")
@max_concurrency
@in_project
@as_json
def command(**flags: Any) -> None:  # noqa: ANN401 - as click gives them
    """Do WORK on the git repository here: planned by the architect, approved by you, done and proven by the crew.

    \b
      orkestra run "Add a --verbose flag"
      orkestra run --brief idea.md --auto-approve --merge

    Your files, your branch and your uncommitted changes are left alone: the result stands on a branch of its
    own, each commit with its tests passed on exactly that state. Exit code 0: all landed; 6: some tasks did not;
    9: done, but not merged as asked; 5: an AI is missing; 8: the plan was rejected.

    --json prints: id, text, status, branch, base, head, home, merged {commit, reason}, tasks [{id, ordinal,
    title, status, commit, reason}], commits [[id, subject]], files [{path, added, removed}], baseline and proof
    {framework, passed, summary, commit, ...}, cost {requests, input_tokens, output_tokens, cost_usd, unknown},
    began, ended, seconds, error, notes, next.
    """  # noqa: D301 - click reads the backspace
    run(Flags(**flags))


def run(flags: Flags) -> None:
    """Order a work and do it; exits with the code of how it ended."""
    from orkestra.cli.works import Approval, conductor, drive_work, end_work, entered, read_order, require_crew
    from orkestra.orchestrator.works import Wishes, begin_work

    text = read_order(flags.work, flags.brief)
    approval = Approval(beforehand=flags.auto_approve, in_inbox=flags.wait)
    approval.require()
    project, notes, standing = entered(flags.project)
    orchestrator = conductor(project, flags.max_concurrency)
    try:
        require_crew(orchestrator, coder=True)
        wishes = Wishes(branch=flags.branch, merge=flags.merge, approved=flags.auto_approve)
        work_id = begin_work(project, text, standing, wishes)
        if not flags.as_json:
            _announce(project.root, standing, notes)

        def work() -> None:
            drive_work(orchestrator, work_id, approval.consent(project), quiet=flags.as_json)

        end_work(project, work_id, work, quiet=flags.as_json, notes=notes)
    finally:
        orchestrator.close()


def _announce(root: Path, standing: Any, notes: tuple[str, ...]) -> None:  # noqa: ANN401 - imported late
    click.echo(f"{root}, on {standing.branch or 'a detached HEAD'} at {standing.commit[:10]}")
    for note in notes:
        click.echo(f"note: {note}")
