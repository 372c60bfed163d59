"""A few moments of what `python -m tests.faults.kill` does at thirty."""

from pathlib import Path

import pytest

from tests.faults.kill import kill_at


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "children"), [(12, True), (60, False), (150, True)])
def test_after_a_kill_nothing_is_lost_and_nothing_is_done_or_asked_twice(
    tmp_path: Path, moment: int, children: bool
) -> None:
    outcome = kill_at(tmp_path / "demo", moment, children=children)

    assert outcome.good, outcome
    assert outcome.tasks == 8
