"""What `run`, `plan` and `resume` share: who approves, how a work is driven, and how it ends for a shell."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from orkestra.cli.options import is_terminal, print_json, typed_here
from orkestra.domain.errors import ConfigError, InvalidInputError, OrkestraError, SafetyError, TaskError

if TYPE_CHECKING:
    from collections.abc import Callable

    from orkestra.core.opening import OpenProject
    from orkestra.domain.works import WorkReport
    from orkestra.orchestrator.orchestrator import Orchestrator
    from orkestra.pipeline.works.ledger import Work
    from orkestra.pipeline.works.room import Consent

MAX_ORDER_BYTES: Final = 100_000

work_text = click.argument("work", required=False)
brief = click.option(
    "--brief", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file that says what is to be done."
)
auto_approve = click.option("--auto-approve", "-y", is_flag=True, help="Take the plan as it comes, without asking.")
wait = click.option("--wait", is_flag=True, help="Without a terminal: wait until the plan is answered in the inbox.")
max_concurrency = click.option(
    "--max-concurrency", type=click.IntRange(min=1), help="How many tasks are worked on at the same time."
)


@dataclass(frozen=True, kw_only=True)
class Approval:
    """How a plan may be approved, as the flags and the terminal allow."""

    beforehand: bool = False
    in_inbox: bool = False

    @property
    def possible(self) -> bool:
        """Whether anybody could say yes."""
        return self.beforehand or self.in_inbox or _is_interactive()

    def require(self) -> None:
        """Raise ConfigError, saying which flag to give, when nobody could."""
        if not self.possible:
            raise ConfigError(
                "there is no terminal to approve the plan at: give --auto-approve (or run it in a terminal, "
                "or give --wait and answer with `orkestra inbox`)"
            )

    def consent(self, project: OpenProject) -> Consent | None:
        """Return the consent that was given, or is asked for in the inbox; None for the person at the terminal."""
        from orkestra.engine.waits import Waits
        from orkestra.pipeline.works.room import asking, given

        if self.beforehand:
            return given(Waits(project))
        return None if _is_interactive() else asking(Waits(project))


def _is_interactive() -> bool:
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def read_order(work: str | None, brief: Path | None) -> str:
    """Return what is to be done, from the command line or a file.

    Raises InvalidInputError for both, for neither, and for what can't be an order.
    """
    from orkestra.orchestrator.works import check_order

    if work is not None and brief is not None:
        raise InvalidInputError("give the work or --brief, not both")
    if brief is None:
        return check_order(work or "")
    if brief.stat().st_size > MAX_ORDER_BYTES:
        raise InvalidInputError(f"{brief} has more than {MAX_ORDER_BYTES:,} bytes: a brief is a page, not a book")
    try:
        return check_order(brief.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{brief} is not text in UTF-8: {error.reason} at byte {error.start}") from error


def entered(place: str) -> tuple[OpenProject, tuple[str, ...], Any]:
    """Return the project of the repository that the user means, what should be said of it, and how it stands."""
    from orkestra.core.finding import find_project
    from orkestra.core.guests import enter
    from orkestra.orchestrator.startup import check_requirements

    check_requirements()
    directory = Path(place) if Path(place).is_dir() else find_project(place)
    project, standing = enter(directory)
    return project, standing.notes, standing


def conductor(project: OpenProject, most: int | None) -> Orchestrator:
    """Return the orchestrator of a project, with a person to ask where there is a terminal."""
    from orkestra.cli.approving import PlanReader
    from orkestra.orchestrator.orchestrator import Orchestrator
    from orkestra.orchestrator.startup import make_directories

    make_directories(project)
    if most:
        project = replace(project, settings=replace(project.settings, max_concurrent_tasks=most))
    return Orchestrator(project, person=PlanReader(project.layout.plan) if _is_interactive() else None)


def require_crew(orchestrator: Orchestrator, *, coder: bool) -> None:
    """Raise AgentUnavailable when nobody on the crew can plan a work, or do its tasks."""
    from orkestra.domain.errors import AgentUnavailable

    needs = [orchestrator.crew.thinker, *([orchestrator.crew.maker] if coder else [])]
    for need in needs:
        try:
            need(())
        except AgentUnavailable as error:
            raise AgentUnavailable(f"work on this repository {error}, then run this again") from error


def drive_work(orchestrator: Orchestrator, work_id: str, consent: Consent | None, *, quiet: bool) -> None:
    """Let a work be done while its story is shown; raises what `Orchestrator.carry_out` raises."""
    from orkestra.cli.driving import drive
    from orkestra.cli.live import following

    async def working() -> None:
        async with following(orchestrator.project, quiet=quiet, person=orchestrator.person):
            await orchestrator.carry_out(work_id, consent)

    drive(working(), again=typed_here(f"orkestra resume {work_id}", orchestrator.project.root), stop=orchestrator.stop)


def end_work(
    project: OpenProject, work_id: str, work: Callable[[], None], *, quiet: bool, notes: tuple[str, ...] = ()
) -> None:
    """Do the work, tell how it ended, and exit with the code of that; errors come after the report."""
    from orkestra.pipeline.works.ledger import WorkLedger
    from orkestra.pipeline.works.room import PlanKept

    error: OrkestraError | None = None
    try:
        work()
    except PlanKept:
        tell_plan(project, WorkLedger(project).find(work_id), quiet=quiet)
        return
    except OrkestraError as raised:
        error = raised
    report = _tell_report(project, work_id, quiet=quiet, notes=notes)
    if error is not None:
        raise error
    raise click.exceptions.Exit(exit_code(report))


def tell_plan(project: OpenProject, work: Work, *, quiet: bool) -> None:
    """Show the plan that is kept, and what to do with it."""
    from orkestra.domain.text import shown

    path = project.layout.plan
    text = path.read_text("utf-8", "replace")
    if quiet:
        print_json({"id": work.id, "status": work.status, "plan": str(path), "text": text})
    else:
        click.echo(f"\n{shown(text)}\nThe plan waits in {path}: edit it if you like, then `orkestra resume`.")


def _tell_report(project: OpenProject, work_id: str, *, quiet: bool, notes: tuple[str, ...]) -> WorkReport:
    from orkestra.cli.reporting import report_json, report_lines
    from orkestra.pipeline.works.ledger import WorkLedger
    from orkestra.pipeline.works.report import report_on

    report = report_on(project, WorkLedger(project).find(work_id))
    if quiet:
        print_json({**report_json(report), "notes": list(notes)})
    elif report.tasks:
        click.echo("\n" + "\n".join(report_lines(report)))
    return report


def exit_code(report: WorkReport) -> int:
    """Return 0 when all landed, and merged if that was asked for; else the code of what did not."""
    if any(task.status != "completed" for task in report.tasks):
        return TaskError.exit_code
    return SafetyError.exit_code if report.merged and not report.merged.commit else 0
