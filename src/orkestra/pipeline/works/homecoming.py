"""The result on the user's own branch: proven there as it would stand, and never over uncommitted work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.repository import Repository
from orkestra.adapters.workspaces.root import MainMoved
from orkestra.core.portal import in_thread
from orkestra.domain.errors import SafetyError
from orkestra.domain.work import CheckReport, Integration
from orkestra.domain.works import Merged
from orkestra.pipeline.checks import proves, run_checks
from orkestra.pipeline.messages import TASK_TRAILER

if TYPE_CHECKING:
    from orkestra.domain.works import Order
    from orkestra.engine.run import Run
    from orkestra.pipeline.works.room import WorkRoom

MAX_RACES: Final = 3
"""How often the user may commit between proof and merge."""
MERGE: Final = "merge home"


async def bring_home(run: Run, room: WorkRoom, order: Order, before: CheckReport, *, whole: bool) -> Merged:
    """Merge the work's branch into the one that the user had checked out, or say why not and what to do.

    Where that one has not moved it becomes the branch's commit, proven already; else the tests run once more,
    on the merged state, against what was seen `before`. Nothing but a whole work is merged.
    """
    by_hand = f"look at it, then `git merge {order.branch}`"
    if not order.home:
        return Merged(reason=f"HEAD was detached, so there was no branch to merge into; {by_hand}")
    if not whole:
        return Merged(reason=f"not all of its tasks landed; {by_hand}")
    for _ in range(MAX_RACES):
        joined = await _join(run, room, order)
        if against := await _against(run, room, order, joined, before):
            return Merged(reason=f"{against}; {by_hand}")
        try:
            return await _land(run, room, order, joined)
        except MainMoved:
            continue
        except SafetyError as error:
            return Merged(reason=f"{error}: `git merge {order.branch}`")
    return Merged(reason=f"{order.home} moved each time the result was proven on it; {by_hand}")


async def _against(run: Run, room: WorkRoom, order: Order, joined: Integration, before: CheckReport) -> str:
    """Return what stands against the merge, "" for nothing."""
    if joined.conflicts:
        return f"{order.home} has changed the same lines meanwhile ({', '.join(joined.conflicts)})"
    if await in_thread(Repository.open(room.project.root).trailer, joined.commit, TASK_TRAILER):
        return ""  # the work's own last commit: it was proven when it landed
    report = await _test(run, room, joined)
    proof = proves(report, before)
    return "" if proof.holds else f"merged with what is new on {order.home} it is not proven: {proof.reason}"


async def _join(run: Run, room: WorkRoom, order: Order) -> Integration:
    async def joined() -> Integration:
        work = Repository.open(room.project.root, branch=order.branch)
        home = Repository.open(room.project.root, branch=order.home)
        message = f"Merge branch '{order.branch}'\n\n  {order.title}\n"
        return await in_thread(home.join, commit=work.head(), message=message, at=room.now())

    return await run.step("join", joined, returns=Integration)


async def _test(run: Run, room: WorkRoom, joined: Integration) -> CheckReport:
    async def tested() -> CheckReport:
        repository = Repository.open(room.project.root)
        timeout = room.project.settings.check_timeout
        return await in_thread(run_checks, repository, room.sandbox, joined.commit, timeout)

    return await run.step("tests on merged state", tested, returns=CheckReport)


async def _land(run: Run, room: WorkRoom, order: Order, joined: Integration) -> Merged:
    async def landed() -> Merged:
        home = Repository.open(room.project.root, branch=order.home)
        await in_thread(home.land, joined.base, joined.commit)
        return Merged(commit=joined.commit)

    return await run.step(MERGE, landed, returns=Merged)
