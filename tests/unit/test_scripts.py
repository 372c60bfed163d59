"""The public fakes: a script answers what is asked, and notices what is not."""

import asyncio
import json
from pathlib import Path

import pytest

from orkestra.domain.agents import Prompt
from orkestra.domain.work import Review
from orkestra.errors import AgentError, BadResponse, RecordError
from orkestra.testing import Line, Script, ScriptedModel

APPROVED = {"approved": True, "summary": "fine"}


def prompt(**changes: object) -> Prompt:
    asked: dict[str, object] = {"text": "the words", "purpose": "auditor", "subject": "Parse", "agent": "gemini"}
    return Prompt(**{**asked, **changes})  # type: ignore[arg-type]


def ask(script: Script, asked: Prompt) -> Review:
    return asyncio.run(ScriptedModel(script).ask(asked, Review, key="call_1")).value


def test_the_same_question_gets_the_same_answer_however_often_it_is_asked() -> None:
    script = Script((Line(purpose="auditor", answer=APPROVED),))

    assert ask(script, prompt()) == ask(script, prompt()) == Review(approved=True, summary="fine")


@pytest.mark.parametrize(
    "line",
    [
        Line(purpose="ballot", answer=APPROVED),
        Line(purpose="auditor", subject="Report", answer=APPROVED),
        Line(purpose="auditor", agent="grok", answer=APPROVED),
        Line(purpose="auditor", round=2, answer=APPROVED),
        Line(purpose="auditor", mentions=("other words",), answer=APPROVED),
    ],
)
def test_a_line_that_does_not_fit_is_not_given(line: Line) -> None:
    with pytest.raises(AgentError, match="no line for auditor 'Parse' by gemini, round 1"):
        ask(Script((line,)), prompt())


def test_a_line_that_nobody_asked_for_is_an_error() -> None:
    with pytest.raises(AssertionError, match="ballot"), Script((Line(purpose="ballot"),)):
        pass


def test_an_answer_of_another_form_is_a_bad_response() -> None:
    with pytest.raises(BadResponse, match="approved"):
        ask(Script((Line(purpose="auditor", answer={"approved": "maybe"}),)), prompt())


def test_each_call_is_noted_on_disk_before_it_is_answered(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"

    ask(Script((Line(purpose="auditor", answer=APPROVED),), log=log), prompt())

    [call] = [json.loads(line) for line in log.read_text().splitlines()]
    assert (call["key"], call["purpose"], call["subject"]) == ("call_1", "auditor", "Parse")


def test_a_damaged_script_is_named(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('[{"purpose": 1}]')

    with pytest.raises(RecordError, match=r"plan\.json"):
        Script.load(tmp_path)
