"""The words of the demonstration, without the machinery: they fit their forms and their program works."""

import re
import subprocess
import sys
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest

from orkestra.adapters.workspaces.paths import parts_of
from orkestra.codec import from_plain
from orkestra.core.layout import RESERVED
from orkestra.counting.plurality import tally
from orkestra.demo.brief import BRIEF, PROGRAM
from orkestra.demo.crew import SCRIPT
from orkestra.domain.plans import Proposal, ProposedTask
from orkestra.domain.votes import Ballot, BallotAnswer, ConsensusLevel, Tally
from orkestra.domain.work import Blueprint, Review
from orkestra.planning.drafting import draft_plan
from orkestra.testing import Line, Script

FORMS = {"proposal": Proposal, "ballot": BallotAnswer, "architect": Blueprint, "auditor": Review}
COMMITTEE = ("claude", "chatgpt", "gemini", "copilot", "grok")

script = Script.load(SCRIPT)


def lines(purpose: str, subject: str | None = None) -> list[Line]:
    return [line for line in script.lines if line.purpose == purpose and line.subject == subject]


def options() -> list[Proposal]:
    made = {line.agent: from_plain(line.answer, Proposal) for line in lines("proposal")}
    distinct: dict[str, Proposal] = {}
    for name in COMMITTEE:
        distinct.setdefault(made[name].title.strip().casefold(), made[name])
    return list(distinct.values())


def counted(number: int) -> Tally:
    ballots = [
        Ballot(voter=str(line.agent), ranking=(line.answer["choice"],))
        for line in lines("ballot")
        if line.round == number
    ]
    assert sorted(ballot.voter for ballot in ballots) == sorted(COMMITTEE)
    return tally(ballots, [f"option_{at}" for at in range(1, len(options()) + 1)])


TASKS = {task.key: task for task in options()[0].tasks}
MENDED = [task for task in TASKS.values() if lines("consultant", task.title)]


def before(task: ProposedTask) -> set[str]:
    """The keys of all tasks that must have landed when this one begins."""
    return set(task.after).union(*(before(TASKS[key]) for key in task.after))


def touched(task: ProposedTask) -> set[str]:
    edited = lines("executor", task.title) + lines("consultant", task.title)
    return {edit.path for line in edited for edit in line.edits}


def write(root: Path, tasks: Iterable[ProposedTask], purposes: tuple[str, ...] = ("executor", "consultant")) -> None:
    for line in [line for task in tasks for purpose in purposes for line in lines(purpose, task.title)]:
        for edit in line.edits:
            text = script.text_of(edit)
            assert text is not None
            (root / edit.path).parent.mkdir(parents=True, exist_ok=True)
            (root / edit.path).write_text(text, encoding="utf-8")


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", timeout=60, check=False)


def run_tests(root: Path) -> subprocess.CompletedProcess[str]:
    return run(root, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", "-rfE")


@pytest.mark.parametrize("purpose", FORMS)
def test_every_answer_has_the_form_that_is_asked_for(purpose: str) -> None:
    asked = [line for line in script.lines if line.purpose == purpose]
    assert asked
    for line in asked:
        from_plain(line.answer, FORMS[purpose])


def test_every_line_has_a_purpose_that_somebody_asks_for() -> None:
    assert {line.purpose for line in script.lines} == {*FORMS, "executor", "consultant"}
    titles = {None, *(task.title for task in TASKS.values())}
    assert {line.subject for line in script.lines} == titles


def test_every_member_proposes_and_each_proposal_is_a_plan() -> None:
    assert sorted(str(line.agent) for line in lines("proposal")) == sorted(COMMITTEE)
    assert len(options()) >= 3
    for proposal in options():
        assert draft_plan(BRIEF, proposal).tasks


def test_the_first_round_is_split_and_the_second_agrees_on_the_plan_that_has_tasks() -> None:
    assert counted(1).level is ConsensusLevel.SPLIT
    assert len(counted(1).tied) == 2
    assert counted(2).level is not ConsensusLevel.SPLIT
    assert counted(2).winner == "option_1"


def test_at_least_six_tasks_of_which_three_may_be_done_at_once() -> None:
    assert len(TASKS) >= 6
    together = [task for task in TASKS.values() if task.after == (next(iter(TASKS)),)]
    assert len(together) >= 3


def test_every_task_of_the_plan_is_designed_done_and_approved() -> None:
    for task in TASKS.values():
        assert lines("architect", task.title)
        assert lines("executor", task.title)[0].edits
        assert lines("auditor", task.title)[-1].answer["approved"]


def test_the_script_holds_the_files_it_names_and_no_others() -> None:
    named = {edit.source for line in script.lines for edit in line.edits if edit.source}
    assert named == {path.relative_to(SCRIPT).as_posix() for path in (SCRIPT / "files").rglob("*") if path.is_file()}


def test_tasks_that_may_be_done_at_once_have_no_file_in_common() -> None:
    for one, other in combinations(TASKS.values(), 2):
        if one.key not in before(other) and other.key not in before(one):
            assert not touched(one) & touched(other), f"{one.title} and {other.title}"


def test_every_edit_is_one_that_agents_may_make() -> None:
    for task in TASKS.values():
        for path in touched(task):
            assert parts_of(path, RESERVED)


@pytest.mark.slow
@pytest.mark.parametrize("key", TASKS)
def test_a_task_passes_its_tests_on_top_of_nothing_but_what_it_waits_for(tmp_path: Path, key: str) -> None:
    write(tmp_path, [TASKS[each] for each in TASKS if each in before(TASKS[key])])
    write(tmp_path, [TASKS[key]])
    ran = run_tests(tmp_path)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.slow
def test_all_tasks_together_make_a_program_that_fits_a_terminal(tmp_path: Path) -> None:
    write(tmp_path, TASKS.values())
    assert run_tests(tmp_path).returncode == 0
    shown = run(tmp_path, *PROGRAM)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert max(map(len, shown.stdout.splitlines())) <= 80


@pytest.mark.slow
def test_before_the_consultant_comes_only_the_planted_bug_fails_where_the_auditor_says(tmp_path: Path) -> None:
    [task] = MENDED
    write(tmp_path, [TASKS[key] for key in TASKS if key in before(task)])
    write(tmp_path, [task], purposes=("executor",))
    output = run_tests(tmp_path).stdout
    failed = re.findall(r"^FAILED (\S+?)::", output, re.MULTILINE)
    assert set(failed) == {path for path in touched(task) if path.startswith("tests/")}
    rejected = lines("auditor", task.title)[0]
    assert rejected.mentions
    assert all(piece in output for piece in rejected.mentions)
    [finding] = from_plain(rejected.answer, Review).findings
    assert {edit.path for line in lines("consultant", task.title) for edit in line.edits} == {finding.file}
    assert (tmp_path / finding.file).read_text("utf-8").splitlines()[finding.line - 1].strip()
