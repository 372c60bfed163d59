"""`orkestra demo`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, print_json, typed_here
from orkestra.demo.brief import NAME
from orkestra.domain.errors import ConfigError

if TYPE_CHECKING:
    from orkestra.core.project import OrkestraProject

MAX_DEMOS = 100


@click.command("demo")
@click.option("--path", type=click.Path(path_type=Path), help=f"Where to make the project; ./{NAME} unless given.")
@as_json
def command(*, path: Path | None, as_json: bool) -> None:
    """Watch the whole idea work: no key, no question, under a minute.

    A scripted crew takes the place of the AIs: none is called. Everything else is real: the votes, the queue,
    the worktrees, the test runs, the merges. The project stays, for you to look at.
    """
    from orkestra.core.project import OrkestraProject
    from orkestra.demo.brief import BRIEF

    made = OrkestraProject.create(NAME, path or _free_place(), description=BRIEF.description, settings={"crew": "demo"})
    if not as_json:
        click.echo("This is a demonstration: a scripted crew answers, no AI is called. Everything else is real.")
        click.echo(f"The project: {made.path}\n")
    status = _build(made, quiet=as_json)
    from orkestra.cli.start import exit_code
    from orkestra.demo.finale import finale

    ending = finale(made.path)
    if as_json:
        print_json({**status, "proof": vars(ending)})
    else:
        _show(made.path, status["tasks"], ending)
    raise click.exceptions.Exit(exit_code(status["tasks"]) or (0 if ending.passed else 1))


def _free_place() -> Path:
    for number in range(1, MAX_DEMOS):
        place = Path(NAME if number == 1 else f"{NAME}-{number}")
        if not place.exists():
            return place
    raise ConfigError(f"there are {MAX_DEMOS} demonstrations here already: remove some, or give --path")


def _build(made: OrkestraProject, *, quiet: bool) -> dict[str, Any]:
    from orkestra.cli.driving import drive
    from orkestra.cli.start import work
    from orkestra.demo.brief import BRIEF
    from orkestra.orchestrator.startup import SystemStartup
    from orkestra.planning.planner import ProjectPlanner

    orchestrator = SystemStartup(made.path).initialize()
    ProjectPlanner(orchestrator.project).begin(BRIEF, auto_approve=True)
    try:
        again = typed_here("orkestra start", made.path)
        drive(work(orchestrator, quiet=quiet), again=again, stop=orchestrator.stop)
        return orchestrator.get_status()
    finally:
        orchestrator.close()


def _show(path: Path, tasks: dict[str, Any], ending: Any) -> None:  # noqa: ANN401 - the finale, imported late
    from orkestra.cli.start import summary
    from orkestra.domain.text import shown

    click.echo(f"\n{summary(tasks)}")
    click.echo(f"Its own tests on main: {ending.tests}\n\n$ {ending.command}\n{shown(ending.output)}")
    orkestra = "orkestra" if shutil.which("orkestra") else str(Path(sys.argv[0]).resolve())
    looks = {
        f"cd {path}": "",
        "git log --oneline": "each task is one commit, merged after its tests passed on the merged state",
        f"{orkestra} vote list": "the disagreement that the second round settled",
        f"{orkestra} tasks": "the queue",
        "cat docs/plan.md": "the plan as it was decided",
    }
    click.echo("Look at it:")
    for command_line, why in looks.items():
        click.echo(f"  {command_line:<24}  {why}".rstrip())
