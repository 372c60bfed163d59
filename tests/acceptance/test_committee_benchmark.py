"""The score of the committee, on a sample of recorded answers: the script as a user runs it."""

import csv
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "samples" / "committee"
TEAMS = ("three of a kind", "strong 1 + weak 3")
FIGURES = {"best_member", "majority", "default", "oracle", "ece"}


def score(answers: Path) -> dict[str, dict[str, dict[str, float]]]:
    command = (sys.executable, "benchmarks/committee.py", "--answers", str(answers))
    ran = subprocess.run(
        (*command, "--teams", str(SAMPLE / "teams.json"), "--json"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, dict[str, dict[str, float]]] = json.loads(ran.stdout)
    return found


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, dict[str, float]]]:
    return score(SAMPLE / "answers.csv")


def test_each_team_has_its_figures_for_all_some_and_no_known_outcomes(
    found: dict[str, dict[str, dict[str, float]]],
) -> None:
    assert list(found) == ["labels_all", "labels_100", "labels_0"]
    for teams in found.values():
        assert tuple(teams) == TEAMS
        for figures in teams.values():
            assert figures.keys() >= FIGURES
            assert all(0.0 <= figure <= 1.0 for figure in figures.values())
            assert figures["oracle"] == max(figures.values())
    assert found["labels_all"][TEAMS[0]].keys() >= {"log_odds", "route"}


def test_weak_members_dont_dilute_a_strong_one_once_outcomes_are_known(
    found: dict[str, dict[str, dict[str, float]]],
) -> None:
    for labels in ("labels_all", "labels_100"):
        figures = found[labels][TEAMS[1]]
        assert figures["majority"] < figures["best_member"] - 0.05
        assert figures["default"] > figures["best_member"] - 0.015


def test_with_the_right_answers_shuffled_nothing_is_better_than_chance(tmp_path: Path) -> None:
    with (SAMPLE / "answers.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    golds = random.Random(1).sample([row["gold"] for row in rows], len(rows))
    shuffled = tmp_path / "shuffled.csv"
    with shuffled.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows({**row, "gold": gold} for row, gold in zip(rows, golds, strict=True))
    for teams in score(shuffled).values():
        for figures in teams.values():
            # a tenth, and four standard errors of 300 questions to either side
            assert all(0.03 < figures[name] < 0.17 for name in figures.keys() - {"oracle", "ece"})
