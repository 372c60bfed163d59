"""How the user says which AIs there are: variables, the home's key file, tables of services."""

import os
from pathlib import Path

import pytest

from orkestra.agents import AgentConfig, ClaudeAgent, Crew
from orkestra.agents.auto import crew
from orkestra.config.keys import home_keys
from orkestra.config.settings import load_settings
from orkestra.core import open_project
from orkestra.domain.crew import CrewSettings
from orkestra.errors import AgentUnavailable, ConfigError

KEY = "made-up-key-0123456789"


@pytest.fixture
def home() -> Path:
    place = Path(os.environ["ORKESTRA_HOME"])
    (place / "config").mkdir(parents=True)
    return place


def key_file(home: Path, text: str, mode: int = 0o600) -> Path:
    path = home / "config" / "api-keys.env"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def known(environment: dict[str, str], home: Path = Path("/nowhere"), **services: dict[str, object]) -> list[str]:
    settings = CrewSettings(home=home, environment=environment, services=services)
    return [f"{way.agent}: {way.name} ({way.provider}, {way.kind})" for way in crew(settings)]


def test_a_key_is_enough_ours_or_the_vendors_name() -> None:
    assert known({"ANTHROPIC_API_KEY": KEY}) == known({"CLAUDE_API_KEY": KEY})
    assert known({"ANTHROPIC_API_KEY": KEY}) == ["claude: claude-sonnet-5-5 (anthropic, api)"]
    names = ["OPENAI_API_KEY", "GOOGLE_API_KEY", "XAI_API_KEY", "ZAI_API_KEY", "CODEX_API_KEY"]
    agents = [line.partition(":")[0] for line in known(dict.fromkeys(names, KEY))]
    assert agents == ["chatgpt", "gemini", "grok", "codex", "glm"]


def test_without_any_service_the_crew_goes_by_rules() -> None:
    assert {line.rpartition(", ")[2] for line in known({})} == {"offline)"}


def test_copilot_needs_a_provider_that_the_user_names() -> None:
    assert not any(line.endswith("api)") for line in known({"COPILOT_API_KEY": KEY}))
    provider = {"COPILOT_PROVIDER_BASE_URL": "https://models.example/v1", "COPILOT_MODEL": "m", "COPILOT_API_KEY": KEY}
    assert known(provider) == ["copilot: m (copilot, api)"]


def test_variables_say_more_than_the_key() -> None:
    told = {
        "CLAUDE_API_KEY": KEY,
        "CLAUDE_MODEL": "claude-opus-5-5",
        "CLAUDE_TEMPERATURE": "0.2",
        "CLAUDE_MAX_TOKENS": "4000",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:8900",
    }
    config = AgentConfig.from_environment("claude", told)
    assert (config.model, config.temperature, config.max_tokens) == ("claude-opus-5-5", 0.2, 4000)
    assert (config.base_url, config.provider, config.kind) == ("http://127.0.0.1:8900", "anthropic", "anthropic")
    assert KEY not in repr(config)


@pytest.mark.parametrize("name", ["CLAUDE_TEMPERATURE", "CLAUDE_MAX_TOKENS"])
def test_a_number_that_is_none_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match="'warm', which is not a number"):
        AgentConfig.from_environment("claude", {"CLAUDE_API_KEY": KEY, name: "warm"})


def test_any_number_of_servers_may_be_named_in_the_homes_settings(home: Path) -> None:
    (home / "config" / "config.toml").write_text(
        """
        [services.llama]
        base_url = "http://127.0.0.1:11434/v1"
        model = "llama-4-scout"

        [services.mistral]
        base_url = "http://127.0.0.1:8080/v1"
        model = "mistral-large"
        key = "MISTRAL_API_KEY"
        temperature = 0.1
        """,
        "utf-8",
    )
    assert known({}, **load_settings().services) == [  # type: ignore[arg-type]
        "llama: llama-4-scout (llama, api)",
        "mistral: mistral-large (mistral, api)",
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"base_url": "127.0.0.1:8080", "model": "m"}, "must begin with https:// or http://"),
        ({"base_url": "http://x", "model": "m", "kind": "telepathy"}, "no API is called 'telepathy'; known: anthropic"),
        ({"base_url": "http://x", "modle": "m"}, "services.mine: 'modle' is not known; known: base_url, key, kind"),
        ({"base_url": "http://x", "model": "m", "key": "sk-abc"}, "key must be the name of a variable"),
        ({"base_url": "http://x", "model": 5}, "are texts"),
        ({"base_url": 5, "model": "m"}, "are texts"),
        ({"base_url": "http://x", "model": "m", "temperature": "warm"}, "is not a number"),
    ],
)
def test_a_malformed_service_is_named(entry: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        known({}, mine=entry)


def test_a_service_may_not_be_set_by_a_project_or_the_environment(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('[services.claude]\nbase_url = "http://elsewhere"\n', "utf-8")
    with pytest.raises(ConfigError, match="'services' may not be set by a project"):
        open_project(tmp_path)
    monkeypatch.setenv("ORKESTRA_SERVICES", "claude")
    assert load_settings().services == {}


def test_keys_may_lie_in_the_home_and_the_environment_goes_before_them(home: Path) -> None:
    key_file(home, f'# mine\n\nexport CLAUDE_API_KEY="{KEY}"\nXAI_API_KEY = other-key # grok\n')
    assert home_keys(home) == {"CLAUDE_API_KEY": KEY, "XAI_API_KEY": "other-key"}
    assert [line.partition(":")[0] for line in known({}, home)] == ["claude", "grok"]
    assert ClaudeAgent().config.api_key == KEY
    assert known({"CLAUDE_MODEL": "m"}, home)[0] == "claude: m (anthropic, api)"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_file_that_others_can_read_is_refused(home: Path, mode: int) -> None:
    path = key_file(home, f"CLAUDE_API_KEY={KEY}", mode)
    with pytest.raises(ConfigError, match=f"can be read by others .mode 0{mode:o}.: run chmod 600 {path}") as refused:
        known({}, home)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("line", [KEY, f"claude={KEY}", f'CLAUDE_API_KEY="{KEY}', f"CLAUDE API KEY={KEY}", "A='"])
def test_a_malformed_line_is_told_by_its_number_and_never_shown(home: Path, line: str) -> None:
    key_file(home, f"# keys\n{line}\n")
    with pytest.raises(ConfigError, match=r"api-keys\.env, line 2: ") as refused:
        home_keys(home)
    assert KEY not in str(refused.value)


def test_a_key_file_that_is_no_text_is_named(home: Path) -> None:
    key_file(home, "").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"api-keys\.env can't be read: not UTF-8"):
        home_keys(home)


def test_the_crew_of_a_project_is_the_one_that_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_project(tmp_path) as project:
        assert all(agent.get_info()["provider"] == "offline" for agent in Crew.assemble(project))
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        [agent] = Crew.assemble(project)
    assert agent.get_info() == {"name": "claude", "model": "claude-sonnet-5-5", "provider": "anthropic"}


def test_an_agent_without_a_key_says_what_to_set() -> None:
    agent = ClaudeAgent()
    assert not agent.is_available()
    assert agent.get_info() == {"name": "claude", "model": "", "provider": ""}
    with pytest.raises(AgentUnavailable, match="set CLAUDE_API_KEY"):
        agent._require()


@pytest.mark.parametrize("name", ["Claude", "", "a/b", "../x", "a+b", "x" * 33])
def test_a_name_that_could_be_a_path_or_part_of_a_key_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="can't be an agent's name"):
        AgentConfig(name=name, base_url="http://x", model="m")
