"""The protocol of a vote: what each step changes in the decision."""

import shlex
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from orkestra.committee import Committee
from orkestra.core.project import OrkestraProject
from orkestra.domain.protocol import DecisionKind, Protocol, Step
from orkestra.domain.votes import Agenda
from orkestra.errors import Deadlock, InvalidVoteError, NoQuorum
from tests.fixtures.scripted import commit_file
from tests.fixtures.votes import FIVE, committee_of, everyone, says

SPLIT = {"claude": "option_1", "chatgpt": "option_2", "gemini": "option_2", "copilot": "option_2", "grok": "option_3"}
ROWS = ["rows", "columns", "documents"]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = OrkestraProject.create("store", tmp_path / "store").path
    commit_file(root, "notes.md", "first\nreads are rare\n")
    return root


def test_a_confident_first_speaker_changes_nobody_without_a_new_fact(tmp_path: Path) -> None:
    herd = everyone(dict.fromkeys(FIVE, "option_1"), number=2, new_fact="claude is right, obviously")
    committee = committee_of(tmp_path, [*everyone(SPLIT), *herd])
    vote_id = committee.create_vote("How to store it?", ROWS)

    result = committee.process_vote(vote_id)

    assert result["decision"] == "columns"
    assert result["yielded"] == ["chatgpt", "copilot", "gemini", "grok"]
    assert (result["counts"]["option_2"], result["share"]) == (3, 0.6)


@pytest.mark.parametrize(
    "fact",
    ["see notes.md:2", 'the brief: "reads are rare here"', "because the user said so: “reads are rare here”"],
)
def test_a_fact_that_can_be_resolved_may_change_a_mind(project: Path, fact: str) -> None:
    second = everyone(dict.fromkeys(FIVE, "option_1"), number=2, new_fact=fact)
    committee = committee_of(project, [*everyone(SPLIT), *second])
    vote_id = committee.create_vote("How to store it?", ROWS, "Reads are rare here; writes are many.")

    result = committee.process_vote(vote_id)

    assert (result["decision"], result["yielded"], result["consensus_level"]) == ("rows", [], "unanimous")


@pytest.mark.parametrize(
    "fact", ["notes.md:99", "../outside.md:1", "commit 0123456789", '"never said anywhere"', "trust me"]
)
def test_a_reference_that_leads_nowhere_is_no_fact(project: Path, fact: str) -> None:
    second = everyone(dict.fromkeys(FIVE, "option_1"), number=2, new_fact=fact)
    committee = committee_of(project, [*everyone(SPLIT), *second])

    assert committee.process_vote(committee.create_vote("How?", ROWS))["decision"] == "columns"


def test_a_fact_that_a_member_knew_before_is_not_new_to_it(project: Path) -> None:
    first = everyone(SPLIT, new_fact="notes.md:2")
    second = everyone(dict.fromkeys(FIVE, "option_1"), number=2, new_fact="notes.md:2")
    committee = committee_of(project, [*first, *second])

    assert committee.process_vote(committee.create_vote("How?", ROWS))["decision"] == "columns"


def test_without_that_step_the_last_ballot_counts(tmp_path: Path) -> None:
    herd = everyone(dict.fromkeys(FIVE, "option_1"), number=2)
    committee = committee_of(tmp_path, [*everyone(SPLIT), *herd])
    vote_id = committee.create_vote("How?", ROWS)

    result = committee.process_vote(vote_id, protocol=Protocol().without(Step.NEW_FACTS))

    assert (result["decision"], result["yielded"]) == ("rows", [])


def test_what_the_settings_leave_out_is_said_in_the_outcome(tmp_path: Path) -> None:
    herd = everyone(dict.fromkeys(FIVE, "option_1"), number=2)
    root = OrkestraProject.create("store", tmp_path / "s", settings={"vote_without": ["new_facts", "weights"]}).path
    committee = committee_of(root, [*everyone(SPLIT), *herd])

    result = committee.process_vote(committee.create_vote("How?", ROWS))

    assert (result["decision"], result["left_out"]) == ("rows", ["new_facts", "weights"])


@pytest.mark.parametrize("rounds", [0, 6])
def test_a_protocol_takes_from_one_to_five_rounds(rounds: int) -> None:
    with pytest.raises(InvalidVoteError, match="1 to 5 rounds"):
        Protocol(rounds=rounds)


def test_a_step_that_does_not_exist_can_t_be_left_out() -> None:
    with pytest.raises(InvalidVoteError, match="'luck' is no step of the protocol; its steps: gate, "):
        Protocol().without("gate", "luck")


def test_a_member_that_fails_in_the_second_round_keeps_its_first_ballot(tmp_path: Path) -> None:
    second = everyone({agent: choice for agent, choice in SPLIT.items() if agent != "grok"}, number=2)
    committee = committee_of(tmp_path, [*everyone(SPLIT), *second])

    result = committee.process_vote(committee.create_vote("How?", ROWS))

    assert "grok" in result["voters"]
    assert "no line" in result["failures"]["grok"]


def test_a_vote_for_ones_own_proposal_is_set_aside(tmp_path: Path) -> None:
    choices = {"claude": "option_1", "chatgpt": "option_2", "gemini": "option_2"}
    committee = committee_of(tmp_path, everyone(choices), members=list(choices))
    agenda = Agenda(authors={"rows": ["claude"], "columns": ["chatgpt"]})
    vote_id = committee.create_vote("How?", ["rows", "columns"], agents=list(choices), agenda=agenda)

    result = committee.process_vote(vote_id, max_rounds=1)

    assert (result["decision"], result["set_aside"]) == ("columns", ["claude", "chatgpt"])


def test_what_two_proposed_on_their_own_is_nobodys_own(tmp_path: Path) -> None:
    choices = {"claude": "option_1", "chatgpt": "option_1", "gemini": "option_2"}
    committee = committee_of(tmp_path, everyone(choices), members=list(choices))
    agenda = Agenda(authors={"rows": ["claude", "chatgpt"], "columns": ["gemini"]})
    vote_id = committee.create_vote("How?", ["rows", "columns"], agents=list(choices), agenda=agenda)

    result = committee.process_vote(vote_id, max_rounds=1)

    assert (result["decision"], result["set_aside"]) == ("rows", ["gemini"])


def test_ranked_ballots_find_the_option_that_beats_every_other(tmp_path: Path) -> None:
    lines = [
        says("claude", "option_1", ranking=["option_1", "option_3", "option_2"]),
        says("chatgpt", "option_1", ranking=["option_1", "option_3", "option_2"]),
        says("gemini", "option_2", ranking=["option_2", "option_3", "option_1"]),
        says("copilot", "option_2", ranking=["option_2", "option_3", "option_1"]),
        says("grok", "option_3", ranking=["option_3", "option_2", "option_1"]),
    ]
    committee = committee_of(tmp_path, lines)

    result = committee.process_vote(committee.create_vote("How?", ROWS), max_rounds=1)

    assert (result["decision"], result["method"]) == ("documents", "condorcet")
    assert result["depends_on_method"]
    assert {result["methods"][name] for name in ("plurality", "ranked_choice")} != {"option_3"}


def test_what_can_be_run_is_run_and_no_vote_overrides_it(project: Path) -> None:
    committee = committee_of(project, [])
    agenda = Agenda(trials={"rows": python("raise SystemExit(1)"), "columns": python("pass")})
    vote_id = committee.create_vote("How?", ["rows", "columns"], agenda=agenda)

    result = committee.process_vote(vote_id)

    assert (result["decision"], result["decided_by"], result["voters"]) == ("columns", "trial", [])


def test_only_what_works_stands_for_election(project: Path) -> None:
    choices = {**dict.fromkeys(FIVE, "option_1"), "grok": "option_3"}
    committee = committee_of(project, everyone(choices))
    agenda = Agenda(trials={"rows": python("raise SystemExit(1)")})

    result = committee.process_vote(committee.create_vote("How?", ROWS, agenda=agenda), max_rounds=1)

    assert (result["decision"], result["voters"]) == ("documents", ["grok"])
    assert result["failures"]["claude"] == "'option_1' is not one of the options"


def test_one_survivor_needs_no_ballots_and_the_outcome_says_what_was_left_out(project: Path) -> None:
    trials = {"rows": python("raise SystemExit(1)"), "columns": python("pass")}
    committee = committee_of(project, [])
    vote_id = committee.create_vote("How?", ["rows", "columns"], agenda=Agenda(trials=trials, without=(Step.LADDER,)))

    result = committee.process_vote(vote_id)

    assert (result["decision"], result["decided_by"], result["left_out"]) == ("columns", "trial", ["ladder"])


def test_without_that_step_no_dissent_is_kept(tmp_path: Path) -> None:
    committee = committee_of(tmp_path, everyone(SPLIT, would_show="a second laptop"))
    vote_id = committee.create_vote("How?", ROWS, agenda=Agenda(without=(Step.DISSENT,)))

    assert committee.process_vote(vote_id, max_rounds=1)["watch"] == []


def test_when_nothing_works_nobody_is_asked(project: Path) -> None:
    committee = committee_of(project, [])
    agenda = Agenda(trials=dict.fromkeys(["rows", "columns"], python("raise SystemExit(3)")))

    with pytest.raises(Deadlock, match="ended with 3"):
        committee.process_vote(committee.create_vote("How?", ["rows", "columns"], agenda=agenda))


@pytest.mark.parametrize(("status", "decision"), [(1, "block"), (0, "pass")])
def test_one_objection_of_four_blocks_a_review_if_orkestra_can_reproduce_it(
    project: Path, status: int, decision: str
) -> None:
    failure = shlex.join(python(f"raise SystemExit({status})"))
    four = {"claude": "pass", "chatgpt": "pass", "gemini": "pass", "copilot": "pass"}
    lines = [*everyone(four), says("grok", "block", failure=failure)]
    committee = committee_of(project, lines)
    vote_id = committee.create_vote("Merge it?", ["pass", "block"], agenda=Agenda(kind=DecisionKind.REVIEW))

    result = committee.process_vote(vote_id)

    assert (result["decision"], result["method"]) == (decision, "veto")


@pytest.mark.parametrize(("fact", "decision"), [("notes.md:2", "yes"), ("notes.md:99", "no"), ("trust me", "no")])
def test_facts_are_decided_by_those_who_cite_what_can_be_found(project: Path, fact: str, decision: str) -> None:
    lines = [*everyone({"claude": "option_1", "gemini": "option_1"}), says("grok", "option_2", new_fact=fact)]
    members = ["claude", "gemini", "grok"]
    committee = committee_of(project, lines, members=members)
    vote_id = committee.create_vote("Is it used?", ["no", "yes"], agents=members, agenda=Agenda(kind=DecisionKind.FACT))

    assert committee.process_vote(vote_id, max_rounds=1)["decision"] == decision


def test_what_is_cheap_to_undo_is_decided_by_one(tmp_path: Path) -> None:
    committee = committee_of(tmp_path, everyone(dict.fromkeys(FIVE, "option_2")))
    vote_id = committee.create_vote("Which colour?", ["red", "blue"], agenda=Agenda(cheap_to_undo=True))

    assert committee.process_vote(vote_id)["voters"] == ["claude"]


def test_dissent_is_kept_with_what_would_show_it_right(tmp_path: Path) -> None:
    lines = [*everyone(SPLIT | {"grok": "option_2"}), *everyone(SPLIT, number=2, would_show="a million rows")]
    committee = committee_of(tmp_path, lines)
    vote_id = committee.create_vote("How?", ROWS)

    result = committee.process_vote(vote_id)

    assert [each["voter"] for each in result["watch"]] == ["claude"]
    readable = (tmp_path / f"logs/outcomes/{vote_id}-outcome.md").read_text()
    assert "## Decision\n\n**columns** (strong, 1 round)" in readable
    assert "claude wanted rows" in readable


class TestDeadlock:
    TIED = ({"claude": "option_1", "grok": "option_2"}, ["claude", "grok"])

    def test_the_option_that_is_best_by_most_criteria_wins(self, tmp_path: Path) -> None:
        marks = {
            "speed": {"rows": 3, "columns": 8},
            "cost": {"rows": 4, "columns": 7},
            "age": {"rows": 9, "columns": 2},
        }
        choices, members = self.TIED
        committee = committee_of(tmp_path, everyone(choices, scores=marks), members=members)
        vote_id = committee.create_vote("How?", ["rows", "columns"], agents=members)

        result = committee.process_vote(vote_id, max_rounds=1)

        assert (result["decision"], result["decided_by"]) == ("columns", "the criteria")
        assert result["compromise"] == "speed as in 'columns'; cost as in 'columns'; age as in 'rows'"

    def test_then_a_person_decides_by_a_page_with_the_experiment_that_would_settle_it(self, tmp_path: Path) -> None:
        choices, members = self.TIED
        person = _Person("columns")
        lines = everyone(choices, experiment="load a million rows")
        committee = committee_of(tmp_path, lines, members=members, person=person)
        vote_id = committee.create_vote("How?", ["rows", "columns"], agents=members)

        result = committee.process_vote(vote_id, max_rounds=1)

        assert (result["decision"], result["decided_by"]) == ("columns", "a person")
        assert "What would settle it: load a million rows" in person.asked
        assert "Without your answer: rows." in person.asked

    def test_with_nobody_there_the_tie_rule_decides_and_is_named(self, tmp_path: Path) -> None:
        choices, members = self.TIED
        committee = committee_of(tmp_path, everyone(choices), members=members)
        vote_id = committee.create_vote("How?", ["rows", "columns"], agents=members)

        result = committee.process_vote(vote_id, max_rounds=1)

        assert (result["decision"], result["decided_by"]) == ("rows", "the tie rule")
        assert result["tie_broken_by"] == "the option that was proposed first"


def test_what_can_not_be_undone_needs_a_person(tmp_path: Path) -> None:
    person = _Person("none of them")
    committee = committee_of(tmp_path, everyone(dict.fromkeys(FIVE, "option_1")), person=person)
    agenda = Agenda(kind=DecisionKind.IRREVERSIBLE)
    vote_id = committee.create_vote("Delete the old data?", ["delete", "keep"], agenda=agenda)

    result = committee.process_vote(vote_id)

    assert (result["decision"], result["option_id"], result["method"]) == ("none of them", None, "supermajority")


class TestAPersonAsMember:
    def test_the_vote_waits_for_a_ballot_from_another_terminal(self, tmp_path: Path) -> None:
        choices = {"claude": "option_1", "grok": "option_2"}
        committee = committee_of(tmp_path, everyone(choices) + everyone(choices, number=2), members=list(choices))
        vote_id = committee.create_vote(
            "How?", ["rows", "columns"], agents=list(choices), agenda=Agenda(people=["ada"])
        )
        threading.Thread(target=_vote_later, args=(tmp_path, vote_id)).start()

        result = committee.process_vote(vote_id, max_rounds=1)

        assert (result["decision"], result["counts"]) == ("columns", {"option_1": 1, "option_2": 2})

    def test_nobody_is_waited_for_who_can_change_nothing(self, tmp_path: Path) -> None:
        committee = committee_of(tmp_path, everyone(dict.fromkeys(FIVE, "option_1")))
        vote_id = committee.create_vote("How?", ["rows", "columns"], agenda=Agenda(people=["ada"]))

        assert committee.process_vote(vote_id)["decision"] == "rows"

    def test_a_deadline_ends_the_wait(self, tmp_path: Path) -> None:
        choices = {"claude": "option_1"}
        committee = committee_of(tmp_path, everyone(choices), members=list(choices))
        vote_id = committee.create_vote(
            "How?", ["rows", "columns"], agents=["claude"], deadline_hours=0, agenda=Agenda(people=["ada"])
        )

        assert committee.process_vote(vote_id)["failures"] == {"ada": "did not vote in time"}


def test_what_turned_out_right_gives_weight_in_the_next_vote(tmp_path: Path) -> None:
    choices = {"claude": "option_1", "grok": "option_2"}
    committee = committee_of(tmp_path, everyone(choices), members=list(choices))
    for number in range(8):
        vote_id = committee.create_vote(f"Which, the {number}th time?", ["rows", "columns"], agents=list(choices))
        committee.process_vote(vote_id, max_rounds=1)
        committee.verify(vote_id, "columns", "tests")

    last = committee.create_vote("And now?", ["rows", "columns"], agents=list(choices))
    result = committee.process_vote(last, max_rounds=1)

    assert (result["decision"], result["depends_on_weights"]) == ("columns", True)
    assert result["weights"]["grok"] > result["weights"]["claude"]


@pytest.mark.parametrize(
    "agenda",
    [
        Agenda(trials={"elsewhere": ["true"]}),
        Agenda(trials={"rows": []}),
        Agenda(authors={"elsewhere": ["claude"]}),
    ],
)
def test_an_agenda_that_does_not_fit_is_refused(tmp_path: Path, agenda: Agenda) -> None:
    with pytest.raises(InvalidVoteError):
        Committee(tmp_path).create_vote("How?", ["rows", "columns"], agenda=agenda)


def test_a_review_lets_pass_or_blocks(tmp_path: Path) -> None:
    with pytest.raises(InvalidVoteError, match="two options"):
        Committee(tmp_path).create_vote("Merge?", ROWS, agenda=Agenda(kind=DecisionKind.REVIEW))


def test_marks_that_are_none_are_a_failure_of_the_member(tmp_path: Path) -> None:
    line = says("claude", "option_1", scores={"speed": {"rows": 11}})
    committee = committee_of(tmp_path, [line], members=["claude"])
    vote_id = committee.create_vote("How?", ["rows", "columns"], agents=["claude"])

    with pytest.raises(NoQuorum, match="no mark from 0 to 10"):
        committee.process_vote(vote_id)


class _Person:
    def __init__(self, answer: str) -> None:
        self._answer, self.asked = answer, ""

    async def answer(self, text: str, options: Sequence[str], default: str) -> str:
        assert default in options
        self.asked = text
        return self._answer


def _vote_later(root: Path, vote_id: str) -> None:
    with Committee(root) as committee:
        while not committee.get_vote(vote_id).rounds:
            time.sleep(0.02)
        committee.cast_vote(vote_id, "ada", "columns", "it is what we know")
