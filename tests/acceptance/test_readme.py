"""What the README shows works as it is shown."""

import re
import subprocess
import sys
from pathlib import Path

from orkestra.cli.app import COMMANDS
from orkestra.domain.errors import all_errors

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_python_runs(tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "path/to/project").mkdir(parents=True)

    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines() == ["Set up project 0.0", "yes"]


def test_every_command_it_names_exists_and_none_is_left_out() -> None:
    assert set(re.findall(r"\borkestra ([a-z]+)\b", README)) - {"from", "import"} == set(COMMANDS)


def test_its_exit_codes_are_those_of_the_errors() -> None:
    [listed] = re.findall(r"Exit codes: (.*?)\.\n", README, re.DOTALL)
    named = {int(code) for code in re.findall(r"(\d+) ", listed)}

    assert {error.exit_code for error in all_errors().values()} - {1} <= named


def test_it_is_short_and_every_page_it_points_to_is_there() -> None:
    assert len(README.splitlines()) <= 120
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
