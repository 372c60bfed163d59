"""Scaffolds: what the templates make passes its own checks, whatever the project is called."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from orkestra.adapters.models.offline.growing import grown
from orkestra.adapters.models.offline.templates import Growth, TemplateFile, parts_of_kind, template_files
from orkestra.adapters.workspaces.confined import ConfinedWorkspace
from orkestra.core.layout import RESERVED
from orkestra.domain.scaffolds import PACKAGE, PAGE, Scaffold, choose_kind, package_name

PARTS = ("structure", "environment", "versioning", "testing", "continuous-integration")
NASTY = 'A "quoted" \\ <b>ledger</b> & {{ braces }} ${x} \'\'\' """ << x >> <% y %> [[z]] 日本 é'
NAMES = ["Pocket Ledger 2", "class", "日本", "2048", "test", "a" * 100, "Café-Bar.io", "match"]
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on this machine")


def filled(kind: str, part: str, name: str = "Pocket Ledger 2", summary: str = "A ledger.") -> list[TemplateFile]:
    package = package_name(name)
    return list(
        template_files(
            Scaffold(part=part, kind=kind, name=name, package=package, summary=summary, holder="A. User", year=2026)
        )
    )


def made(place: Path, kind: str, parts: tuple[str, ...] = PARTS, **changes: str) -> Path:
    """The files of these parts, written as an agent would write them."""
    place.mkdir(parents=True)
    workspace = ConfinedWorkspace(root=place, reserved=RESERVED)
    for part in parts:
        for file in filled(kind, part, **changes):
            workspace.write(file.path, file.text)
    return place


def ran(place: Path, *command: str) -> str:
    ended = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{command}:\n{ended.stdout}{ended.stderr}"
    return ended.stdout


def python(place: Path, *arguments: str) -> str:
    return ran(place, sys.executable, *arguments)


@pytest.mark.slow
def test_a_package_passes_every_check_it_brings(tmp_path: Path) -> None:
    place = made(tmp_path / "ledger", PACKAGE, summary=NASTY)
    assert "passed" in python(place, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "All checks passed" in ran(place, "make", "check", f"PYTHON={sys.executable}")
    assert "5 passed" in ran(place, "make", "test", f"PYTHON={sys.executable}")
    assert "make setup" in ran(place, "make", "help")


def test_the_package_of_the_first_task_alone_has_tests_that_pass_and_a_command(tmp_path: Path) -> None:
    place = made(tmp_path / "ledger", PACKAGE, ("structure",))
    assert "2 passed" in python(place, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert python(place / "src", "-m", "pocket_ledger_2", "--help").startswith("usage: pocket-ledger-2")


@pytest.mark.slow
def test_a_package_of_any_name_is_formatted_lint_clean_and_importable(tmp_path: Path) -> None:
    for number, name in enumerate(NAMES):
        place = made(tmp_path / f"at{number}", PACKAGE, name=name, summary=NASTY)
        package = package_name(name)
        python(place, "-m", "ruff", "format", "--check", "--no-cache", ".")
        python(place, "-m", "ruff", "check", "--no-cache", ".")
        assert package in python(place / "src", "-c", f"import {package}; print({package}.__name__)")
        settings = tomllib.loads((place / "pyproject.toml").read_text("utf-8"))
        assert settings["project"]["description"] == NASTY
        assert list(settings["project"]["scripts"].values()) == [f"{package}.command:main"]


@needs_node
@pytest.mark.parametrize("summary", ["A page.", NASTY])
def test_a_page_passes_every_check_it_brings(tmp_path: Path, summary: str) -> None:
    place = made(tmp_path / "page", PAGE, name="Café <b>", summary=summary)
    assert "# fail 0" in ran(place, "make", "test")
    ran(place, "make", "check")
    assert json.loads((place / "package.json").read_text("utf-8"))["description"] == summary
    page = (place / "index.html").read_text("utf-8")
    assert "<title>Café &lt;b&gt;</title>" in page
    assert "<b>ledger" not in page


@needs_node
def test_the_page_of_the_first_task_alone_has_tests_that_pass(tmp_path: Path) -> None:
    assert "# pass 2" in ran(made(tmp_path / "page", PAGE, ("structure",)), "npm", "test", "--silent")


@pytest.mark.parametrize("kind", [PACKAGE, PAGE])
def test_tasks_that_run_at_the_same_time_make_different_files(kind: str) -> None:
    assert parts_of_kind(kind) == set(PARTS)
    paths = [file.path for part in PARTS for file in filled(kind, part)]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("kind", [PACKAGE, PAGE])
def test_every_file_ends_with_one_line_end_and_has_no_blanks_before_it(kind: str) -> None:
    for part in PARTS:
        for file in filled(kind, part):
            assert not file.text or re.fullmatch(r"(?:.*\S\n|\n)*.*\S\n", file.text), file.path


def test_the_licence_says_whose_it_is() -> None:
    [licence] = [file for file in filled(PACKAGE, "structure") if file.path == "LICENSE"]
    assert licence.text.startswith("MIT License\n\nCopyright (c) 2026 A. User\n")


@pytest.mark.parametrize("kind", [PACKAGE, PAGE])
def test_the_workflow_runs_what_the_makefile_offers(kind: str) -> None:
    [workflow] = filled(kind, "continuous-integration")
    [makefile] = [file for file in filled(kind, "environment") if file.path == "Makefile"]
    asked = re.findall(r"run: make (\w+)", workflow.text)
    assert asked
    assert set(asked) <= set(re.findall(r"^(\w+):", makefile.text, re.MULTILINE))
    assert "\t" not in workflow.text


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("Pocket Ledger 2", "pocket_ledger_2"),
        ("class", "class_app"),
        ("json", "json_app"),
        ("pytest", "pytest_app"),
        ("日本", "app"),
        ("日本 2", "app_2"),
        ("2048", "app_2048"),
        ("Café", "cafe"),
        ("../x; rm -rf", "x_rm_rf"),
        ("", "app"),
        ("__init__", "init"),
        ("a" * 100, "a" * 36),
    ],
)
def test_a_packages_name_is_an_identifier_that_hides_nothing(name: str, package: str) -> None:
    assert package_name(name) == package


@pytest.mark.parametrize(
    ("text", "stack", "kind"),
    [
        ("A ledger for the pocket", (), PACKAGE),
        ("A landing page for a bakery", (), PAGE),
        ("A website with opening hours", (), PAGE),
        ("A Python tool that writes HTML", (), PACKAGE),
        ("A command line in Rust", (), ""),
        ("A shop", ("TypeScript", "React"), ""),
        ("A tool for people on the go", (), PACKAGE),
        ("A tool", ("Go 1.22",), ""),
        ("A tool", ("Python", "click"), PACKAGE),
        ("A shop", ("HTML", "CSS"), PAGE),
    ],
)
def test_the_kind_is_chosen_by_words(text: str, stack: tuple[str, ...], kind: str) -> None:
    choice = choose_kind([text], stack)
    assert choice.kind == kind
    assert choice.because


def test_what_somebody_wrote_stays_and_known_files_get_what_they_lack() -> None:
    def file(growth: Growth) -> TemplateFile:
        return TemplateFile(path="x", text="# New\n\n## Use\n\nso\n\n## Licence\n\nMIT\n", growth=growth)

    assert grown(file(Growth.NONE), "mine") == "mine"
    assert grown(file(Growth.SECTIONS), None) == file(Growth.NONE).text
    assert (
        grown(file(Growth.SECTIONS), "# Mine\n\n## Use\n\nmy way")
        == "# Mine\n\n## Use\n\nmy way\n\n## Licence\n\nMIT\n"
    )
    assert grown(TemplateFile(path="x", text="a\nb\n", growth=Growth.LINES), "b\nc") == "b\nc\na\n"
    assert grown(TemplateFile(path="x", text="a\nb\n", growth=Growth.LINES), "b\na\n") == "b\na\n"
