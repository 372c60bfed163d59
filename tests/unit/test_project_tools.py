"""A project's formatter and linter: what they say, and what is said where they are not there."""

from pathlib import Path

import pytest

from orkestra.adapters.sandbox.bare import BareSandbox
from orkestra.pipeline.tools import ProjectTools


def look(place: Path, check: str) -> str:
    return ProjectTools(BareSandbox(), place).on(place)(check)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    return tmp_path


def test_what_is_fine_is_called_fine(place: Path) -> None:
    (place / "a.py").write_text("ONE = 1\n")
    assert look(place, "format").startswith("ruff fine: ")
    assert look(place, "lint").startswith("ruff fine: ")


def test_an_objection_is_told_with_its_place_and_nothing_is_changed(place: Path) -> None:
    (place / "a.py").write_text("import os\nONE=1\n")
    assert look(place, "lint").startswith("ruff objects: ")
    assert "a.py:1:8: F401" in look(place, "lint")
    assert "a.py" in look(place, "format")
    assert (place / "a.py").read_text() == "import os\nONE=1\n"
    assert sorted(path.name for path in place.iterdir()) == ["a.py", "pyproject.toml"]


def test_a_project_that_configures_no_tool_is_not_looked_at_and_that_is_said(tmp_path: Path) -> None:
    assert look(tmp_path, "format") == "not looked at: the project configures no ruff"
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    assert look(tmp_path, "lint") == "not looked at: the project configures no ruff"


def test_the_projects_own_program_is_taken_before_any_other(place: Path) -> None:
    own = place / ".venv/bin/ruff"
    own.parent.mkdir(parents=True)
    own.write_text("#!/bin/sh\necho the own one\n")
    own.chmod(0o755)
    assert look(place, "format") == "ruff fine: the own one"


def test_for_an_unknown_name_the_known_ones_are_told(place: Path) -> None:
    assert look(place, "taste") == "there is no check 'taste'; there are: format, lint"
