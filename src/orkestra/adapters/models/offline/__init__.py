"""The offline crew: what rules can honestly do when no AI is there."""

from orkestra.adapters.models.offline.crew import crew

__all__ = ["crew"]
