"""An interrupted vote goes on as it began, whatever has changed meanwhile."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from orkestra.committee import Committee
from orkestra.core.opening import open_project
from orkestra.engine.waits import Waits
from orkestra.errors import InvalidVoteError
from orkestra.orchestrator.resuming import resume_decisions
from tests.fixtures.votes import FIVE, committee_of, crew_of, everyone

SIDES = {"claude": "option_1", "chatgpt": "option_1", "gemini": "option_1", "copilot": "option_2", "grok": "option_2"}
TIE = {"claude": "option_1", "chatgpt": "option_1", "gemini": "option_2", "copilot": "option_2"}


class CrashError(Exception):
    """What a crash is like for whoever called."""


def committee(place: Path, members: Sequence[str] = FIVE) -> Committee:
    lines = [line for number in range(1, 6) for line in everyone(SIDES, number)]
    return committee_of(place, [line for line in lines if line.agent in members], members=members)


def says(*words: str) -> Callable[[dict[str, Any]], str]:
    """A user who says one thing after each round, then is interrupted."""

    def feedback(held: dict[str, Any]) -> str:
        if held["round"] > len(words):
            raise CrashError
        return words[held["round"] - 1]

    return feedback


def interrupted(place: Path, *words: str, **more: Any) -> str:  # noqa: ANN401 - as process_vote has it
    begun = committee(place)
    vote_id = begun.create_vote("How?", ["rows", "columns"])
    with pytest.raises(CrashError):
        begun.process_vote(vote_id, 5, says(*words), **more)
    return vote_id


def test_what_the_user_said_stays_and_is_not_asked_again(tmp_path: Path) -> None:
    vote_id = interrupted(tmp_path, "be cheap", "really")

    outcome = committee(tmp_path).process_vote(vote_id, 5, lambda _: "")

    assert outcome["rounds"] == 3
    assert [held["feedback"] for held in committee(tmp_path).get_vote(vote_id).rounds] == ["be cheap", "really", ""]


def test_it_is_not_gone_on_with_where_the_user_is_not_heard(tmp_path: Path) -> None:
    vote_id = interrupted(tmp_path)
    with pytest.raises(InvalidVoteError, match="waits for a word between its rounds"):
        asyncio.run(committee(tmp_path).resume(vote_id))


def test_ballots_of_members_who_have_left_the_crew_count(tmp_path: Path) -> None:
    vote_id = interrupted(tmp_path)

    outcome = committee(tmp_path, ["claude", "copilot", "grok"]).process_vote(vote_id, 5, lambda _: False)

    assert (outcome["decision"], set(outcome["voters"])) == ("rows", {*FIVE})


def test_settings_that_changed_meanwhile_don_t_change_its_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote_id = interrupted(tmp_path)
    called = committee(tmp_path).create_vote("And this?", ["rows", "columns"])
    monkeypatch.setenv("ORKESTRA_VOTE_WITHOUT", "new_facts,ladder")

    assert committee(tmp_path).process_vote(vote_id, 5, lambda _: False)["left_out"] == []
    assert committee(tmp_path).process_vote(called)["left_out"] == []
    assert committee(tmp_path).process_vote(committee(tmp_path).create_vote("New?", ["rows", "columns"]))[
        "left_out"
    ] == ["new_facts", "ladder"]


class Person:
    """Somebody who answers with a word, or is interrupted."""

    def __init__(self, word: str = "") -> None:
        self.word = word

    async def answer(self, text: str, options: Sequence[str], default: str) -> str:
        assert text
        assert default in options
        if not self.word:
            raise CrashError
        return self.word


def test_start_asks_the_person_who_is_there_and_nothing_is_left_in_the_inbox(tmp_path: Path) -> None:
    lines = [line for number in (1, 2) for line in everyone(TIE, number)]
    begun = committee_of(tmp_path, lines, members=list(TIE), person=Person())
    vote_id = begun.create_vote("How?", ["rows", "columns"], agents=list(TIE))
    with pytest.raises(CrashError):
        begun.process_vote(vote_id)

    with open_project(tmp_path) as project:
        asyncio.run(resume_decisions(project, crew_of(lines, list(TIE)), Person("columns")))

        outcome = Committee(project).get_vote(vote_id).outcome or {}
        assert (outcome["decision"], outcome["decided_by"]) == ("columns", "a person")
        assert Waits(project).open() == []
