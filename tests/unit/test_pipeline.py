"""One task: architect, executor, auditor, consultant, and what counts as proof."""

from pathlib import Path

import pytest

from orkestra.core.opening import OpenProject
from tests.fixtures.scripted import (
    BUG,
    PROOF,
    approves,
    done,
    git,
    landed,
    made_project,
    on_main,
    plans,
    reason,
    rejects,
    tell_tale,
    writes,
)


@pytest.fixture
def project(tmp_path: Path) -> OpenProject:
    return made_project(tmp_path / "house", max_iterations=2)


def test_what_is_planned_written_proven_and_approved_lands_as_one_commit(project: OpenProject) -> None:
    assert tell_tale(project, done("Add a door", {"door.py": "OPEN = True\n", "test_door.py": PROOF})) == ["completed"]
    assert len(landed(project.root)) == 1
    assert on_main(project.root, "door.py") == "OPEN = True\n"
    assert (project.root / "door.py").read_text() == "OPEN = True\n"
    assert not git(project.root, "status", "--porcelain")


def test_the_commit_says_what_was_done_and_whose_task_it_is(project: OpenProject) -> None:
    tell_tale(project, done("Fix the door", {"test_door.py": PROOF}))
    message = git(project.root, "log", "--format=%B", "--grep=Orkestra-Task", "main")
    assert message.startswith("fix: fix the door\n\n  as asked\n\nProof: pytest: 1 passed\n\nOrkestra-Task: task_")


def test_the_worktree_is_gone_and_the_attempt_stays_under_a_ref_of_its_own(project: OpenProject) -> None:
    tell_tale(project, done("Add a door", {"test_door.py": PROOF}))
    assert len(git(project.root, "worktree", "list").splitlines()) == 1
    [task] = landed(project.root)
    assert git(project.root, "show", f"refs/orkestra/work/{task}/1:test_door.py") == PROOF


def test_a_bug_that_a_real_test_catches_is_mended_by_the_consultant(project: OpenProject) -> None:
    story = [
        plans("Add a door"),
        writes("Add a door", {"test_door.py": BUG}),
        rejects("Add a door", "the door is shut"),
        writes("Add a door", {"test_door.py": PROOF}, "consultant", 2, mentions=("the door is shut", "1 failed")),
        approves("Add a door", 2, mentions=("1 passed",)),
    ]
    assert tell_tale(project, story) == ["completed"]
    assert on_main(project.root, "test_door.py") == PROOF
    assert len(landed(project.root)) == 1


def test_an_approval_does_not_override_failing_tests(project: OpenProject) -> None:
    story = [
        plans("Add a door"),
        writes("Add a door", {"test_door.py": BUG}),
        approves("Add a door"),
        writes("Add a door", {"note.txt": "looks good"}, "consultant", 2, mentions=("the tests don't pass: 1 failed",)),
        approves("Add a door", 2),
    ]
    assert tell_tale(project, story) == ["failed"]
    assert reason(project).startswith("the tests don't pass: 1 failed; test_door.py::test_it fails: AssertionError")
    assert not landed(project.root)


def test_a_rejection_without_a_failing_test_goes_to_the_consultant_too(project: OpenProject) -> None:
    story = [
        plans("Add a door"),
        writes("Add a door", {"door.py": "opne = 1\n", "test_door.py": PROOF}),
        rejects("Add a door", "it says opne"),
        writes("Add a door", {"door.py": "open = 1\n"}, "consultant", 2, mentions=("it says opne", "1 passed")),
        approves("Add a door", 2, mentions=("+open = 1",)),
    ]
    assert tell_tale(project, story) == ["completed"]
    assert on_main(project.root, "door.py") == "open = 1\n"


def test_work_without_tests_is_not_proven_and_fails_in_the_end_with_the_reason(project: OpenProject) -> None:
    story = [
        plans("Add a door"),
        writes("Add a door", {"door.py": "OPEN = True\n"}),
        approves("Add a door", mentions=("no test proves this",)),
        writes("Add a door", {"door.py": "OPEN = 1\n"}, "consultant", 2),
        approves("Add a door", 2),
    ]
    assert tell_tale(project, story) == ["failed"]
    assert reason(project) == "the tests don't pass: no test proves this"
    assert not landed(project.root)
    assert not (project.root / "door.py").exists()


def test_an_attempt_that_changes_nothing_is_no_work_even_when_the_tests_pass(project: OpenProject) -> None:
    story = [
        plans("Improve the door"),
        writes("Improve the door", {}),
        approves("Improve the door"),
        writes("Improve the door", {}, "consultant", 2, mentions=("the attempt changed nothing",)),
        approves("Improve the door", 2),
    ]
    assert tell_tale(project, done("Add a door", {"test_door.py": PROOF})) == ["completed"]
    assert tell_tale(project, story) == ["completed", "failed"]
    assert reason(project, 2) == "the attempt changed nothing"
    assert len(landed(project.root)) == 1


@pytest.mark.parametrize(
    "outside",
    [
        "../escaped.txt",
        "/{root}/escaped.txt",
        ".git/config",
        ".git",
        "config/task-queue.json",
        "Config/Task-Queue.json",
        ".orkestra/orkestra.db",
        "a/../../../escaped.txt",
    ],
)
def test_writing_outside_is_refused_as_a_finding_and_nothing_there_is_touched(
    project: OpenProject, outside: str
) -> None:
    path = outside.format(root=str(project.root).strip("/"))
    before = (project.root / ".git/config").read_bytes(), (project.root / "config/config.json").read_bytes()
    story = [
        plans("Add a door"),
        writes("Add a door", {"half.txt": "half", path: "evil"}),
        writes("Add a door", {"test_door.py": PROOF}, number=2, mentions=("refused: ", Path(path).name)),
        approves("Add a door", 2),
    ]
    assert tell_tale(project, story) == ["completed"]
    assert ((project.root / ".git/config").read_bytes(), (project.root / "config/config.json").read_bytes()) == before
    assert not list(project.root.parent.rglob("*escaped*"))
    assert "evil" not in git(project.root, "log", "-p", "--all", "--format=")
    assert "half.txt" not in git(project.root, "ls-tree", "-r", "--name-only", "main")


def test_a_coder_that_only_ever_reaches_outside_fails_with_the_refusal_as_reason(project: OpenProject) -> None:
    story = [plans("Add a door"), *(writes("Add a door", {"../x": "evil"}, number=n) for n in (1, 2))]
    assert tell_tale(project, story) == ["failed"]
    assert reason(project).startswith("refused: ")
    assert "../x" in reason(project)


def test_tests_that_never_end_are_stopped_and_count_as_failed(tmp_path: Path) -> None:
    project = made_project(tmp_path / "house", max_iterations=1, check_timeout=1.5)
    sleeps = "import time\n\ndef test_it() -> None:\n    time.sleep(60)\n"
    assert tell_tale(project, done("Add a door", {"test_door.py": sleeps})) == ["failed"]
    assert "still running" in reason(project)
