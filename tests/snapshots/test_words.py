"""The words that models and users read, whole: a change here is seen in review.

`UPDATE_SNAPSHOTS=1 make test` saves them anew.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orkestra.agents.prompting import Asking, render_prompt
from orkestra.cli.app import COMMANDS, app
from orkestra.committee.anonymity import rounds_for
from orkestra.committee.electing import Electorate, elect
from orkestra.committee.ladder import Rung
from orkestra.committee.outcomes import outcome_of
from orkestra.counting.weights import Weights
from orkestra.domain.plans import Proposal
from orkestra.domain.protocol import Protocol
from orkestra.domain.tasks import Task
from orkestra.domain.votes import Ballot, Vote, VoteOption, VoteRound
from orkestra.domain.work import Attempt, Blueprint, CheckReport, FailedTest, Finding, Proof
from orkestra.planning.drafting import draft_plan, make_brief

SAVED = Path(__file__).parent / "saved"
TASK = Task(id="task_1", ordinal=1, description="Parse amounts", instructions="Whole cents.")
FINDING = Finding(problem="the sign is lost", file="money.py", line=9, reproduction="python -m pytest -k expense")
REPORT = CheckReport(framework="pytest", passed=False, summary="1 failed", output="FAILED x", seconds=0.5, commit="c1")
FRESH = FailedTest(
    framework="pytest", test="test_money.py::test_sign", message="assert 5 == -5", file="test_money.py", line=7
)
KNOWN = FailedTest(framework="pytest", test="test_date.py::test_leap")
BEFORE = CheckReport(
    framework="pytest",
    passed=False,
    summary="1 failed, 8 passed",
    output="",
    seconds=0.5,
    commit="c0",
    failures=(KNOWN,),
    ran=9,
)
PROOF = Proof(
    holds=False,
    reason="the tests don't pass: 2 failed, 6 passed",
    fresh=(FRESH,),
    known=(KNOWN,),
    gone=("pytest: test_money.py::test_zero",),
)
DOUBTED = Finding(problem="it leaks", file="vault.py", line=3, doubt="there is no file 'vault.py'")
ATTEMPT = Attempt(commit="c1", agent="glm", backend="script", summary="done", files=("money.py",))
BLUEPRINT = Blueprint(approach="Cents first.", files=("money.py",), checks=("negative amounts",))
PLAN = draft_plan(
    make_brief("ledger", "a ledger", "import"), Proposal(title="Modules", summary="Small.", stack=("Python",))
)
ROUND = VoteRound(
    number=1, ballots=(Ballot(voter="grok", ranking=("option_2",), reasoning="smaller"),), feedback="keep it small"
)
VOTE = {"topic": "Which?", "context": "one laptop", "options": [{"id": "option_1", "description": "SQLite"}]}
HELD = Vote("vote_1", "Which?", [VoteOption("option_1", "SQLite"), VoteOption("option_2", "Postgres")], "one laptop")
BALLOTS = (
    Ballot(voter="claude", ranking=("option_1",), reasoning="no server", experiment="load a million rows"),
    Ballot(voter="grok", ranking=("option_2",), reasoning="many writers", would_show="two laptops"),
)
ELECTORATE = Electorate(options=["option_1", "option_2"], ballots=BALLOTS, weights=Weights(), eligible=2)
ELECTION = elect(HELD, ELECTORATE, Protocol())
RUNG = Rung(winner="option_1", decided_by="a person", compromise="speed as in 'SQLite'", experiment="load it")
OUTCOME = outcome_of(HELD, [ROUND], BALLOTS, ELECTION, RUNG)

PROMPTS: dict[tuple[str, str], dict[str, Any]] = {
    ("agents", "coder"): {},
    ("committee", "ballot"): {
        **VOTE,
        "kind": "choice",
        "rounds": rounds_for("claude", HELD, [ROUND], Protocol()),
    },
    ("committee", "brief"): {
        "vote": HELD,
        "election": ELECTION,
        "rung": RUNG,
        "default": "SQLite",
        "why": "'SQLite' leads",
    },
    ("committee", "outcome"): {
        "outcome": {**OUTCOME, "left_out": ["ladder"], "decided_at": "2026-01-01T00:00:00Z"},
        "context": HELD.context,
        "options": ["SQLite", "Postgres"],
        "methods": "plurality: SQLite",
    },
    ("planning", "proposal"): {
        "name": "ledger",
        "description": "a ledger",
        "features": ["import"],
        "changes": ["less"],
    },
    ("planning", "plan"): {"plan": PLAN, "titles": {task.key: task.description for task in PLAN.tasks}},
    ("pipeline", "architect"): {"task": TASK, "files": ["money.py"]},
    ("pipeline", "executor"): {"task": TASK, "blueprint": BLUEPRINT, "findings": [FINDING], "before": BEFORE},
    ("pipeline", "auditor"): {"task": TASK, "attempt": ATTEMPT, "report": REPORT, "diff": "+cents", "proof": PROOF},
    ("pipeline", "consultant"): {"task": TASK, "findings": [FINDING, DOUBTED], "report": REPORT, "before": BEFORE},
}


def check(name: str, text: str) -> None:
    saved = SAVED / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        saved.write_text(text, encoding="utf-8")
    assert text == saved.read_text(encoding="utf-8")


@pytest.mark.parametrize(("room", "template"), PROMPTS, ids=lambda part: part)
def test_a_prompt_reads_as_saved(room: str, template: str) -> None:
    asking = Asking(package=f"orkestra.{room}", template=f"{template}.md.j2", purpose=template, subject="s", round=2)

    check(f"{room}-{template}.md", render_prompt(asking, "claude", PROMPTS[room, template]).text)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help_reads_as_saved(command: str) -> None:
    shown = CliRunner().invoke(app, [*filter(None, [command]), "--help"], prog_name="orkestra", terminal_width=100)

    check(f"help-{command or 'orkestra'}.txt", shown.output)
