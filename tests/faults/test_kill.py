"""A few moments of what `python -m tests.faults.kill` does at many."""

from pathlib import Path

import pytest

from tests.faults.kill import kill_at
from tests.faults.scenarios import SCENARIOS

MOMENTS = {"demo": (12, 60, 150), "new": (6, 20, 56), "start": (8, 30, 54), "run": (2, 25, 50), "vote": (1, 12, 33)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "moment", "children"),
    [(name, moment, moment is not moments[1]) for name, moments in MOMENTS.items() for moment in moments],
)
def test_after_a_kill_nothing_is_lost_and_nothing_is_done_or_asked_twice(
    tmp_path: Path, name: str, moment: int, children: bool
) -> None:
    scenario = SCENARIOS[name](tmp_path / name)

    outcome = kill_at(scenario, moment, children=children)

    assert outcome.good, outcome
