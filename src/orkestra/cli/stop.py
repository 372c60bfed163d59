"""`orkestra stop`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from orkestra.cli.options import as_json, in_project, opened, print_json
from orkestra.domain.errors import LeaseHeld

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject


@click.command("stop")
@click.option("--timeout", default=30.0, show_default=True, help="Seconds to wait for it to end.")
@in_project
@as_json
def command(*, timeout: float, project: str, as_json: bool) -> None:
    """Ask the running orchestrator to stop, and wait until it has; the next start goes on."""
    from orkestra.engine.ownership import current_owner
    from orkestra.orchestrator.signals import request_stop

    with opened(project) as handle:
        owner = current_owner(handle)
        if owner is not None:
            request_stop(handle, owner)
            _wait(handle, timeout, owner.pid)
    if as_json:
        print_json({"stopped": owner.pid if owner else None})
    else:
        click.echo(f"stopped process {owner.pid}" if owner else "nothing is running")


def _wait(handle: OpenProject, timeout: float, pid: int) -> None:
    from orkestra.engine.ownership import current_owner

    end = time.monotonic() + timeout
    while current_owner(handle) is not None:
        if time.monotonic() > end:
            raise LeaseHeld(f"process {pid} is still finishing after {timeout:g} s; look again with `orkestra status`")
        time.sleep(0.1)
