"""The offline crew: what rules can honestly answer when no AI is there.

It ranks options by stated arithmetic and plans by standard phases. Everything else it refuses,
saying that it needs an AI.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

from orkestra.codec import from_plain
from orkestra.domain.agents import Answer, Prompt
from orkestra.domain.crew import Backend, CrewSettings
from orkestra.domain.errors import AgentUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")
KIND: Final = "offline"
MEMBERS: Final = ("claude", "chatgpt", "gemini", "copilot", "grok")
_WORD: Final = re.compile(r"[^\W_]{3,}")


def crew(_settings: CrewSettings) -> Sequence[Backend]:
    """Return the crew that works by rules alone, under the committee's five names."""
    return [Backend(agent=name, kind=KIND, model=OfflineModel(), name="rules") for name in MEMBERS]


class OfflineModel:
    """Answers by rules, and says so in every answer."""

    async def ask(self, prompt: Prompt, schema: type[T], *, key: str) -> Answer[T]:
        """Answer a ballot or a proposal; raise AgentUnavailable for what needs an AI."""
        del key  # nothing is paid, so nothing needs to be recognised again
        if prompt.purpose not in _RULES:
            raise AgentUnavailable(
                f"{prompt.purpose} for {prompt.subject!r} needs an AI; the offline crew has only rules"
            )
        return Answer(value=from_plain(_RULES[prompt.purpose](prompt.facts), schema), backend=KIND, model="rules")


def _ballot(facts: Mapping[str, Any]) -> dict[str, Any]:
    question = _words(f"{facts['topic']} {facts['context']}")
    options = {option["id"]: option["description"] for option in facts["options"]}
    shared = {option_id: sorted(_words(text) & question) for option_id, text in options.items()}
    best = max(shared, key=lambda option_id: len(shared[option_id]))
    sums = "; ".join(
        f"{options[option_id]!r}: {len(words)} ({', '.join(words) or 'none'})" for option_id, words in shared.items()
    )
    return {
        "choice": best,
        "reasoning": f"By rule, no AI was asked: words shared with the question, the first of equals. {sums}",
    }


def _proposal(facts: Mapping[str, Any]) -> dict[str, Any]:
    features = facts["features"]
    return {
        "title": "Standard phases",
        "summary": (
            "By rule, no AI was asked: foundation, one task per feature, integration, deployment"
            f" ({len(features)} feature{'' if len(features) == 1 else 's'})."
        ),
        "risks": ["the features were not analysed: that needs an AI"],
        "estimate_days": float(2 + 2 * len(features) + 2 + 2),
    }


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


_RULES: Final = {"ballot": _ballot, "proposal": _proposal}
