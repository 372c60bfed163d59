"""From a brief and the chosen proposal to a plan: pure rules."""

from __future__ import annotations

import json
import pkgutil
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from orkestra.codec import from_plain
from orkestra.domain.errors import DependencyError, InvalidInputError
from orkestra.domain.plans import Brief, Involvement, Phase, Plan, Proposal, ProposedTask
from orkestra.domain.tasks import MAX_DESCRIPTION, MAX_INSTRUCTIONS, TaskDraft, TaskPriority, check_text
from orkestra.planning.scaffolding import scaffold_for, scaffold_metadata
from orkestra.tasks.graph import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.scaffolds import Scaffold

CORE = "Core Features"
NO_DESCRIPTION = "a plan needs a description: say in a sentence what is to be built (--description, --brief)"


@dataclass(frozen=True, kw_only=True)
class _StandardTask:
    key: str
    title: str
    instructions: str
    priority: TaskPriority = TaskPriority.MEDIUM
    after: tuple[str, ...] = ()
    scaffold: str = ""
    """The part of a scaffold that does it with no AI."""


@dataclass(frozen=True, kw_only=True)
class _StandardPhase:
    name: str
    milestone: str
    deliverables: tuple[str, ...]
    tasks: tuple[_StandardTask, ...]


def make_brief(name: str, description: str, features: str | Sequence[str] = (), involvement: int = 2) -> Brief:
    """Return the brief; features may be one text with commas.

    Raises InvalidInputError for an empty or overlong description, a feature that is no text for a task, or an
    involvement that is not 1, 2 or 3.
    """
    pieces = features.split(",") if isinstance(features, str) else features
    wanted = tuple(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))
    if not description.strip():
        raise InvalidInputError(NO_DESCRIPTION)
    try:
        check_text("description", description, MAX_INSTRUCTIONS)
        for feature in wanted:
            check_text("feature", feature, MAX_DESCRIPTION // 2)
        level = Involvement(involvement)
    except ValueError:
        raise InvalidInputError(f"involvement is 1 (high), 2 (medium) or 3 (low), not {involvement!r}") from None
    except Exception as error:
        raise InvalidInputError(str(error)) from error
    return Brief(name=name, description=description.strip(), features=wanted, involvement=level)


def draft_plan(brief: Brief, proposal: Proposal, vote_id: str = "", changes: Sequence[str] = ()) -> Plan:
    """Return the plan that a proposal means; without tasks of its own it gets the standard phases.

    Raises InvalidInputError for tasks that wait for each other in a circle or for tasks that don't exist.
    """
    if proposal.tasks:
        phases = _proposed_phases(proposal.tasks)
    else:
        phases = _standard_phases(brief, scaffold_for(brief, proposal, changes))
    return Plan(
        brief=brief,
        title=proposal.title,
        summary=proposal.summary,
        phases=phases,
        stack=proposal.stack,
        risks=proposal.risks,
        estimate_days=proposal.estimate_days,
        vote_id=vote_id,
        changes=tuple(changes),
    )


def _proposed_phases(tasks: Sequence[ProposedTask]) -> tuple[Phase, ...]:
    keys = [task.key for task in tasks]
    if len(set(keys)) < len(keys):
        raise InvalidInputError(f"a proposal names a task twice: {sorted(k for k in set(keys) if keys.count(k) > 1)}")
    unknown = {needed for task in tasks for needed in task.after} - set(keys)
    if unknown:
        raise InvalidInputError(f"a proposal's tasks wait for tasks it doesn't have: {', '.join(sorted(unknown))}")
    try:
        in_order({task.key: task.after for task in tasks})
    except DependencyError as error:
        raise InvalidInputError(str(error)) from error
    standard = {phase.name: phase for phase in _standard()}
    names = dict.fromkeys(task.phase for task in tasks)
    return tuple(_proposed_phase(name, standard.get(name), [t for t in tasks if t.phase == name]) for name in names)


def _proposed_phase(name: str, standard: _StandardPhase | None, tasks: Sequence[ProposedTask]) -> Phase:
    return Phase(
        name=name,
        milestone=standard.milestone if standard else f"{name} is done",
        deliverables=tuple(task.title for task in tasks),
        tasks=tuple(
            TaskDraft(
                key=task.key,
                description=task.title,
                instructions=task.instructions,
                priority=task.priority,
                category=name,
                dependencies=task.after,
            )
            for task in tasks
        ),
    )


def _standard_phases(brief: Brief, scaffold: Scaffold) -> tuple[Phase, ...]:
    phases = [_standard_phase(phase, brief, scaffold) for phase in _standard()]
    return tuple(
        phase if before is None else _following(phase, before)
        for before, phase in pairwise([None, *phases])
        if phase is not None
    )


def _standard_phase(phase: _StandardPhase, brief: Brief, scaffold: Scaffold) -> Phase:
    tasks = _feature_tasks(brief) if phase.name == CORE else phase.tasks
    return Phase(
        name=phase.name,
        milestone=phase.milestone,
        deliverables=phase.deliverables,
        tasks=tuple(
            TaskDraft(
                key=task.key,
                description=task.title,
                instructions=f"{task.instructions}\n\nThe project: {brief.description}"[:MAX_INSTRUCTIONS],
                priority=task.priority,
                category=phase.name,
                dependencies=task.after,
                metadata=scaffold_metadata(replace(scaffold, part=task.scaffold)),
            )
            for task in tasks
        ),
    )


def _feature_tasks(brief: Brief) -> tuple[_StandardTask, ...]:
    features = brief.features or (brief.name,)
    return tuple(
        _StandardTask(
            key=f"feature-{number}",
            title=f"Implement {feature}",
            priority=TaskPriority.HIGH,
            instructions=f"Build {feature}, with tests that prove it.",
        )
        for number, feature in enumerate(features, 1)
    )


def _following(phase: Phase, before: Phase) -> Phase:
    """Return the phase with its first tasks waiting for the last ones of the phase before."""
    needed = {dependency for task in before.tasks for dependency in task.dependencies}
    last = tuple(task.key for task in before.tasks if task.key not in needed)
    tasks = tuple(
        task if task.dependencies else TaskDraft(**{**vars(task), "dependencies": last}) for task in phase.tasks
    )
    return Phase(name=phase.name, milestone=phase.milestone, deliverables=phase.deliverables, tasks=tasks)


@cache
def _standard() -> tuple[_StandardPhase, ...]:
    content = pkgutil.get_data("orkestra.planning", "phases.json") or b"[]"
    return from_plain(json.loads(content), tuple[_StandardPhase, ...])
