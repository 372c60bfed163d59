"""Which sandbox generated code runs in, as the story tells it: every face can warn, and none has to find out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject

CHOSEN: Final = "sandbox.chosen"

_LAST: Final = (
    "SELECT subject AS name, data ->> 'warning' AS warning FROM events WHERE kind = :kind ORDER BY seq DESC LIMIT 1"
)


def tell_sandbox(project: OpenProject, name: str, warning: str) -> None:
    """Tell the story which sandbox was chosen, and what the user must know about it."""
    with project.store.transaction(durable=False) as write:
        project.story.tell(write, CHOSEN, name, warning=warning)


def last_sandbox(project: OpenProject) -> dict[str, Any]:
    """Return `name` and `warning` of the sandbox that was chosen last; both are "" where none was needed yet."""
    rows = project.store.rows(_LAST, {"kind": CHOSEN})
    return dict(rows[0]) if rows else {"name": "", "warning": ""}
