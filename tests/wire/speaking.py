"""The services as tests reach them: every API, on loopback, with a key that must appear nowhere."""

from dataclasses import dataclass

from orkestra.adapters.models.api import ApiModel
from orkestra.adapters.models.connection import Connection, Deadlines
from orkestra.adapters.models.secrecy import Secrets
from orkestra.adapters.models.services import AgentConfig
from orkestra.adapters.models.speaking import Speaker
from orkestra.domain.agents import Prompt
from orkestra.domain.patience import Patience
from orkestra.domain.ports import Calls

CANARY = "canary-1f0e9d8c7b6a5040302010ff"
GOOD = {"choice": "sqlite", "reasoning": "one file"}


@dataclass(frozen=True)
class Ballot:
    choice: str
    reasoning: str


@dataclass(frozen=True, kw_only=True)
class Api:
    """A service and the API it is asked by; `suffix` is the part of the base URL that the SDK does not add."""

    service: str
    kind: str = ""
    suffix: str = "/v1"
    model: str = ""

    def config(self, url: str, key: str = CANARY) -> AgentConfig:
        return AgentConfig(
            name=self.service, kind=self.kind, model=self.model, base_url=f"{url}{self.suffix}", api_key=key
        )


APIS = {
    "claude": Api(service="claude", suffix=""),
    "chatgpt": Api(service="chatgpt"),
    "chatgpt-chat": Api(service="chatgpt", kind="openai-chat"),
    "gemini": Api(service="gemini", suffix=""),
    "grok": Api(service="grok"),
    "glm": Api(service="glm"),
    "local": Api(service="llama", model="llama-4-scout"),
}
SWIFT = Deadlines(connect=2, silence=0.4, total=10)
UNHURRIED = Deadlines(connect=5, silence=20, total=60)


def question(text: str = "Which database?") -> Prompt:
    return Prompt(text=text, purpose="ballot", subject="the database", agent="claude")


def speaker(
    api: str,
    url: str,
    *,
    calls: Calls | None = None,
    patience: Patience | None = None,
    deadlines: Deadlines = UNHURRIED,
) -> Speaker:
    connection = Connection(APIS[api].config(url), Secrets.of([CANARY]), deadlines=deadlines)
    return Speaker(connection=connection, calls=calls, patience=patience)


def mind(
    api: str,
    url: str,
    *,
    calls: Calls | None = None,
    patience: Patience | None = None,
    deadlines: Deadlines = UNHURRIED,
) -> ApiModel:
    return ApiModel(speaker(api, url, calls=calls, patience=patience, deadlines=deadlines))
