"""The offline crew: what its rules answer, with the arithmetic, and what they refuse."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from orkestra.adapters.workspaces.confined import ConfinedWorkspace
from orkestra.codec import to_plain
from orkestra.domain.agents import CoderEvent, Prompt
from orkestra.domain.crew import Backend, CrewSettings
from orkestra.domain.errors import AgentUnavailable
from orkestra.domain.plans import Proposal
from orkestra.domain.scaffolds import PACKAGE, SCAFFOLD, Scaffold
from orkestra.domain.tasks import Task
from orkestra.domain.votes import BallotAnswer
from orkestra.domain.work import Blueprint, CheckReport, Finding, Review, Severity
from orkestra.plugins.crews import load_crew

SCAFFOLDED = Scaffold(part="structure", kind=PACKAGE, name="Ledger", package="ledger", summary="A ledger.")
PASSED = CheckReport(framework="pytest", passed=True, summary="2 passed", output="", seconds=0.1, commit="c1")


def member() -> Backend:
    return load_crew("offline", CrewSettings(home=Path("/nowhere")))[0]


def ask(purpose: str, form: type[Any], **facts: Any) -> Any:  # noqa: ANN401 - the form that is asked for
    prompt = Prompt(text="", purpose=purpose, subject="it", agent="claude", facts=facts)
    model = member().model
    assert model is not None
    answer = asyncio.run(model.ask(prompt, form, key="k"))
    assert answer.backend == "offline"
    return answer.value


def vote(topic: str, *options: str, context: str = "") -> BallotAnswer:
    listed = [{"id": f"option_{number}", "description": text} for number, text in enumerate(options, 1)]
    answer = ask("ballot", BallotAnswer, topic=topic, context=context, options=listed)
    assert isinstance(answer, BallotAnswer)
    return answer


def task(**scaffold: Any) -> Task:  # noqa: ANN401 - fields of Scaffold
    return Task(id="t", ordinal=1, description="Set up", metadata={SCAFFOLD: {**to_plain(SCAFFOLDED), **scaffold}})


def work(place: Path, given: Task, purpose: str = "executor", **facts: Any) -> list[CoderEvent]:  # noqa: ANN401
    coder = member().coder
    assert coder is not None
    prompt = Prompt(text="", purpose=purpose, subject=given.title, agent="claude", facts={"task": given, **facts})
    workspace = ConfinedWorkspace(root=place)

    async def events() -> list[CoderEvent]:
        return [event async for event in coder.run(prompt, workspace, deadline=9, key="k")]

    return asyncio.run(events())


def reviewed(patch: str, report: CheckReport = PASSED) -> Review:
    review = ask("auditor", Review, task=task(), attempt=None, report=report, diff=patch)
    assert isinstance(review, Review)
    return review


def new_file(path: str, text: str) -> str:
    lines = text.splitlines()
    added = "".join(f"+{line}\n" for line in lines)
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
    return f"{head}@@ -0,0 +1,{len(lines)} @@\n{added}"


def seen(review: Review) -> list[tuple[str, int, Severity]]:
    return [(finding.file, finding.line, finding.severity) for finding in review.findings]


def test_a_ballot_shows_its_sum_and_says_that_no_ai_was_asked() -> None:
    answer = vote("Where do we keep the ledger's entries?", "Postgres: a server", "SQLite: entries in one file, 2 days")
    assert answer.choice == "option_2"
    assert answer.reasoning == (
        "By rule, no AI was asked: points by stated criteria, the first of equals wins."
        " option_1 = 0: no criterion applies;"
        " option_2 = 3: +1 words of the question (entries) +1 states an estimate +1 the smallest estimate (2 days)."
    )


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("A, with the risk of locks", "A, with locks"),
        ("A, measured on real files", "A, on real files"),
        ("A in 3 days", "A in 2 weeks"),
        ("A, which can be reverted", "A, which stays"),
        ("A, a step", "A, a permanent step"),
    ],
)
def test_each_criterion_counts(better: str, worse: str) -> None:
    assert vote("Which?", worse, better).choice == "option_2"
    assert vote("Which?", better, worse).choice == "option_1"


def test_an_option_does_not_win_by_its_length() -> None:
    question = "alpha bravo charlie delta echo foxtrot golf hotel"
    assert vote(question, "alpha bravo charlie delta echo", question).choice == "option_1"


def test_of_equals_the_first_is_chosen_every_time() -> None:
    assert {vote("Which?", "tea", "coffee").choice for _ in range(3)} == {"option_1"}


def test_a_proposal_shows_how_its_days_add_up() -> None:
    facts = {"name": "ledger", "description": "a ledger", "features": ("import", "report"), "changes": ()}
    proposal = ask("proposal", Proposal, **facts)
    assert "2 x 2 for features + 2 foundation + 2 integration + 2 deployment = 10" in proposal.summary
    assert proposal.estimate_days == 10
    assert "By rule, no AI was asked" in proposal.summary
    changed = ask("proposal", Proposal, **{**facts, "changes": ("make it a website",)})
    assert changed.stack[0] == "HTML"
    assert any("needs an AI" in risk for risk in changed.risks)


def test_the_blueprint_is_the_list_of_a_templates_files() -> None:
    blueprint = ask("architect", Blueprint, task=task(), files=())
    assert {"pyproject.toml", "src/ledger/__init__.py", "LICENSE"} <= set(blueprint.files)


@pytest.mark.parametrize(
    "given",
    [
        Task(id="t", ordinal=1, description="Implement import"),
        task(part="features"),
        task(kind="novel"),
        task(package="../outside"),
        task(package="x\ny"),
        Task(id="t", ordinal=1, description="Implement import", metadata={SCAFFOLD: "structure"}),
        Task(id="t", ordinal=1, description="Implement import", metadata={SCAFFOLD: {"part": 1}}),
    ],
    ids=["no template", "unknown part", "unknown kind", "a path", "a line", "no scaffold", "half a scaffold"],
)
def test_what_no_template_does_needs_an_ai(tmp_path: Path, given: Task) -> None:
    with pytest.raises(AgentUnavailable, match="needs an AI"):
        ask("architect", Blueprint, task=given, files=())
    with pytest.raises(AgentUnavailable, match="needs an AI"):
        work(tmp_path, given)
    assert not list(tmp_path.iterdir())


def test_an_unknown_kind_of_question_needs_an_ai() -> None:
    with pytest.raises(AgentUnavailable, match="only rules"):
        ask("essay", Proposal)


def test_the_coder_keeps_what_somebody_wrote(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("mine")
    (tmp_path / "README.md").write_text("# Mine\n\n## Licence\n\nSecret.\n")
    events = work(tmp_path, task())
    assert (tmp_path / "pyproject.toml").read_text() == "mine"
    readme = (tmp_path / "README.md").read_text()
    assert readme.startswith("# Mine\n\n## Licence\n\nSecret.\n\n## Install and use\n")
    assert readme.count("## Licence") == 1
    assert (events[-1].kind, events[-1].text.startswith("By rule, no AI was asked: wrote ")) == ("result", True)


def test_a_template_that_is_there_already_is_nothing_to_do_and_says_so(tmp_path: Path) -> None:
    work(tmp_path, task())
    with pytest.raises(AgentUnavailable, match="is there already"):
        work(tmp_path, task())


def test_the_consultant_puts_the_form_right_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("one  \r\ntwo\t\n\n\n")
    untidy = Finding(problem="blanks at the end of a line", file="notes.md", line=1)
    work(tmp_path, task(), "consultant", findings=(untidy,))
    assert (tmp_path / "notes.md").read_text() == "one\ntwo\n"
    with pytest.raises(AgentUnavailable, match="the sum is wrong"):
        work(tmp_path, task(), "consultant", findings=(Finding(problem="the sum is wrong", file="notes.md"),))


def test_a_clean_change_is_approved_with_what_was_looked_at() -> None:
    review = reviewed(new_file("a.py", '"""A."""\n\nONE = 1\n'))
    assert review.approved
    assert review.findings == ()
    assert "2 passed" in review.summary
    assert "rules can't judge" in review.summary


def test_no_approval_overrides_tests_that_fail() -> None:
    failed = CheckReport(framework="pytest", passed=False, summary="1 failed", output="E", seconds=0.1, commit="c1")
    review = reviewed(new_file("a.md", "text\n"), failed)
    assert not review.approved
    assert "1 failed" in review.findings[0].problem


BLOCKERS: Mapping[str, tuple[str, str, int]] = {
    "broken Python": ("a.py", "x = 1\ndef (:\n", 2),
    "broken JSON": ("a.json", '{"a": 1,\n}\n', 2),
    "broken TOML": ("a.toml", "a = \n", 0),
    "merge marker": ("a.md", "one\n<<<<<<< main\n", 2),
    "key": ("a.md", "one\ntwo\nAKIA" + "A" * 16 + "\n", 3),
    "password": ("a.py", 'PASSWORD = "correct horse"\n', 1),
    "debugger": ("a.py", "ONE = 1\nbreakpoint()\n", 2),
    "debugger in a page": ("a.js", "debugger;\n", 1),
}


@pytest.mark.parametrize("what", BLOCKERS)
def test_what_may_not_be_merged_is_a_blocker_with_its_place(what: str) -> None:
    path, text, line = BLOCKERS[what]
    review = reviewed(new_file("fine.md", "fine\n") + new_file(path, text))
    assert not review.approved
    assert (path, line, Severity.BLOCKER) in seen(review)


NOTES: Mapping[str, tuple[str, str, int, Severity]] = {
    "to do": ("a.py", "ONE = 1  # TODO two\n", 1, Severity.MAJOR),
    "empty function": ("a.py", 'def a():\n    """Do."""\n    pass\n', 1, Severity.MAJOR),
    "dots": ("a.py", "async def a():\n    ...\n", 1, Severity.MAJOR),
    "print": ("a.py", "print(1)\n", 1, Severity.MINOR),
    "console": ("a.js", "console.log(1)\n", 1, Severity.MINOR),
    "long line": ("a.md", "x" * 501 + "\n", 1, Severity.MINOR),
    "long file": ("a.md", "x\n" * 401, 0, Severity.MINOR),
}


@pytest.mark.parametrize("what", NOTES)
def test_what_the_reader_should_know_is_a_note_and_stops_nothing(what: str) -> None:
    path, text, line, severity = NOTES[what]
    review = reviewed(new_file(path, text))
    assert review.approved
    assert seen(review) == [(path, line, severity)]


def test_lines_are_numbered_as_in_the_file_that_a_change_makes() -> None:
    patch = (
        "diff --git a/a.py b/a.py\nindex 1..2 100644\n--- a/a.py\n+++ b/a.py\n"
        "@@ -10,3 +10,3 @@ def f():\n one\n--- a minus\n+two  # FIXME\n three\n"
        "@@ -20 +20,2 @@\n four\n+breakpoint()\n\\ No newline at end of file\n"
    )
    assert seen(reviewed(patch)) == [("a.py", 11, Severity.MAJOR), ("a.py", 21, Severity.BLOCKER)]


def test_a_path_with_unusual_characters_is_named_as_it_is() -> None:
    patch = new_file("X", "TODO\n").replace("+++ b/X", '+++ "b/caf\\303\\251.md"')
    assert seen(reviewed(patch)) == [("café.md", 1, Severity.MAJOR)]


def test_a_change_that_was_cut_is_not_approved_unseen() -> None:
    assert not reviewed(new_file("a.md", "x\n") + "\n[cut after 200000 bytes]\n").approved
