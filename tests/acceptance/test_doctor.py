"""`orkestra doctor`, as a user asks it: what is here, what is missing, and what to do about it."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.command import orkestra

CANARY = "canary-key-0123456789abcdef"


def doctor(place: Path, *arguments: str, **environment: str) -> tuple[int, Mapping[str, Any]]:
    """The exit code, and what was found."""
    ended = orkestra("doctor", "--json", *arguments, cwd=place, **environment)
    assert CANARY not in ended.stdout + ended.stderr
    return ended.returncode, json.loads(ended.stdout)


def finding(report: Mapping[str, Any], name: str, area: str = "") -> dict[str, str]:
    [one] = [each for each in report["findings"] if each["name"] == name and each["area"].startswith(area)]
    return dict(one)


def program(place: Path, name: str, script: str) -> Path:
    place.mkdir(exist_ok=True)
    path = place / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def beside(tools: Path) -> str:
    """A PATH with some programs before those of the system."""
    return f"{tools}:/usr/bin:/bin"


def test_without_any_key_it_says_that_the_offline_crew_works_and_what_would_bring_an_ai(tmp_path: Path) -> None:
    said = orkestra("doctor", cwd=tmp_path)
    assert said.returncode == 0
    assert "-> set CLAUDE_API_KEY or ANTHROPIC_API_KEY" in said.stdout
    assert said.stdout.splitlines()[-1] == (
        "Orkestra can work; with no AI service configured, its offline crew does what rules can do."
    )


def test_what_every_machine_that_runs_these_tests_has_is_found(tmp_path: Path) -> None:
    code, report = doctor(tmp_path)
    assert (code, report["can_work"], report["ais"]) == (0, True, [])
    for name in ("Python", "SQLite", "git", "disk", "home", "settings", "libraries"):
        assert (name, finding(report, name)["state"]) == (name, "found")


def test_a_key_is_found_and_never_shown(tmp_path: Path) -> None:
    code, report = doctor(tmp_path, ANTHROPIC_API_KEY=CANARY, CLAUDE_MODEL="claude-opus-5-5")
    assert (code, report["ais"]) == (0, ["claude"])
    assert finding(report, "claude", "AI")["detail"] == "claude-opus-5-5 at https://api.anthropic.com, key set"
    shown = orkestra("doctor", cwd=tmp_path, ANTHROPIC_API_KEY=CANARY).stdout
    assert CANARY not in shown
    assert shown.splitlines()[-1] == "Orkestra can work, with claude."


def test_a_program_is_asked_its_version_and_sees_no_key(tmp_path: Path) -> None:
    tools, seen = tmp_path / "tools", tmp_path / "seen"
    program(tools, "claude", f'env > {seen}; echo "2.1.329 (Claude Code)"')
    program(tools, "codex", "exit 1")
    _, report = doctor(tmp_path, PATH=beside(tools), ANTHROPIC_API_KEY=CANARY)
    assert finding(report, "claude", "command")["detail"] == f"2.1.329 ({tools / 'claude'})"
    assert finding(report, "codex", "command")["detail"] == f"{tools / 'codex'} does not say its version"
    assert finding(report, "opencode")["remedy"] == "npm install -g opencode-ai"
    assert CANARY not in seen.read_text()


@pytest.mark.parametrize("name", ["git", "bwrap"])
def test_what_is_needed_and_missing_ends_with_an_exit_code(tmp_path: Path, name: str) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for needed in {"git", "bwrap"} - {name}:
        if path := shutil.which(needed):
            (tools / needed).symlink_to(path)
    code, report = doctor(tmp_path, PATH=str(tools), ORKESTRA_SANDBOX="required")
    assert (code, report["can_work"]) == (3, False)
    looked_at = {"git": "git", "bwrap": "sandbox"}[name]
    assert finding(report, looked_at, "machine")["state"] == "wrong"
    assert "install" in finding(report, looked_at, "machine")["remedy"]


def test_malformed_settings_are_named_with_file_and_key(tmp_path: Path) -> None:
    assert orkestra("new", "house", "--no-plan", cwd=tmp_path).returncode == 0
    place = tmp_path / "house"
    (place / "config" / "config.json").write_text('{"max_rounds": "many"}')
    code, report = doctor(place)
    assert code == 3
    detail = finding(report, "settings", "places")["detail"]
    assert "config.json" in detail
    assert "max_rounds" in detail


def test_a_key_file_that_others_can_read_is_wrong(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "config").mkdir(parents=True)
    (home / "config" / "api-keys.env").write_text(f"ANTHROPIC_API_KEY={CANARY}\n")
    (home / "config" / "api-keys.env").chmod(0o644)
    code, report = doctor(tmp_path, ORKESTRA_HOME=str(home))
    assert code == 3
    assert "chmod 600" in finding(report, "settings", "AI")["detail"]


def test_a_damaged_database_is_wrong(tmp_path: Path) -> None:
    assert orkestra("new", "house", "--no-plan", cwd=tmp_path).returncode == 0
    place = tmp_path / "house"
    assert finding(doctor(place)[1], "project")["state"] == "found"
    (place / ".orkestra" / "orkestra.db").write_bytes(b"no database" * 1_000)
    code, report = doctor(place)
    assert (code, finding(report, "project")["state"]) == (3, "wrong")


def test_a_crew_that_the_settings_name_is_said(tmp_path: Path) -> None:
    said = orkestra("doctor", cwd=tmp_path, ORKESTRA_CREW="demo").stdout
    assert said.splitlines()[-1] == "Orkestra can work, with the crew 'demo' that the settings name."


def test_a_crew_that_nobody_offers_is_wrong(tmp_path: Path) -> None:
    code, report = doctor(tmp_path, ORKESTRA_CREW="zzz")
    assert (code, report["can_work"]) == (3, False)
    assert "no crew is called 'zzz'" in finding(report, "settings")["detail"]


def test_a_lost_database_is_wrong(tmp_path: Path) -> None:
    assert orkestra("new", "house", "-d", "A house", "-y", cwd=tmp_path, ORKESTRA_CREW="offline").returncode == 0
    (tmp_path / "house/.orkestra/orkestra.db").unlink()
    ran = orkestra("doctor", cwd=tmp_path / "house")
    assert ran.returncode == 3
    assert "the database beside it knows none" in ran.stdout.replace("\n", " ")
