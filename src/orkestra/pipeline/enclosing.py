"""Where a project's generated code runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.adapters.sandbox.choosing import choose
from orkestra.core.sandboxing import tell_sandbox

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Sandbox


def chosen_sandbox(project: OpenProject) -> Sandbox:
    """Return the sandbox that the project's settings choose, and tell the story which it is.

    Raises SafetyError where the setting `sandbox` requires walls that this machine does not give.
    """
    choice = choose(project.settings.sandbox)
    tell_sandbox(project, choice.name, choice.warning)
    return choice.sandbox
