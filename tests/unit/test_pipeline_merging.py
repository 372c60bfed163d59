"""Tasks beside each other, and beside the user: what lands on main, and what is left alone."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from orkestra.core.opening import OpenProject
from orkestra.tasks import TaskQueue
from orkestra.testing import Line, Script
from tests.fixtures.scripted import (
    PROOF,
    approves,
    commit_file,
    done,
    ended,
    git,
    landed,
    made_project,
    on_main,
    once,
    orchestrator,
    plans,
    reason,
    tell_tale,
    work_off,
    writes,
)

ALICE, BOB = "Greet Alice", "Greet Bob"
BOTH = {"greeting.txt": "hello Alice\nhello Bob\n"}


@pytest.fixture
def project(tmp_path: Path) -> OpenProject:
    return made_project(tmp_path / "house", max_iterations=3)


def calls(script: Script) -> list[tuple[str, int | None]]:
    """Which lines were used, as purpose and round."""
    return sorted((script.lines[number].purpose, script.lines[number].round) for number in script.used)


def work_side_by_side(project: OpenProject, lines: Sequence[Line]) -> Script:
    """Alice's and Bob's task at the same time; who lands first is anybody's guess, so not every line is used."""
    queue = TaskQueue(project)
    queue.add_task(ALICE)
    queue.add_task(BOB)
    script = Script(tuple(lines))
    work_off(project, script)
    return script


def test_two_tasks_that_change_the_same_lines_both_land_the_second_done_again_on_top(project: OpenProject) -> None:
    conflict = "others changed the same lines meanwhile: greeting.txt"
    script = work_side_by_side(
        project,
        [
            *done(ALICE, {"greeting.txt": "hello Alice\n", "test_alice.py": PROOF}),
            *done(BOB, {"greeting.txt": "hello Bob\n", "test_bob.py": PROOF}),
            writes(ALICE, {**BOTH, "test_alice.py": PROOF}, number=2, mentions=(conflict,)),
            writes(BOB, {**BOTH, "test_bob.py": PROOF}, number=2, mentions=(conflict,)),
            approves(ALICE, 2),
            approves(BOB, 2),
        ],
    )
    assert calls(script).count(("executor", 2)) == 1
    assert ended(project) == ["completed", "completed"]
    assert on_main(project.root, "greeting.txt") == BOTH["greeting.txt"]


def test_two_tasks_green_apart_but_broken_together_are_mended_on_the_merged_state(project: OpenProject) -> None:
    commit_file(project.root, "price.py", "def price():\n    return 10\n")
    commit_file(project.root, "test_price.py", PROOF)
    uses = "from price import price\n\n\ndef total(n):\n    return n * price()\n"
    mended = uses.replace("price()\n", 'price()["cents"]\n')
    tests = {
        ALICE: 'from price import price\n\n\ndef test_cents():\n    assert price()["cents"] == 10\n',
        BOB: "from shop import total\n\n\ndef test_total():\n    assert total(2) == 20\n",
    }
    together = ("merged with the others", "TypeError")
    script = work_side_by_side(
        project,
        [
            *done(ALICE, {"price.py": 'def price():\n    return {"cents": 10}\n', "test_cents.py": tests[ALICE]}),
            *done(BOB, {"shop.py": uses, "test_shop.py": tests[BOB]}),
            *(writes(who, {"shop.py": mended}, "consultant", 2, mentions=together) for who in (ALICE, BOB)),
            *(approves(who, 2, mentions=("3 passed",)) for who in (ALICE, BOB)),
        ],
    )
    assert calls(script).count(("consultant", 2)) == 1
    assert ended(project) == ["completed", "completed"]
    assert on_main(project.root, "shop.py") == mended
    assert len(landed(project.root)) == 2


def work_while(project: OpenProject, story: Sequence[Line], action: Callable[[], object]) -> None:
    """One task, with something done by the user while the executor is at it."""
    TaskQueue(project).add_task(str(story[0].subject))

    async def both() -> None:
        with Script(tuple(story)) as script:
            worker = orchestrator(project, script)
            await asyncio.gather(worker.start(), once(project, "step.intent", "executor 1", action))

    asyncio.run(both())


def test_a_commit_by_the_user_while_a_task_is_worked_on_is_kept_and_history_stays_a_line(project: OpenProject) -> None:
    story = done(ALICE, {"test_alice.py": PROOF}, seconds=1.0)
    work_while(project, story, lambda: commit_file(project.root, "mine.txt", "mine\n"))
    assert ended(project) == ["completed"]
    subjects = git(project.root, "log", "--reverse", "--format=%s", "main").splitlines()
    assert subjects.index("by hand: mine.txt") < subjects.index("feat: greet Alice")
    assert not git(project.root, "log", "--merges", "--format=%h", "main")
    assert (project.root / "mine.txt").read_text() == "mine\n"
    assert not git(project.root, "status", "--porcelain")


def test_a_conflict_with_the_users_commit_is_the_tasks_to_solve(project: OpenProject) -> None:
    story = [
        plans(ALICE),
        writes(ALICE, {"greeting.txt": "hello Alice\n", "test_alice.py": PROOF}, seconds=1.0),
        approves(ALICE),
        writes(ALICE, {"greeting.txt": "hi\nhello Alice\n", "test_alice.py": PROOF}, number=2),
        approves(ALICE, 2),
    ]
    work_while(project, story, lambda: commit_file(project.root, "greeting.txt", "hi\n"))
    assert ended(project) == ["completed"]
    assert on_main(project.root, "greeting.txt") == "hi\nhello Alice\n"


def test_uncommitted_work_of_the_user_in_the_same_file_stops_the_task_and_stays_untouched(project: OpenProject) -> None:
    commit_file(project.root, "greeting.txt", "hello\n")
    (project.root / "greeting.txt").write_text("my draft\n")
    assert tell_tale(project, done(ALICE, {"greeting.txt": "hello Alice\n", "test_a.py": PROOF})) == ["failed"]
    assert "'greeting.txt'" in reason(project)
    assert "\n" not in reason(project)
    assert (project.root / "greeting.txt").read_text() == "my draft\n"
    assert on_main(project.root, "greeting.txt") == "hello\n"
    assert not landed(project.root)


def test_an_untracked_file_of_the_user_is_not_overwritten_either(project: OpenProject) -> None:
    (project.root / "greeting.txt").write_text("my draft\n")
    assert tell_tale(project, done(ALICE, {"greeting.txt": "hello Alice\n", "test_a.py": PROOF})) == ["failed"]
    assert "'greeting.txt'" in reason(project)
    assert (project.root / "greeting.txt").read_text() == "my draft\n"


def test_a_task_that_the_users_draft_stopped_lands_from_what_it_had_once_the_draft_is_gone(
    project: OpenProject, tmp_path: Path
) -> None:
    draft = project.root / "greeting.txt"
    draft.write_text("my draft\n")
    log = tmp_path / "calls.log"
    tell_tale(project, done(ALICE, {"greeting.txt": "hello Alice\n", "test_a.py": PROOF}), log=log)
    asked = log.read_text()
    draft.unlink()
    TaskQueue(project).update_task(1, status="pending")
    work_off(project, Script((), log=log))
    assert ended(project) == ["completed"]
    assert draft.read_text() == "hello Alice\n"
    assert log.read_text() == asked


def test_uncommitted_work_in_other_files_survives_and_is_not_committed(project: OpenProject) -> None:
    commit_file(project.root, "diary.txt", "monday\n")
    (project.root / "diary.txt").write_text("monday\ntuesday\n")
    (project.root / "new.txt").write_text("not yet\n")
    assert tell_tale(project, done(ALICE, {"test_a.py": PROOF})) == ["completed"]
    assert git(project.root, "status", "--porcelain").splitlines() == [" M diary.txt", "?? new.txt"]
    assert (project.root / "diary.txt").read_text() == "monday\ntuesday\n"
    assert on_main(project.root, "diary.txt") == "monday\n"
