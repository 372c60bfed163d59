"""Bars that a share of the votes must pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.counting.results import CLOSE
from orkestra.domain.votes import ConsensusMethod

if TYPE_CHECKING:
    from orkestra.domain.votes import VotingRule


@dataclass(frozen=True)
class Bar:
    """The share from which on a leader has won; an `open` bar must be exceeded, not just reached."""

    share: float
    open: bool = False

    def passed_by(self, share: float) -> bool:
        """Say whether a share is enough; shares closer than a billionth are the same."""
        return share > self.share + CLOSE if self.open else share >= self.share - CLOSE

    def __str__(self) -> str:
        return f"{'more than ' if self.open else ''}{self.share:.1%}"


OWN_BARS: Final = {
    ConsensusMethod.UNANIMOUS: Bar(1.0),
    ConsensusMethod.SUPERMAJORITY: Bar(0.75),
    ConsensusMethod.MAJORITY: Bar(0.5, open=True),
    ConsensusMethod.PLURALITY: Bar(0.0),
    ConsensusMethod.RANKED_CHOICE: Bar(0.0),  # its winner has more than half of the last round by definition
    ConsensusMethod.WEIGHTED: Bar(0.0),
}


def bar_of(rule: VotingRule) -> Bar:
    """Return the higher of the method's own bar and the quorum's."""
    own = OWN_BARS[rule.method]
    return Bar(rule.quorum) if rule.quorum > own.share else own


def quorum_met(voted: int, required: int) -> bool:
    """Say whether more than half of the required voters have voted; nobody required is no quorum."""
    return required > 0 and 2 * voted > required
