"""Which sandbox generated code runs in, by the setting `sandbox` and by what this machine has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.adapters.sandbox.bare import BareSandbox
from orkestra.domain.errors import SafetyError
from orkestra.domain.sandboxes import SandboxUse

if TYPE_CHECKING:
    from orkestra.domain.ports import Sandbox

WALLED: Final = "bubblewrap"
BARE: Final = "none"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A sandbox with its name; `warning` is for the user, "" where there are walls."""

    sandbox: Sandbox
    name: str
    warning: str = ""


def choose(use: SandboxUse) -> Choice:
    """Return the sandbox to use; raise SafetyError where walls are required and can't be had."""
    if use is SandboxUse.NONE:
        return _bare("the setting `sandbox` is `none`", "set it to `auto` to have walls")
    from orkestra.adapters.sandbox.bubblewrap import BubblewrapSandbox
    from orkestra.adapters.sandbox.probing import why_no_walls

    reason, remedy = why_no_walls()
    if not reason:
        return Choice(sandbox=BubblewrapSandbox(), name=WALLED)
    if use is SandboxUse.REQUIRED:
        raise SafetyError(f"generated code may run in a sandbox only, and {reason}: {remedy}")
    return _bare(reason, remedy)


def _bare(reason: str, remedy: str) -> Choice:
    return Choice(
        sandbox=BareSandbox(),
        name=BARE,
        warning=f"NO SANDBOX: generated code can read your files and reach the network ({reason}): {remedy}",
    )
