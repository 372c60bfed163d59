"""What replies have consumed, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orkestra.domain.agents import Usage

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse


@dataclass
class Spent:
    """What the replies of one conversation consumed, those that were recalled included."""

    replies: list[Usage] = field(default_factory=list)

    def add(self, response: ModelResponse) -> Usage:
        """Count a reply, and return what it consumed alone."""
        usage = usage_of(response)
        self.replies.append(usage)
        return usage

    def total(self) -> Usage:
        """Return the sum; the cost is None as soon as one price is not known."""
        costs = [usage.cost_usd for usage in self.replies]
        return Usage(
            input_tokens=sum(usage.input_tokens for usage in self.replies),
            output_tokens=sum(usage.output_tokens for usage in self.replies),
            cost_usd=None if None in costs else sum(cost for cost in costs if cost is not None),
        )


def usage_of(response: ModelResponse) -> Usage:
    """Return what a reply consumed; the cost is None where no price is known for its model."""
    cost: float | None = None
    try:
        cost = float(response.cost().total_price)
    except (LookupError, ValueError, AssertionError):
        cost = None  # a model nobody has a price for: unknown, and said to be so
    usage = response.usage
    return Usage(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, cost_usd=cost)
