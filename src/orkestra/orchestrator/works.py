"""Works in the orchestrator's hands: begun, carried out, and gone on with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.repository import Repository
from orkestra.codec import to_plain
from orkestra.domain.errors import ConfigError, InvalidInputError, LeaseHeld, LeaseLost, OrkestraError, RecordError
from orkestra.domain.identity import new_id
from orkestra.domain.tasks import MAX_INSTRUCTIONS, check_text
from orkestra.domain.works import Order
from orkestra.engine.engine import Engine
from orkestra.engine.journal import Journal
from orkestra.engine.waits import Waits
from orkestra.pipeline.works.carrying import WORK, WorkEnd, carry_out
from orkestra.pipeline.works.ledger import WorkLedger
from orkestra.pipeline.works.room import PlanKept, WorkRoom, given

if TYPE_CHECKING:
    from orkestra.adapters.workspaces.standing import Standing
    from orkestra.core.opening import OpenProject
    from orkestra.engine.run import Run

_SLUG: Final = re.compile(r"[a-z0-9]+")
_LONGEST_SLUG: Final = 40


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What may be wished of a work: another name for its branch, a merge at its end, no question about its plan."""

    branch: str = ""
    merge: bool = False
    approved: bool = False


def begin_work(project: OpenProject, text: str, standing: Standing, wishes: Wishes) -> str:
    """Record the order of a work and return its id; nobody works on it yet.

    Raises InvalidInputError for a text that says nothing, is too long or holds control characters, ConfigError
    for a branch that can't be made.
    """
    checked = check_order(text)
    work_id = new_id("work")
    name = wishes.branch or f"orkestra/{_slug(checked)}-{work_id.removeprefix('work_')[:6]}"
    if not Repository.open(project.root).is_free(name):
        raise ConfigError(
            f"{name!r} can't be the work's branch: it is there already, or no name for one; choose another"
        )
    order = Order(
        text=checked,
        base=standing.commit,
        branch=name,
        home=standing.branch,
        merge=wishes.merge or project.settings.merge,
        approved=wishes.approved,
    )
    Journal(project).open(work_id, kind=WORK, subject=order.title, given=to_plain(order))
    return work_id


def check_order(text: str) -> str:
    """Return what a work's order says, without blanks around it; raises InvalidInputError as `begin_work` does."""
    if not text.strip():
        raise InvalidInputError('say what is to be done: `orkestra run "Add X"`, or --brief FILE')
    try:
        check_text("description", text, MAX_INSTRUCTIONS)
    except OrkestraError as error:
        raise InvalidInputError(str(error).replace("a task's description", "the work's description")) from error
    return text.strip()


async def carry_on(room: WorkRoom, work_id: str) -> WorkEnd:
    """Drive a work to its end from wherever the journal says it stands; see `carrying.carry_out` for errors.

    Consent that was given with the order holds. Raises PlanKept when the plan waits for it.
    """
    order = WorkLedger(room.project).find(work_id).order
    own = replace(room, consent=given(Waits(room.project))) if order.approved else room

    async def working(run: Run) -> WorkEnd:
        return await carry_out(run, own, order)

    return await Engine(room.project).run(work_id, working, kind=WORK, subject=order.title, returns=WorkEnd)


async def resume_works(room: WorkRoom) -> None:
    """Bring all works that can go on to their ends, the oldest first; how each ends is recorded in its run.

    One that fails, or whose plan waits for consent, stops nothing else.
    """
    for work in reversed(WorkLedger(room.project).unfinished()):
        try:
            await carry_on(room, work.id)
        except (LeaseLost, LeaseHeld, RecordError):
            raise
        except (OrkestraError, PlanKept):
            continue


def _slug(text: str) -> str:
    """Return what the first line says, as part of a branch's name."""
    words = _SLUG.findall(text.splitlines()[0].casefold())
    return "-".join(words)[:_LONGEST_SLUG].strip("-") or "work"
