"""Options and output that the commands share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject

Decorator = "Callable[[Callable[..., Any]], Callable[..., Any]]"

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
in_project = click.option(
    "--project", "-p", default=".", metavar="DIR|NAME", help="The project; the present directory unless given."
)


def opened(project: str) -> OpenProject:
    """Return a handle on the project that the user means."""
    from orkestra.core.finding import find_project
    from orkestra.core.opening import open_project

    return open_project(find_project(project))


def print_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON holds
    """Print a value as indented JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
