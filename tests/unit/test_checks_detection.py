"""Which tests a project has is seen by its files alone."""

import json
import sys
from pathlib import Path

import pytest

from orkestra.pipeline.checks.detection import detect
from orkestra.pipeline.checks.site import Site
from orkestra.pipeline.checks.suites import Suite
from tests.fixtures.checks import made_site, suites_of

PYTEST = "def test_it():\n    assert True\n"
CASE = "import unittest\n\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        pass\n"


def package(script: str, **more: object) -> str:
    return json.dumps({"name": "ledger", "scripts": {"test": script}, **more})


def labels(suites: list[Suite]) -> list[str]:
    return [suite.label for suite in suites]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, []),
        ({"README.md": "# Ledger\n", "ledger.py": "x = 1\n"}, []),
        ({"test_ledger.py": PYTEST}, ["pytest"]),
        ({"tests/ledger_test.py": PYTEST}, ["pytest"]),
        ({"test_ledger.py": CASE}, ["unittest"]),
        ({"test_ledger.py": CASE, "conftest.py": ""}, ["pytest"]),
        ({"test_ledger.py": CASE, "pyproject.toml": "[tool.pytest.ini_options]\n"}, ["pytest"]),
        ({"ledger_test.py": CASE}, ["pytest"]),  # unittest would find nothing under this name
        ({"a/test_a.py": CASE, "b/test_b.py": CASE}, ["pytest"]),  # nor in two places at once
        ({"pyproject.toml": '[tool.pytest.ini_options]\npython_files = "check_*.py"\n', "check_it.py": ""}, ["pytest"]),
        ({"package.json": package("node --test")}, ["node:test"]),
        ({"package.json": package("c8 node --import ./setup.js --test test/")}, ["node:test"]),
        ({"package.json": package("jest")}, ["jest"]),
        ({"package.json": package("vitest run --coverage")}, ["vitest"]),
        ({"package.json": package("mocha test")}, ["mocha"]),
        ({"package.json": package("tape test/*.js")}, ["tape"]),
        ({"package.json": package("./run-tests.sh")}, ["npm test"]),
        ({"package.json": package('echo "Error: no test specified" && exit 1')}, []),
        ({"package.json": '{"name": "ledger"}'}, []),
        ({"package.json": "{ this is not JSON"}, []),
        ({"package.json": '{"scripts": ["test"]}'}, []),
        ({"go.mod": "module example.org/ledger\n", "ledger_test.go": "package ledger\n"}, ["go test"]),
        ({"go.mod": "module example.org/ledger\n", "ledger.go": "package ledger\n"}, []),
        ({"Cargo.toml": "[package]\nname = 'ledger'\n"}, ["cargo test"]),
        ({"test_ledger.py": PYTEST, "package.json": package("node --test")}, ["pytest", "node:test"]),
        ({"web/package.json": package("node --test")}, ["node:test in web"]),
        ({"server/pyproject.toml": "", "server/test_it.py": PYTEST}, ["pytest in server"]),
        ({"a/b/c/package.json": package("node --test")}, []),  # too deep to be meant
        ({"node_modules/left/package.json": package("node --test")}, []),
    ],
)
def test_suites_are_found(tmp_path: Path, files: dict[str, str], found: list[str]) -> None:
    assert labels(suites_of(tmp_path, files)) == found


def test_a_script_that_calls_others_is_read_to_its_end(tmp_path: Path) -> None:
    scripts = {"test": "npm run lint && npm run unit", "lint": "eslint .", "unit": "vitest run"}
    [suite] = suites_of(tmp_path, {"package.json": json.dumps({"scripts": scripts})})
    assert suite.framework == "vitest"
    assert suite.argv == ("npm", "--silent", "test")  # what is added at the end would reach npm, not vitest
    assert suite.report == ""


def test_a_runner_that_comes_last_is_asked_for_a_report(tmp_path: Path) -> None:
    [suite] = suites_of(tmp_path, {"package.json": package("cross-env TZ=UTC jest")})
    assert suite.argv[:4] == ("npm", "--silent", "test", "--")
    assert f"--outputFile={suite.report}" in suite.argv


def test_a_package_whose_modules_are_not_installed_says_what_to_do(tmp_path: Path) -> None:
    [suite] = suites_of(tmp_path, {"package.json": package("jest", devDependencies={"jest": "30"})})
    assert suite.missing == "there is no node_modules in the project: run `npm install` there, then run again"


def test_what_is_installed_at_the_root_is_lent_to_a_checkout(tmp_path: Path) -> None:
    root, checkout = tmp_path / "root", tmp_path / "checkout"
    (root / "node_modules" / "jest").mkdir(parents=True)
    [suite] = suites_of(checkout, {"package.json": package("jest")})
    assert suite.missing
    [suite] = detect(Site.of(checkout, root))
    assert not suite.missing
    assert [(lent.source, lent.place) for lent in suite.lent] == [(root / "node_modules", "node_modules")]


def test_a_projects_own_environment_runs_its_tests(tmp_path: Path) -> None:
    root, checkout = tmp_path / "root", tmp_path / "checkout"
    environment = root / ".venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").touch()
    (environment / "bin" / "python").touch()
    (environment / "lib" / "python3.12" / "site-packages" / "pytest").mkdir(parents=True)
    made_site(checkout, {"src/ledger/__init__.py": "", "tests/test_it.py": PYTEST})
    [suite] = detect(Site.of(checkout, root))
    assert suite.argv[0] == str(checkout / ".venv" / "bin" / "python")
    assert [lent.place for lent in suite.lent] == [".venv"]
    assert suite.environment["PYTHONPATH"].startswith(str(checkout / "src"))
    assert not suite.missing


def test_an_environment_without_the_runner_says_so(tmp_path: Path) -> None:
    root, checkout = tmp_path / "root", tmp_path / "checkout"
    (root / "venv" / "bin").mkdir(parents=True)
    (root / "venv" / "pyvenv.cfg").touch()
    (root / "venv" / "bin" / "python").touch()
    made_site(checkout, {"test_it.py": PYTEST})
    [suite] = detect(Site.of(checkout, root))
    assert suite.missing == "pytest is not in the project's venv: install it there, then run again"


def test_an_environment_that_git_holds_is_nobodys(tmp_path: Path) -> None:
    files = {"test_it.py": PYTEST, ".venv/pyvenv.cfg": "", ".venv/bin/python": "#!/bin/sh\n"}
    [suite] = suites_of(tmp_path, files)
    assert suite.argv[0] == sys.executable
    assert not suite.lent


def test_a_link_out_of_the_project_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "package.json"
    secret.write_text(package("node --test"), "utf-8")
    site = made_site(tmp_path / "house", {"README.md": ""})
    (site.directory / "package.json").symlink_to(secret)
    assert suites_of(site.directory, {}) == []
