"""The committee: rounds among agents, whose words alone are scripted."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from orkestra.agents import Crew
from orkestra.committee import Committee
from orkestra.core.opening import open_project
from orkestra.errors import ConsensusFailureError, InvalidVoteError, NoQuorum
from orkestra.testing import Line, Script, scripted_crew

MEMBERS = ["claude", "chatgpt", "gemini", "copilot", "grok"]
Says = Mapping[str, str]


def lines(number: int, says: Says, *, seconds: float = 0.0, mentions: tuple[str, ...] = ()) -> tuple[Line, ...]:
    return tuple(
        Line(
            purpose="ballot",
            agent=agent,
            round=number,
            answer={"choice": choice, "reasoning": f"{agent} says so"},
            seconds=seconds,
            mentions=mentions,
        )
        for agent, choice in says.items()
    )


def all_for(choice: str, *, but: Says | None = None) -> Says:
    return {**dict.fromkeys(MEMBERS, choice), **(but or {})}


Held = Callable[..., tuple[Committee, str]]


@pytest.fixture
def held(tmp_path: Path) -> Held:
    def vote(script: Script) -> tuple[Committee, str]:
        committee = Committee(tmp_path, Crew.of(scripted_crew(script, MEMBERS)))
        return committee, committee.create_vote("Which store?", ["SQLite", "Postgres"], "one laptop")

    return vote


def test_when_all_agree_one_round_is_enough(held: Held) -> None:
    with Script(lines(1, all_for("option_1"))) as script:
        committee, vote_id = held(script)
        result = committee.process_vote(vote_id)

    assert (result["decision"], result["consensus_level"], result["rounds"]) == ("SQLite", "unanimous", 1)


def test_a_split_is_settled_in_the_second_round_which_sees_the_first_without_names(held: Held) -> None:
    first = lines(1, all_for("option_1", but={"grok": "option_2", "gemini": "option_2"}))
    second = lines(2, all_for("option_1", but={"grok": "option_2"}), mentions=("Member A chose", "you chose"))
    second = tuple(
        replace(line, answer={**line.answer, "new_fact": 'it says "one laptop today" in the context'})
        for line in second
    )

    with Script(first + second) as script:
        committee, _ = held(script)
        vote_id = committee.create_vote("Which store?", ["SQLite", "Postgres"], "One laptop today, no server.")
        result = committee.process_vote(vote_id)

    assert (result["consensus_level"], result["rounds"], result["share"]) == ("strong", 2, 0.8)
    assert result["dissent"] == {"grok": "grok says so"}
    assert [len(each["ballots"]) for each in committee.get_vote(vote_id).rounds] == [5, 5]


def test_the_users_word_is_heard_in_the_next_round(held: Held) -> None:
    split = {
        "claude": "option_1",
        "chatgpt": "option_1",
        "gemini": "option_2",
        "copilot": "option_2",
        "grok": "option_2",
    }
    second = lines(2, all_for("option_1"), mentions=("The user says: no server, please",))

    with Script(lines(1, split) + second) as script:
        committee, vote_id = held(script)
        result = committee.process_vote(vote_id, user_feedback_callback=lambda: "no server, please")

    assert result["decision"] == "SQLite"


def test_the_user_can_end_a_split_vote(held: Held) -> None:
    split = all_for("option_2", but={"claude": "option_1", "grok": "option_1"})
    rounds: list[int] = []

    def enough(held_round: Mapping[str, int]) -> bool:
        rounds.append(held_round["round"])
        return False

    committee, vote_id = held(Script(lines(1, split)))
    result = committee.process_vote(vote_id, user_feedback_callback=enough)

    assert (result["decision"], result["consensus_level"], rounds) == ("Postgres", "split", [1])


def test_a_split_after_the_last_round_decides_unless_consensus_is_required(held: Held) -> None:
    split = all_for("option_2", but={"claude": "option_1", "grok": "option_1"})
    committee, vote_id = held(Script(lines(1, split)))
    other = committee.create_vote("Which store?", ["SQLite", "Postgres"])

    assert committee.process_vote(vote_id, max_rounds=1)["decision"] == "Postgres"
    with pytest.raises(ConsensusFailureError, match="Postgres 3"):
        committee.process_vote(other, max_rounds=1, require_consensus=True)


def test_all_members_of_a_round_are_asked_at_the_same_time(held: Held) -> None:
    committee, vote_id = held(Script(lines(1, all_for("option_1"), seconds=0.3)))

    async def timed() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await committee.aprocess_vote(vote_id)
        return loop.time() - began

    assert asyncio.run(timed()) < 3 * 0.3


def test_nonsense_and_silence_are_failures_of_a_member_not_of_the_vote(held: Held) -> None:
    some = {"claude": "option_1", "chatgpt": "option_9", "gemini": "SQLite"}
    committee, vote_id = held(Script(lines(1, some)))

    result = committee.process_vote(vote_id)

    assert result["voters"] == ["claude", "gemini"]
    assert "'option_9' is not one of the options" in result["failures"]["chatgpt"]
    assert "no line" in result["failures"]["grok"]


def test_when_nobody_can_answer_each_is_named_with_the_reason_and_may_be_asked_again(held: Held) -> None:
    script = Script(())
    committee, vote_id = held(script)

    with pytest.raises(NoQuorum, match=r"claude: the script has no line.*grok: the script"):
        committee.process_vote(vote_id)
    script.lines = lines(1, all_for("option_1"))

    assert committee.process_vote(vote_id)["decision"] == "SQLite"


def test_a_decided_vote_asks_nobody_again(held: Held, tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    committee, vote_id = held(Script(lines(1, all_for("option_1")), log=log))

    first, second = committee.process_vote(vote_id), committee.process_vote(vote_id)

    assert first == second
    assert len(log.read_text().splitlines()) == 5


def test_the_offline_members_are_one_voter_and_say_what_they_are(tmp_path: Path) -> None:
    committee = Committee(tmp_path)
    vote_id = committee.create_vote("Which store for one laptop?", ["A server farm", "A laptop file"])

    result = committee.process_vote(vote_id)

    assert (result["voters"], result["backends"]) == (["offline"], ["offline"])
    assert result["decision"] == "A laptop file"


def test_a_vote_works_inside_a_running_loop(held: Held) -> None:
    committee, vote_id = held(Script(lines(1, all_for("option_1"))))

    async def inside() -> str:
        return str(committee.process_vote(vote_id)["decision"])

    assert asyncio.run(inside()) == "SQLite"


def test_the_record_of_a_vote_names_who_spoke_through_what(held: Held, tmp_path: Path) -> None:
    committee, vote_id = held(Script(lines(1, all_for("option_1"))))
    committee.process_vote(vote_id)

    record = json.loads((tmp_path / f"logs/voting/{vote_id}.json").read_text())

    assert record["schema_version"] == 1
    assert {ballot["backend"] for ballot in record["rounds"][0]["ballots"]} == {"script"}


@pytest.mark.parametrize("options", [[], ["one"], ["same", " Same "], ["", "b"]])
def test_options_that_are_no_choice_are_refused(tmp_path: Path, options: list[str]) -> None:
    with pytest.raises(InvalidVoteError):
        Committee(tmp_path).create_vote("Which?", options)


def test_a_vote_that_was_decided_just_before_a_kill_ends_its_run_and_asks_nobody(held: Held, tmp_path: Path) -> None:
    with Script(lines(1, all_for("option_1"))) as script:
        committee, vote_id = held(script)
        result = committee.process_vote(vote_id)
    with open_project(tmp_path) as project:
        with project.store.transaction() as write:
            write.execute("UPDATE runs SET status = 'open', value = NULL WHERE kind = 'vote'")

        again = Committee(project, Crew.of(scripted_crew(Script(()), MEMBERS)))
        assert again.process_vote(vote_id)["decision"] == result["decision"]
        assert [row["status"] for row in project.store.rows("SELECT status FROM runs")] == ["done"]
