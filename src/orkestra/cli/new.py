"""`orkestra new`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from orkestra.cli.options import as_json, print_json, typed_here
from orkestra.domain.errors import InvalidInputError

if TYPE_CHECKING:
    from orkestra.adapters.people.terminal import TerminalPerson
    from orkestra.core.opening import OpenProject
    from orkestra.domain.plans import Brief, Plan

MAX_BRIEF_BYTES = 100_000


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the flags say of the project to be planned; an empty description means: ask."""

    name: str
    description: str
    features: str
    involvement: int


@click.command("new")
@click.argument("name")
@click.option("--path", type=click.Path(path_type=Path), help="The project's directory; ./NAME unless given.")
@click.option("--description", "-d", default="", help="What is to be built; asked for unless given.")
@click.option("--brief", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file that describes it.")
@click.option("--features", "-f", default="", help="Features, with commas between.")
@click.option(
    "--involvement",
    "-i",
    type=click.IntRange(1, 3),
    default=2,
    show_default=True,
    help="1: you are asked after each round; 2: at milestones; 3: for the final plan only.",
)
@click.option("--auto-approve", "-y", is_flag=True, help="Take the plan as it comes, without asking.")
@click.option("--crew", default="", help="Who works: a crew's name, kept in the project's settings.")
@click.option("--no-plan", is_flag=True, help="Only make the project.")
@as_json
def command(  # noqa: PLR0913 - one parameter per flag
    *,
    name: str,
    path: Path | None,
    description: str,
    brief: Path | None,
    features: str,
    involvement: int,
    auto_approve: bool,
    crew: str,
    no_plan: bool,
    as_json: bool,
) -> None:
    """Make a project in a directory and git repository of its own, and plan it with the committee.

    \b
      orkestra new pocketledger
      orkestra new pocketledger -d "A ledger for the pocket" -f "import,report" -y
      orkestra new pocketledger --brief idea.md
    """  # noqa: D301 - click reads the backspace
    from orkestra.adapters.people.terminal import TerminalPerson
    from orkestra.config.settings import load_settings
    from orkestra.core.project import OrkestraProject
    from orkestra.plugins.crews import require_crew

    if crew:
        require_crew(crew)
    made = OrkestraProject.unplanned(name, path)  # refused before anything is asked
    if made and crew and load_settings(made.path).crew != crew:
        raise InvalidInputError(f"{made.path} is made already: name the crew in its config/config.json")
    text = _read(brief) if brief else description
    person = TerminalPerson(target=sys.stderr if as_json else sys.stdout)
    wishes = Wishes(name=name, description=text, features=features, involvement=involvement)
    wanted = _wanted(wishes, person, ask=not no_plan)  # refused before anything is made
    told = wanted.description if wanted else ""
    made = made or OrkestraProject.create(name, path, description=told, settings={"crew": crew} if crew else None)
    with made.open() as project:
        driven = _Drive(project, person, approve=auto_approve, quiet=as_json)
        plan = _plan(driven, wanted) if wanted and not no_plan else None
    _report(made.path, plan, as_json=as_json)


def _wanted(wishes: Wishes, person: TerminalPerson, *, ask: bool) -> Brief | None:
    from orkestra.cli.driving import drive
    from orkestra.planning.drafting import make_brief
    from orkestra.planning.wizard import ask_brief

    if wishes.description:
        return make_brief(wishes.name, wishes.description, wishes.features, wishes.involvement)
    return drive(ask_brief(person, wishes.name)) if ask else None


@dataclass(frozen=True)
class _Drive:
    """How a project is planned: with whom, and what is shown."""

    project: OpenProject
    person: TerminalPerson
    approve: bool
    quiet: bool


def _plan(how: _Drive, brief: Brief) -> Plan:
    from orkestra.cli.driving import drive
    from orkestra.cli.live import following
    from orkestra.engine.ownership import owning
    from orkestra.planning.planner import ProjectPlanner

    planner = ProjectPlanner(how.project, brief.name, person=how.person)

    async def planning() -> Plan:
        async with following(how.project, quiet=how.quiet or not how.approve):
            return await planner.aplan(brief, auto_approve=how.approve, person=how.person)

    with owning(how.project):
        return drive(planning(), again=typed_here("orkestra start", how.project.root))


def _read(brief: Path) -> str:
    if brief.stat().st_size > MAX_BRIEF_BYTES:
        raise InvalidInputError(f"{brief} has more than {MAX_BRIEF_BYTES:,} bytes: a brief is a page, not a book")
    try:
        text = brief.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{brief} is not text in UTF-8: {error.reason} at byte {error.start}") from error
    if not text:
        raise InvalidInputError(f"{brief} is empty: describe what is to be built")
    return text


def _report(path: Path, plan: Plan | None, *, as_json: bool) -> None:
    count = len(plan.tasks) if plan else 0
    if as_json:
        print_json({"project": str(path), "plan": plan.title if plan else None, "tasks": count})
        return
    click.echo(f"\n{path}: {f'plan {plan.title!r}, {count} tasks queued' if plan else 'made, without a plan'}.")
    if plan:
        click.echo(f"Next: cd {quote(str(path))} && orkestra start")
