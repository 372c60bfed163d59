"""Options and output that the commands share."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import click

from orkestra.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import TextIO

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


def typed_here(command: str, root: Path) -> str:
    """Return a command as it has to be typed in the present directory to mean the project at `root`."""
    from orkestra.core.finding import find_project

    try:
        here = find_project()
    except ConfigError:
        here = None
    return command if here == root.resolve() else f"{command} --project {shlex.quote(str(root))}"


def print_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON holds
    """Print a value as indented JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def is_terminal(stream: TextIO | None) -> bool:
    """Say whether a stream is a terminal; Python has None for one that was closed when it started."""
    return stream is not None and stream.isatty()


def held_up(hold_ups: Mapping[str, int]) -> list[str]:
    """Return the lines that say which tasks can't go on, and what to do."""
    lines = []
    if needing := hold_ups.get("need_ai"):
        from orkestra.domain.crew import AI_REMEDY

        behind = hold_ups["behind_ai"]
        waiting = f", and {behind} more wait{'' if behind > 1 else 's'} behind {'them' if needing > 1 else 'it'}"
        what = f"{needing} need{'' if needing > 1 else 's'} an AI{waiting if behind else ''}"
        lines.append(f"{what}: {AI_REMEDY}, then `orkestra start`.")
    if stuck := hold_ups.get("behind_failed"):
        lines.append(f"{stuck} wait{'' if stuck > 1 else 's'} behind failed tasks: `orkestra tasks NUMBER` says why.")
    return lines
