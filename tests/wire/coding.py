"""An API coder on a directory, asked over the wire; as a process of its own, for tests that kill it:

python -m tests.wire.coding KIND URL DIRECTORY NOTES
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from orkestra.adapters.models.coder import ApiCoder
from orkestra.adapters.models.connection import Connection
from orkestra.adapters.models.secrecy import Secrets
from orkestra.adapters.models.services import AgentConfig
from orkestra.adapters.models.speaking import Speaker
from orkestra.adapters.workspaces.confined import ConfinedWorkspace
from orkestra.agents.hands import hands_of
from orkestra.domain.agents import CoderEvent, Prompt
from orkestra.domain.patience import Patience
from orkestra.domain.ports import Calls
from tests.fixtures.notes import NotedCalls

KEY = "sk-canary-0123456789abcdef"
APIS = {
    "anthropic": ("claude", "anthropic", ""),
    "responses": ("chatgpt", "openai-responses", "/v1"),
    "chat": ("grok", "openai-chat", "/v1"),
    "gemini": ("gemini", "gemini", ""),
}
TASK = Prompt(text="Let one() return 2.", purpose="executor", subject="one", agent="claude")


def coder(kind: str, url: str, calls: Calls | None = None, patience: Patience | None = None) -> ApiCoder:
    name, api, path = APIS[kind]
    config = AgentConfig(name=name, kind=api, model="wire-1", base_url=f"{url}{path}", api_key=KEY)
    connection = Connection(config, Secrets.of([KEY]))
    return hands_of(Speaker(connection=connection, calls=calls, patience=patience))


def work(
    hands: ApiCoder,
    root: Path,
    *,
    checks: Callable[[str], str] | None = None,
    deadline: float = 60,
    key: str = "step_1",
) -> list[CoderEvent]:
    """All events of one attempt."""

    async def collected() -> list[CoderEvent]:
        workspace = ConfinedWorkspace(root=root, checks=checks)
        return [event async for event in hands.run(TASK, workspace, deadline=deadline, key=key)]

    return asyncio.run(collected())


if __name__ == "__main__":
    work(coder(sys.argv[1], sys.argv[2], NotedCalls(Path(sys.argv[4]))), Path(sys.argv[3]))
