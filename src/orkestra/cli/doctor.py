"""`orkestra doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from orkestra.cli.options import as_json, in_project, print_json

if TYPE_CHECKING:
    from orkestra.orchestrator.doctor.examination import Examination

CANNOT_WORK: Final = 3
_MARKS: Final = {"found": ("ok", "green"), "missing": ("--", "yellow"), "wrong": ("!!", "red")}


@click.command("doctor")
@in_project
@click.option("--ask", is_flag=True, help="Ask each configured AI service whether it answers, which costs nothing.")
@as_json
def command(*, project: str, ask: bool, as_json: bool) -> None:
    """Look at what is here and what is missing, and say what to do about it.

    Keys are looked for and never shown. Ends with 3 when something keeps Orkestra from working.
    """
    from orkestra.orchestrator.doctor.examination import examine

    examination = examine(project, ask=ask)
    if as_json:
        print_json(_plain(examination))
    else:
        _show(examination)
    if not examination.can_work:
        raise click.exceptions.Exit(CANNOT_WORK)


def _plain(examination: Examination) -> dict[str, Any]:
    from orkestra.codec import to_plain

    return {
        "can_work": examination.can_work,
        "crew": examination.crew,
        "ais": list(examination.ais),
        "findings": to_plain(list(examination.findings)),
    }


def _show(examination: Examination) -> None:
    from orkestra.domain.text import one_line

    width = max(len(finding.name) for finding in examination.findings)
    area = ""
    for finding in examination.findings:
        if finding.area != area:
            area = finding.area
            click.secho(f"{area}", bold=True)
        word, color = _MARKS[finding.state.value]
        detail = one_line(finding.detail, 1_000)
        click.echo(f"  {click.style(word, fg=color)}  {finding.name:<{width}}  {detail}")
        if finding.remedy:
            click.echo(f"      {'':<{width}}  -> {finding.remedy}")
    click.echo(_conclusion(examination))


def _conclusion(examination: Examination) -> str:
    if not examination.can_work:
        return "Orkestra can't work here: put right what is marked !!, then ask the doctor again."
    if examination.crew != "auto":
        return f"Orkestra can work, with the crew {examination.crew!r} that the settings name."
    if examination.ais:
        return f"Orkestra can work, with {', '.join(examination.ais)}."
    return "Orkestra can work; with no AI service configured, its offline crew does what rules can do."
