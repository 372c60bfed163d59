"""`orkestra inbox`."""

from __future__ import annotations

import click

from orkestra.cli.options import as_json, in_project, opened, print_json


@click.command("inbox")
@click.argument("wait_id", required=False)
@click.argument("answer", required=False)
@in_project
@as_json
def command(*, wait_id: str | None, answer: str | None, project: str, as_json: bool) -> None:
    """Show the questions that wait for you; `orkestra inbox ID ANSWER` answers one, from any terminal."""
    from orkestra.domain.text import shown
    from orkestra.engine.waits import Waits

    with opened(project) as handle:
        waits = Waits(handle)
        if wait_id and answer is not None:
            waits.answer(wait_id, answer, by="inbox")
            click.echo(f"answered {wait_id}: {shown(answer)}")
            return
        if wait_id:
            raise click.UsageError(f"what is your answer? `orkestra inbox {wait_id} ANSWER`")
        questions = waits.open()
    if as_json:
        print_json([vars(question) for question in questions])
        return
    for question in questions:
        choices = f" [{'/'.join(question.options)}]" if question.options else ""
        click.echo(f"{question.wait_id}{choices}\n{shown(question.text)}\n")
    click.echo("`orkestra inbox ID ANSWER` answers." if questions else "Nothing waits for you.")
