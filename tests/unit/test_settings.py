import re
from pathlib import Path

import pytest

from orkestra.config.settings import Settings, load_settings
from orkestra.core import open_project
from orkestra.domain.protocol import Step
from orkestra.errors import ConfigError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ORKESTRA_HOME", str(tmp_path / "home"))
    return folder(tmp_path / "home")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return folder(tmp_path / "project")


def folder(root: Path) -> Path:
    (root / "config").mkdir(parents=True)
    return root


def says(root: Path, text: str, name: str = "config.toml") -> Path:
    file = root / "config" / name
    file.write_text(text, "utf-8")
    return file


def test_without_any_file_the_defaults_hold(home: Path, project: Path) -> None:
    assert load_settings() == load_settings(project) == Settings()
    assert (Settings().max_concurrent_tasks, Settings().max_rounds, Settings().crew) == (5, 5, "auto")


def test_each_layer_overrides_the_ones_before_and_leaves_the_rest(
    home: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(home, "max_concurrent_tasks = 2\nmax_rounds = 2\nmax_iterations = 2\n")
    says(project, "max_rounds = 3\nmax_iterations = 3\n")
    monkeypatch.setenv("ORKESTRA_MAX_ITERATIONS", "4")
    found = load_settings(project)
    assert (found.max_concurrent_tasks, found.max_rounds, found.max_iterations) == (2, 3, 4)
    assert found.agent_deadline == Settings().agent_deadline
    assert load_settings().max_rounds == 2, "without a project its file does not count"


def test_a_file_may_be_json(home: Path, project: Path) -> None:
    says(project, '{"max_rounds": 7, "check_timeout": 1.5}', "config.json")
    found = load_settings(project)
    assert (found.max_rounds, found.check_timeout) == (7, 1.5)


def test_steps_that_votes_leave_out_are_a_list_in_a_file_and_have_commas_in_the_environment(
    home: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(project, 'vote_without = ["dissent"]')
    assert load_settings(project).vote_without == (Step.DISSENT,)
    monkeypatch.setenv("ORKESTRA_VOTE_WITHOUT", "early_stop, ladder")
    assert load_settings(project).vote_without == (Step.EARLY_STOP, Step.LADDER)
    monkeypatch.setenv("ORKESTRA_VOTE_WITHOUT", "luck")
    with pytest.raises(
        ConfigError, match="environment: vote_without: 'luck' is no step of the protocol; its steps: gate"
    ):
        load_settings(project)


def test_opening_a_project_reads_its_settings(home: Path, project: Path) -> None:
    says(project, "max_rounds = 9")
    with open_project(project) as opened:
        assert opened.settings.max_rounds == 9


@pytest.mark.parametrize(
    ("user", "project_says", "holds"),
    [
        ("auto", "required", "required"),
        ("none", "required", "required"),
        ("none", "auto", "auto"),
        ("auto", "none", "auto"),
        ("required", "auto", "required"),
        ("", "none", "auto"),
        ("", "required", "required"),
    ],
)
def test_a_project_may_make_the_sandbox_stricter_never_weaker(
    home: Path, project: Path, user: str, project_says: str, holds: str
) -> None:
    if user:
        says(home, f'sandbox = "{user}"')
    says(project, f'sandbox = "{project_says}"')

    assert load_settings(project).sandbox == holds


def test_the_environment_is_the_users_too_for_the_sandbox(
    home: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(home, 'sandbox = "required"')
    monkeypatch.setenv("ORKESTRA_SANDBOX", "none")
    says(project, 'sandbox = "auto"')

    assert load_settings(project).sandbox == "auto"


def test_the_users_own_layers_may_choose_any_sandbox(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().sandbox == "auto"
    says(home, 'sandbox = "required"')
    assert load_settings().sandbox == "required"
    monkeypatch.setenv("ORKESTRA_SANDBOX", "none")
    assert load_settings().sandbox == "none"


def test_a_sandbox_that_there_is_not_is_named_with_those_there_are(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = says(home, 'sandbox = "docker"')
    with pytest.raises(ConfigError, match=f"^{re.escape(str(file))}: .*docker.*sandbox"):
        load_settings()
    file.unlink()
    monkeypatch.setenv("ORKESTRA_SANDBOX", "docker")
    with pytest.raises(ConfigError, match="ORKESTRA_SANDBOX='docker' is not one of none, auto, required"):
        load_settings()


@pytest.mark.parametrize("where", ["home", "project"])
def test_an_unknown_key_is_named_with_its_file(
    home: Path, project: Path, where: str, request: pytest.FixtureRequest
) -> None:
    file = says(request.getfixturevalue(where), "max_round = 3")
    with pytest.raises(
        ConfigError, match=rf"^{re.escape(str(file))}: 'max_round' is not a setting; known: .*max_rounds"
    ):
        load_settings(project)


def test_a_project_may_not_say_where_projects_are_made(home: Path, project: Path) -> None:
    file = says(project, 'projects_dir = "/somewhere"')
    with pytest.raises(ConfigError, match=f"^{re.escape(str(file))}: 'projects_dir' may not be set by a project"):
        load_settings(project)


def test_the_home_and_the_environment_may(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(home, 'projects_dir = "/from/home"')
    assert load_settings().projects_dir == "/from/home"
    monkeypatch.setenv("ORKESTRA_PROJECTS_DIR", "/from/environment")
    assert load_settings().projects_dir == "/from/environment"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.toml", "max_rounds = "),
        ("config.toml", "max_rounds = 3\nmax_rounds = 4"),
        ("config.json", '{"max_rounds": 3'),
        ("config.json", "[]"),
        ("config.json", ""),
        ("config.json", "[" * 100_000),
    ],
)
@pytest.mark.parametrize("where", ["home", "project"])
def test_a_malformed_file_is_named(
    home: Path, project: Path, where: str, name: str, text: str, request: pytest.FixtureRequest
) -> None:
    file = says(request.getfixturevalue(where), text, name)
    with pytest.raises(ConfigError, match=f"^{re.escape(str(file))}: "):
        load_settings(project)


def test_a_file_that_is_not_text_is_named(home: Path, project: Path) -> None:
    file = says(project, "")
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=f"^{re.escape(str(file))}: "):
        load_settings(project)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('max_rounds = "3"', "max_rounds"),
        ("crew = 5", "crew"),
        ("max_rounds = 1.5", "max_rounds"),
        ("max_rounds = 0", "max_rounds must be more than 0"),
        ("max_concurrent_tasks = -1", "max_concurrent_tasks must be more than 0"),
        ("check_timeout = 0.0", "check_timeout must be more than 0"),
        ("agent_deadline = nan", "agent_deadline must be more than 0"),
        ("max_iterations = true", "max_iterations"),
    ],
)
def test_a_value_that_makes_no_sense_is_named_with_file_and_key(home: Path, project: Path, text: str, key: str) -> None:
    file = says(project, text)
    with pytest.raises(ConfigError, match=f"^{re.escape(str(file))}: .*{key}"):
        load_settings(project)


@pytest.mark.parametrize(("variable", "text"), [("ORKESTRA_MAX_ROUNDS", "many"), ("ORKESTRA_CHECK_TIMEOUT", "")])
def test_a_variable_that_is_no_number_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(ConfigError, match=f"{variable}={text!r} is not a number"):
        load_settings()


def test_a_variable_that_makes_no_sense_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORKESTRA_MAX_ROUNDS", "-2")
    with pytest.raises(ConfigError, match=r"environment: .*max_rounds must be more than 0"):
        load_settings()
