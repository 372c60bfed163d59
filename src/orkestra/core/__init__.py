"""Projects: their directories, their records, and the handle that opens one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject, open_project
    from orkestra.core.project import OrkestraProject

__all__ = ["OpenProject", "OrkestraProject", "open_project"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - lazy, so that a status line loads no git
    if name == "OrkestraProject":
        from orkestra.core.project import OrkestraProject

        return OrkestraProject
    if name in {"OpenProject", "open_project"}:
        from orkestra.core import opening

        return getattr(opening, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
