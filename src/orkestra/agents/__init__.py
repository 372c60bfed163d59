"""Agents: a name, and the ways to reach who stands behind it."""

from orkestra.agents.agent import Agent
from orkestra.agents.crew import Crew

__all__ = ["Agent", "Crew"]
