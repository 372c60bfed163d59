"""Where a project's generated code runs; the story tells it: every face can warn, and none has to find out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Sandbox

CHOSEN: Final = "sandbox.chosen"

_LAST: Final = (
    "SELECT subject AS name, data ->> 'warning' AS warning FROM events WHERE kind = :kind ORDER BY seq DESC LIMIT 1"
)


def chosen_sandbox(project: OpenProject) -> Sandbox:
    """Return the sandbox that the project's settings choose, and tell the story which it is.

    Raises SafetyError where the setting `sandbox` requires walls that this machine does not give.
    """
    from orkestra.adapters.sandbox.choosing import choose  # a status line reads what was chosen, and needs no sandbox

    choice = choose(project.settings.sandbox)
    with project.store.transaction(durable=False) as write:
        project.story.tell(write, CHOSEN, choice.name, warning=choice.warning)
    return choice.sandbox


def last_sandbox(project: OpenProject) -> dict[str, Any]:
    """Return `name` and `warning` of the sandbox that was chosen last; both are "" where none was needed yet."""
    rows = project.store.rows(_LAST, {"kind": CHOSEN})
    return dict(rows[0]) if rows else {"name": "", "warning": ""}
