"""`orkestra run` on libraries that nobody here wrote, by an AI behind a real SDK; only its mind is scripted."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.command import orkestra, running
from tests.fixtures.scripted import git
from tests.real import annotated_types, nearform_sql
from tests.real.libraries import Library
from tests.real.spies import noted, spying
from tests.wire.server import WireServer

CANARY = "sk-canary-77c2f0a94be15d6688aa"
SERVICES = {
    "claude": ("ANTHROPIC_API_KEY", "", "anthropic"),
    "chatgpt": ("OPENAI_API_KEY", "/v1", "responses"),
}
"""The variable of each service's key, what its SDK wants at the end of the base URL, and the API it speaks."""
LIBRARIES = {each.name: each for each in (annotated_types.LIBRARY, nearform_sql.LIBRARY)}
RUN_SECONDS = 500

pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A run as its user finds it, and what the service was asked."""

    library: Library
    place: Path
    repository: Path
    said: str
    report: dict[str, Any]
    wire: WireServer


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("name", LIBRARIES)
def test_a_feature_is_planned_built_proven_and_paid(name: str, service: str, tmp_path: Path) -> None:
    outcome = ran(LIBRARIES[name], service, tmp_path)

    the_service_was_asked_through_its_own_api(outcome, SERVICES[service][2])
    the_feature_stands_on_a_branch_with_its_proof(outcome)
    the_suite_passes_there_with_more_tests_than_before(outcome)
    nothing_of_the_users_was_touched(outcome)
    the_summary_shows_diff_tests_and_cost(outcome)
    the_key_is_nowhere(outcome)


def ran(library: Library, service: str, place: Path) -> Outcome:
    variable, path, _ = SERVICES[service]
    repository = library.repository(place / "library")
    with WireServer(library.minds) as wire:
        settings = place / "home" / "config" / "config.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text(f'[services.{service}]\nbase_url = "{wire.url}{path}"\n', "utf-8")
        (place / "scratch").mkdir()
        environment = {
            **spying(place / "spies"),
            variable: CANARY,
            "ORKESTRA_HOME": str(place / "home"),
            "TMPDIR": str(place / "scratch"),
            "COLUMNS": "160",
        }
        with running("run", library.feature.order, "--auto-approve", cwd=repository, **environment) as child:
            said, _ = child.communicate(timeout=RUN_SECONDS)
        assert child.returncode == 0, said
    [entry] = json.loads(orkestra("history", "--json", cwd=repository).stdout)
    report = json.loads(orkestra("history", entry["id"], "--json", cwd=repository).stdout)
    return Outcome(library=library, place=place, repository=repository, said=said, report=report, wire=wire)


def the_service_was_asked_through_its_own_api(outcome: Outcome, api: str) -> None:
    asked = outcome.wire.asked
    assert {each.dialect for each in asked} == {api}
    assert len(asked) == 2 + len(outcome.library.feature.work)
    assert len(set(outcome.wire.keys)) == len(asked)


def the_feature_stands_on_a_branch_with_its_proof(outcome: Outcome) -> None:
    report = outcome.report
    [task] = report["tasks"]
    assert (report["status"], task["status"]) == ("done", "completed")
    assert git(outcome.repository, "rev-parse", report["branch"]).strip() == report["head"] == task["commit"]
    message = git(outcome.repository, "log", "-1", "--format=%B", report["branch"])
    title = task["title"][0].lower() + task["title"][1:]
    assert re.match(rf"feat(\([\w./-]+\))?: {re.escape(title)}\n", message)
    assert f"Proof: {report['proof']['framework']}: {report['proof']['summary']}" in message
    assert f"Orkestra-Task: {task['id']}" in message
    changed = git(outcome.repository, "diff", "--name-only", report["base"], report["branch"]).splitlines()
    assert changed == list(outcome.library.feature.files)


def the_suite_passes_there_with_more_tests_than_before(outcome: Outcome) -> None:
    library, place = outcome.library, outcome.place
    before = library.tested_on("trunk", outcome.repository, place / "before")
    after = library.tested_on(outcome.report["branch"], outcome.repository, place / "after")
    assert 0 < before < after
    baseline, proof = outcome.report["baseline"], outcome.report["proof"]
    assert proof["ran"] - baseline["ran"] == after - before
    assert proof["commit"] == outcome.report["head"]


def nothing_of_the_users_was_touched(outcome: Outcome) -> None:
    assert not git(outcome.repository, "status", "--porcelain", "--untracked-files=all")
    assert git(outcome.repository, "symbolic-ref", "--short", "HEAD") == "trunk\n"
    assert git(outcome.repository, "rev-parse", "trunk").strip() == outcome.report["base"]
    assert not list((outcome.place / "scratch").iterdir())


def the_summary_shows_diff_tests_and_cost(outcome: Outcome) -> None:
    said, report, requests = outcome.said, outcome.report, len(outcome.wire.asked)
    for path in outcome.library.feature.files:
        assert f"\n  {path}" in said
    assert f"git diff {report['base'][:10]}...{report['branch']}" in said
    assert f"proof: {report['proof']['framework']}: {report['proof']['summary']}, on {report['head'][:10]}" in said
    cost = report["cost"]
    assert (cost["requests"], cost["input_tokens"], cost["output_tokens"]) == (requests, 120 * requests, 30 * requests)
    assert cost["unknown"] == 0
    assert cost["cost_usd"] > 0
    assert (
        f"cost: {requests} requests, {120 * requests:,} tokens in, {30 * requests} out, ${cost['cost_usd']:.4f}\n"
        in said
    )


def the_key_is_nowhere(outcome: Outcome) -> None:
    """In no file, log, prompt, event or commit, and in the environment and arguments of no program that was started."""
    seen = noted(outcome.place / "spies")
    programs = {name.partition(".")[0] for name in seen}
    assert "git" in programs
    assert programs & {"bwrap", "env"}, "the tests were run by neither"
    assert [name for name, note in seen.items() if CANARY in note] == []
    kept = [path for path in outcome.place.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [path for path in kept if CANARY.encode() in path.read_bytes()] == []
    objects = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch"], cwd=outcome.repository, capture_output=True, check=True
    )
    assert CANARY.encode() not in objects.stdout
    assert CANARY not in outcome.said + outcome.wire.written
