"""The loops that keep a project going, and the start-up before them."""

from orkestra.config import SystemConfig
from orkestra.orchestrator.orchestrator import Orchestrator
from orkestra.orchestrator.startup import SystemStartup

__all__ = ["Orchestrator", "SystemConfig", "SystemStartup"]
