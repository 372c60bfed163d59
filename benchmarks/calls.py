"""A thousand questions at once: what the library, our record of each call and the bound on the wire cost."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.measure import ROOT, Figure, Goal, directory, taking_turns
from orkestra.adapters.models.api import ApiModel
from orkestra.adapters.models.connection import MOST_AT_ONCE, Connection
from orkestra.adapters.models.services import AgentConfig
from orkestra.adapters.models.speaking import Speaker
from orkestra.agents.calls import CallLedger
from orkestra.core import open_project
from orkestra.domain.agents import Prompt
from orkestra.domain.ports import Calls

CALLS, TURNS, PAUSE = 1_000, 3, 0.1
PROMPT = Prompt(text="Which database?", purpose="ballot", subject="the database", agent="llama")
RULES = [{"reply": {"answer": {"choice": "sqlite", "reasoning": "one file"}, "pause": PAUSE}}]


@dataclass(frozen=True)
class Ballot:
    choice: str
    reasoning: str


def measure() -> Iterator[Figure]:
    with directory() as place, _service(place) as url, open_project(place) as project:
        ledger = CallLedger(project)
        few, many = MOST_AT_ONCE, CALLS
        works = {
            "bare": lambda: asyncio.run(_bare(url, few)),
            "asked": lambda: asyncio.run(_asked(url, few, None)),
            "kept": lambda: asyncio.run(_asked(url, few, ledger)),
            "unbounded": lambda: asyncio.run(_asked(url, many, None)),
        }
        taking_turns({"asked": works["asked"]}, 1)  # the first imports the libraries
        found = taking_turns(works, TURNS)
    name = f"{CALLS:,} votes at once"
    bare = f"bare HTTP, {few} on the wire"
    yield Figure(what=name, unit="s", value=found["asked"], floor=found["bare"], floor_is=bare)
    yield Figure(
        what=f"{name}, each kept",
        unit="s",
        value=found["kept"],
        floor=found["asked"],
        floor_is="the same, not kept",
        goal=Goal(about="ratio", limit=1.5),
    )
    yield Figure(
        what=f"{name}, {CALLS:,} on the wire",
        unit="s",
        value=found["unbounded"],
        floor=found["asked"],
        floor_is=f"{few} on the wire",
    )


@contextmanager
def _service(place: Path) -> Iterator[str]:
    """A service in a process of its own, so that its work is not taken for ours."""
    script = place / "rules.json"
    script.write_text(json.dumps(RULES), "utf-8")
    command = [sys.executable, "-m", "tests.wire.server", "--script", str(script)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"{process.stdout.readline().strip()}/v1"
        finally:
            process.kill()


async def _all(ask: Callable[[int], Awaitable[object]]) -> float:
    began = perf_counter()
    await asyncio.gather(*(ask(number) for number in range(CALLS)))
    return perf_counter() - began


async def _asked(url: str, at_once: int, calls: Calls | None) -> float:
    config = AgentConfig(name="llama", base_url=url, model="llama-4-scout")
    connection = Connection(config, at_once=at_once)
    model = ApiModel(Speaker(connection=connection, calls=calls))
    stamp = perf_counter()

    async with connection.opened():
        return await _all(lambda number: model.ask(PROMPT, Ballot, key=f"{stamp}-{number}"))


async def _bare(url: str, at_once: int) -> float:
    import httpx2

    body = {
        "model": "llama-4-scout",
        "stream": True,
        "messages": [{"role": "user", "content": PROMPT.text}],
        "tools": [{"type": "function", "function": {"name": "final_result", "parameters": {}}}],
    }
    places = asyncio.Semaphore(at_once)
    async with httpx2.AsyncClient(limits=httpx2.Limits(max_connections=at_once), timeout=60) as client:

        async def ask(_: int) -> None:
            async with places:
                answer = await client.post(f"{url}/chat/completions", json=body)
                assert answer.is_success

        return await _all(ask)
