"""Which tasks of the standard phases a template can do, and with what it is filled: pure rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from orkestra.codec import from_plain, to_plain
from orkestra.domain.scaffolds import SCAFFOLD, Scaffold, choose_kind, package_name
from orkestra.domain.tasks import TaskDraft
from orkestra.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.plans import Brief, Proposal

MAX_SUMMARY: Final = 100
MAX_NAME: Final = 100


def scaffold_for(brief: Brief, proposal: Proposal, changes: Sequence[str] = ()) -> Scaffold:
    """Return what a project's templates are filled with; its `kind` is "" when none fits."""
    return Scaffold(
        part="",
        kind=choose_kind([brief.description, *brief.features, *changes], proposal.stack).kind,
        name=one_line(brief.name, MAX_NAME),
        package=package_name(brief.name),
        summary=one_line(brief.description, MAX_SUMMARY),
    )


def scaffold_metadata(scaffold: Scaffold) -> dict[str, Any]:
    """Return the metadata of a task that this part of a scaffold does; nothing where no template fits."""
    return {SCAFFOLD: to_plain(scaffold)} if scaffold.part and scaffold.kind else {}


def signed_scaffold(task: TaskDraft, holder: str, year: int) -> TaskDraft:
    """Return the task with the licence's holder and year in its scaffold; another task as it is."""
    if SCAFFOLD not in task.metadata:
        return task
    scaffold = replace(from_plain(task.metadata[SCAFFOLD], Scaffold), holder=one_line(holder, MAX_NAME), year=year)
    return TaskDraft(**{**vars(task), "metadata": {**task.metadata, **scaffold_metadata(scaffold)}})
