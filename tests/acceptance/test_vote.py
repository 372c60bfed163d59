"""`orkestra vote`, as a user runs it."""

import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from orkestra.core.project import OrkestraProject
from tests.fixtures.command import orkestra, running, until
from tests.fixtures.scripted import git, save_script
from tests.fixtures.votes import FIVE, everyone, says

SPLIT = {"claude": "option_1", "chatgpt": "option_1", "gemini": "option_2", "copilot": "option_2", "grok": "option_1"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return OrkestraProject.create("house", tmp_path / "house", settings={"crew": "demo"}).path


@pytest.fixture
def script(tmp_path: Path) -> dict[str, str]:
    lines = [*everyone(SPLIT), *everyone(SPLIT, number=2, would_show="a second laptop")]
    return {"ORKESTRA_DEMO_SCRIPT": str(save_script(tmp_path / "script", lines))}


def test_a_vote_is_held_and_explained_on_one_screen(project: Path, script: dict[str, str]) -> None:
    options = ("-o", "SQLite", "-o", "Postgres", "--without", "early_stop,ladder")
    called = orkestra("vote", "call", "Which store?", *options, cwd=project, **script)
    assert called.returncode == 0, called.stderr
    vote_id = called.stdout.splitlines()[-1].partition(":")[0]

    explained = orkestra("vote", "explain", vote_id, cwd=project).stdout

    assert len(explained.splitlines()) <= 40
    for said in (
        "claude",
        "1.00",
        "condorcet",
        "ranked_choice",
        "SQLite",
        "watch: gemini wanted Postgres",
        "no outcome is verified yet",
        "steps left out: early_stop, ladder",
    ):
        assert said in explained
    assert vote_id in orkestra("vote", "list", cwd=project).stdout
    assert "gemini says so" in orkestra("vote", "show", vote_id, cwd=project).stdout


def test_a_person_casts_a_ballot_from_another_terminal_while_the_vote_is_held(
    project: Path, script: dict[str, str]
) -> None:
    options = ("-o", "SQLite", "-o", "Postgres", "--with", "claude,gemini", "--sit", "--json")
    with running("vote", "call", "Which store?", *options, cwd=project, **script) as child:
        until(lambda: '"round": 1' in orkestra("vote", "list", "--json", cwd=project).stdout.replace("number", "round"))
        [vote] = json.loads(orkestra("vote", "list", "--json", cwd=project).stdout)
        cast = orkestra("vote", "cast", vote["vote_id"], "postgres", "-r", "we know it", cwd=project)
        said, _ = child.communicate(timeout=60)

    assert cast.returncode == 0, cast.stderr
    assert json.loads(said)["decision"] == "Postgres"
    assert "you" in json.loads(said)["voters"]


def test_a_killed_vote_goes_on_as_it_began_with_the_ballot_that_a_person_had_cast(
    project: Path, tmp_path: Path
) -> None:
    lines = [replace(line, seconds=seconds) for line, seconds in zip(everyone(SPLIT), (0, 30, 30, 30, 30), strict=True)]
    slow = {"ORKESTRA_DEMO_SCRIPT": str(save_script(tmp_path / "slow", lines))}
    quick = {"ORKESTRA_DEMO_SCRIPT": str(save_script(tmp_path / "quick", everyone(SPLIT)))}
    options = ("-o", "SQLite", "-o", "Postgres", "--sit", "--rounds", "1", "--without", "early_stop,weights")

    def voters() -> set[str]:
        votes = json.loads(orkestra("vote", "list", "--json", cwd=project).stdout)
        return {ballot["voter"] for vote in votes for held in vote["rounds"] for ballot in held["ballots"]}

    with running("vote", "call", "Which store?", *options, cwd=project, **slow) as child:
        until(lambda: "claude" in voters())
        [vote] = json.loads(orkestra("vote", "list", "--json", cwd=project).stdout)
        orkestra("vote", "cast", vote["vote_id"], "postgres", "-r", "we know it", cwd=project)
        child.kill()
    held = json.loads(orkestra("vote", "hold", vote["vote_id"], "--json", cwd=project, **quick).stdout)

    assert voters() == {*FIVE, "you"}
    assert (held["decision"], held["rounds"], held["left_out"]) == ("SQLite", 1, ["weights", "early_stop"])
    assert "decide Which store?" in git(project, "log", "-1", "--format=%s")
    assert git(project, "status", "--porcelain") == ""


def test_ctrl_c_says_how_to_go_on_with_the_vote(project: Path, tmp_path: Path) -> None:
    lines = save_script(tmp_path / "slow", [replace(says("claude", "option_1"), seconds=60)])
    slow = {"ORKESTRA_DEMO_SCRIPT": str(lines), "ORKESTRA_SCRIPT_LOG": str(tmp_path / "asked.log")}
    with running("vote", "call", "Ship it?", "--with", "claude", cwd=project, **slow) as child:
        until((tmp_path / "asked.log").exists)
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate(timeout=30)

    assert child.returncode == 130
    [vote] = json.loads(orkestra("vote", "list", "--json", cwd=project).stdout)
    assert f"`orkestra vote hold {vote['vote_id']}` goes on with it" in said


def test_a_direct_vote_is_decided_by_the_ballots_alone(project: Path) -> None:
    called = orkestra("vote", "call", "Ship it?", "--direct", "--with", "ada,bob", "--json", cwd=project)
    vote_id = json.loads(called.stdout)["vote_id"]
    orkestra("vote", "cast", vote_id, "yes", "--as", "ada", cwd=project)
    last = orkestra("vote", "cast", vote_id, "YES", "--as", "bob", cwd=project)

    assert "2 of 2 have, decided: yes" in last.stdout


def test_what_turned_out_right_is_noted(project: Path, script: dict[str, str]) -> None:
    called = orkestra("vote", "call", "Which?", "-o", "SQLite", "-o", "Postgres", "--json", cwd=project, **script)
    vote_id = json.loads(called.stdout)["vote_id"]

    assert orkestra("vote", "verify", vote_id, "Postgres", "--source", "tests", cwd=project).returncode == 0
    again = orkestra("vote", "call", "Which?", "-o", "SQLite", "-o", "Postgres", "--json", cwd=project, **script)

    weights = json.loads(again.stdout)["weights"]
    explained = orkestra("vote", "explain", json.loads(again.stdout)["vote_id"], cwd=project).stdout
    assert "by 1 verified outcomes" in explained
    assert set(weights) == set(FIVE)
    assert weights["gemini"] > weights["claude"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("call", "Which?", "-o", "one"), 7),
        (("call", "Which?", "-o", "same", "-o", "Same"), 7),
        (("cast", "vote_none", "yes"), 7),
        (("explain", "vote_none"), 7),
        (("call", "Which?", "-o", "a", "-o", "b", "--rounds", "9"), 2),
        (("call", "Which?", "-o", "a", "-o", "b", "--without", "luck"), 7),
        (("call", "Which?", "--hours", "nan"), 7),
        (("call", "Which?", "--hours", "-1"), 7),
        (("call", "Which?", "--hours", "1e300"), 7),
        (("hold", "vote_none"), 7),
        (("close", "vote_none"), 7),
        (("call", "bad \udcff"), 2),
        (("list", "-p", "nowhere"), 3),
        (("nonsense",), 2),
    ],
)
def test_bad_input_gets_one_clear_line(project: Path, arguments: tuple[str, ...], code: int) -> None:
    ran = orkestra("vote", *arguments, cwd=project)

    assert ran.returncode == code
    assert "Traceback" not in ran.stderr
    assert ran.stderr.strip()


def test_a_second_ballot_and_a_strangers_are_refused(project: Path) -> None:
    called = orkestra("vote", "call", "Ship it?", "--direct", "--with", "ada,bob", "--json", cwd=project)
    vote_id = json.loads(called.stdout)["vote_id"]
    orkestra("vote", "cast", vote_id, "yes", "--as", "ada", cwd=project)

    assert "has voted" in orkestra("vote", "cast", vote_id, "no", "--as", "ada", cwd=project).stderr
    assert "no voter" in orkestra("vote", "cast", vote_id, "no", "--as", "eve", cwd=project).stderr


def test_a_tie_of_a_direct_vote_is_said_and_ended_by_a_word(project: Path) -> None:
    called = orkestra("vote", "call", "Ship it?", "--direct", "--with", "ada,bob", "--json", cwd=project)
    vote_id = json.loads(called.stdout)["vote_id"]
    orkestra("vote", "cast", vote_id, "yes", "--as", "ada", cwd=project)
    last = orkestra("vote", "cast", vote_id, "no", "--as", "bob", cwd=project)
    assert f"tied: yes, no; `orkestra vote close {vote_id} CHOICE` decides" in last.stdout
    assert orkestra("vote", "close", vote_id, cwd=project).returncode == 7

    closed = orkestra("vote", "close", vote_id, "no", cwd=project)

    assert closed.stdout == f"{vote_id}: no (a person)\n"
    assert git(project, "status", "--porcelain") == ""
    assert json.loads(orkestra("vote", "show", vote_id, "--json", cwd=project).stdout)["agenda"]["direct"] is True


def test_what_turned_out_right_is_noted_once_and_not_before_the_decision(project: Path, script: dict[str, str]) -> None:
    direct = orkestra("vote", "call", "Ship it?", "--direct", "--with", "ada", "--json", cwd=project)
    early = orkestra("vote", "verify", json.loads(direct.stdout)["vote_id"], "yes", cwd=project)
    assert "not decided yet" in early.stderr
    called = orkestra("vote", "call", "Which?", "-o", "SQLite", "-o", "Postgres", "--json", cwd=project, **script)
    vote_id = json.loads(called.stdout)["vote_id"]

    assert orkestra("vote", "verify", vote_id, "SQLite", cwd=project).returncode == 0
    assert "verified already" in orkestra("vote", "verify", vote_id, "Postgres", cwd=project).stderr


def test_without_an_ai_the_first_of_equals_wins_and_nobody_calls_that_unanimous(tmp_path: Path) -> None:
    project = OrkestraProject.create("plain", tmp_path / "plain", settings={"crew": "offline"}).path
    for number in range(3):
        called = orkestra("vote", "call", f"Number {number}?", "-o", "first", "-o", "second", cwd=project)
        last = called.stdout.splitlines()[-1]
        assert "first (by rule: no AI was asked, the first of equals wins)" in last


def test_what_was_asked_for_holds_although_the_vote_could_not_begin(project: Path, script: dict[str, str]) -> None:
    options = ("-o", "SQLite", "-o", "Postgres", "--without", "ladder,dissent", "--rounds", "1")
    assert orkestra("vote", "call", "Which?", *options, cwd=project, ORKESTRA_CREW="nobody").returncode == 3
    [vote] = json.loads(orkestra("vote", "list", "--json", cwd=project).stdout)

    held = json.loads(orkestra("vote", "hold", vote["vote_id"], "--json", cwd=project, **script).stdout)

    assert (held["rounds"], held["left_out"]) == (1, ["ladder", "dissent"])
