"""Whether a vote is decided, by which rule, and what helps where it is not."""

from orkestra.democracy.decision import Decision
from orkestra.democracy.engine import DemocracyEngine
from orkestra.domain.votes import ConsensusMethod, VotingRule

__all__ = ["ConsensusMethod", "Decision", "DemocracyEngine", "VotingRule"]
