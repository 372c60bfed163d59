"""Questions answered by rules: a ballot, a proposal, a blueprint from a template, a review by static analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from orkestra.adapters.models.offline.ballots import fill_in
from orkestra.adapters.models.offline.blueprints import design
from orkestra.adapters.models.offline.proposals import propose
from orkestra.adapters.models.offline.reviews import review
from orkestra.codec import from_plain, to_plain
from orkestra.domain.agents import Answer, Prompt
from orkestra.domain.crew import OFFLINE
from orkestra.domain.errors import AgentUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


class RuleModel:
    """Answers by rules, and says so in every answer."""

    async def ask(self, prompt: Prompt, schema: type[T], *, key: str) -> Answer[T]:
        """Answer what rules can; raise AgentUnavailable for what needs an AI."""
        del key  # nothing is paid, so nothing needs to be recognised again
        rule = _RULES.get(prompt.purpose)
        if rule is None:
            raise AgentUnavailable(
                f"{prompt.purpose} for {prompt.subject!r} needs an AI; the offline crew has only rules"
            )
        return Answer(value=from_plain(to_plain(rule(prompt.facts)), schema), backend=OFFLINE, model="rules")


_RULES: Final[dict[str, Callable[[Mapping[str, Any]], object]]] = {
    "ballot": fill_in,
    "proposal": propose,
    "architect": design,
    "auditor": review,
}
