"""The whole examination."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orkestra.config.home import orkestra_home
from orkestra.config.settings import Settings
from orkestra.domain.crew import CrewSettings
from orkestra.orchestrator.doctor.finding import State
from orkestra.orchestrator.doctor.machine import examine_machine
from orkestra.orchestrator.doctor.places import examine_home, examine_project, project_at, read_settings
from orkestra.orchestrator.doctor.programs import examine_programs
from orkestra.orchestrator.doctor.services import AREA as SERVICES
from orkestra.orchestrator.doctor.services import examine_services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.orchestrator.doctor.finding import Finding

_LIBRARIES = "libraries"


@dataclass(frozen=True, kw_only=True)
class Examination:
    """Everything that was found, and what follows: whether Orkestra can work, and with which AIs."""

    findings: Sequence[Finding]
    crew: str

    @property
    def can_work(self) -> bool:
        """Whether nothing keeps Orkestra from working."""
        return all(finding.state is not State.WRONG for finding in self.findings)

    @property
    def ais(self) -> Sequence[str]:
        """The services that can be asked; none without their libraries."""
        usable = [f for f in self.findings if f.area == SERVICES and f.state is State.FOUND]
        names = [finding.name for finding in usable]
        return [name for name in names if name != _LIBRARIES] if _LIBRARIES in names else []


def examine(project: str = ".", *, ask: bool = False) -> Examination:
    """Return what is here for work on a project; with `ask`, the AI services are spoken to, at no cost."""
    root = project_at(project)
    settings, read = read_settings(root)
    settings = settings or Settings()
    reach = CrewSettings(home=orkestra_home(), environment=dict(os.environ), services=settings.services)
    return Examination(
        findings=[
            *examine_machine(root or Path.cwd(), settings.sandbox),
            examine_home(),
            read,
            *examine_project(root),
            *examine_services(reach, ask=ask),
            *examine_programs(),
        ],
        crew=settings.crew,
    )
