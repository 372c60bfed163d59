"""A service that has only an API, as hands that work in a workspace: through our tools, turn by turn.

Every request is kept, and the tools run one after another in the order of the calls. So a conversation that was
interrupted is gone through again from what is kept, on a workspace that was set back, and leaves the same files.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.adapters.models.watching import WatchedWorkspace
from orkestra.domain.agents import CoderEvent
from orkestra.domain.errors import ProviderError
from orkestra.domain.redaction import redact_keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from pydantic_ai.models import Model as LibraryModel

    from orkestra.adapters.models.conversing import Reply, Talk
    from orkestra.domain.agents import Prompt, Tool
    from orkestra.domain.ports import Workspace

MOST_REQUESTS: Final = 60
"""Requests in one attempt: who is not done by then goes round in circles."""


@dataclass(frozen=True, kw_only=True)
class ApiCoder:
    """The port Coder over a service's API. `name` says who it is.

    `speaking` gives the library's model for a prompt and an idempotency key: it keeps its requests, and raises our
    errors only. `toolbox` gives the tools over a workspace, `instructions` what is said before the work.
    """

    name: str
    speaking: Callable[[Prompt, str], AbstractAsyncContextManager[LibraryModel]]
    toolbox: Callable[[Workspace], Sequence[Tool]]
    instructions: Callable[[Prompt], str]

    async def run(
        self, prompt: Prompt, workspace: Workspace, *, deadline: float, key: str
    ) -> AsyncIterator[CoderEvent]:
        """Work until the service says that it is done; the `result` holds its summary and the usage of all requests.

        Each request's `usage`, each tool call as `tool` and each changed file as `edit` are told on the way. Raises
        ProviderTimeout at the deadline, BadResponse for a service that doesn't get its calls right, and a
        ProviderError after `MOST_REQUESTS` requests.
        """
        end = asyncio.get_running_loop().time() + deadline
        watched = WatchedWorkspace(workspace)
        async with self.speaking(prompt, key) as model:
            from orkestra.adapters.models.conversing import Talk, Terms
            from orkestra.adapters.models.spending import Spent
            from orkestra.adapters.models.toolwork import Toolwork

            task = redact_keys(prompt.text)
            terms = Terms(name=self.name, instructions=self.instructions(prompt), task=task, end=end)
            talk, spent = Talk(terms, model, Toolwork(self.toolbox(watched))), Spent()
            for _ in range(MOST_REQUESTS):
                reply = await talk.turn()
                yield CoderEvent(kind="usage", usage=spent.add(reply.response))
                if reply.summary:
                    yield CoderEvent(kind="result", text=reply.summary, usage=spent.total())
                    return
                async for event in _done(talk, reply, watched):
                    yield event
        raise ProviderError(
            f"{self.name} was not done after {MOST_REQUESTS} requests: split the task, or give it to another agent"
        )


async def _done(talk: Talk, reply: Reply, watched: WatchedWorkspace) -> AsyncIterator[CoderEvent]:
    if reply.said:
        yield CoderEvent(kind="text", text=reply.said)
    for call in reply.calls:
        yield CoderEvent(kind="tool", text=await talk.do(call, reply))
        for path in watched.news():
            yield CoderEvent(kind="edit", path=path)
