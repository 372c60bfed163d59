"""The project's checks by name, for agents: run on the files as they are, away from where they work."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.domain.text import shown
from orkestra.pipeline.checks.detection import detect
from orkestra.pipeline.checks.running import run_suites
from orkestra.pipeline.checks.site import Site
from orkestra.pipeline.checks.syntax import syntax_findings
from orkestra.pipeline.tools import ProjectTools

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from orkestra.adapters.workspaces.repository import Repository
    from orkestra.adapters.workspaces.tasktree import TaskTree
    from orkestra.domain.ports import Sandbox
    from orkestra.domain.work import CheckReport, Finding
    from orkestra.pipeline.checks.suites import Suite

MOST_SAID: Final = 12_000
"""Characters of an answer to a model."""
MOST_TOLD: Final = 20
_TOOLS: Final = ("format", "lint")


@dataclass(frozen=True)
class NamedChecks:
    """The checks of one project: `test` with each suite by name, `syntax`, and its own tools `format` and `lint`."""

    repository: Repository
    sandbox: Sandbox
    timeout: float

    def on(self, tree: TaskTree) -> Callable[[str], str]:
        """Return what runs a check by its name on a work tree's files, and says in words what was seen.

        It runs on a copy of what git would keep: nothing that a check leaves behind gets into the work.
        """
        return lambda name: self._look(name.strip(), tree)

    def _look(self, name: str, tree: TaskTree) -> str:
        with self.repository.checkout(tree.present()) as directory:
            site = Site.of(directory, self.repository.root)
            suites = detect(site, f".orkestra-results-{secrets.token_hex(8)}")
            if name == "syntax":
                return _bounded(_listed(syntax_findings(site, self.sandbox)))
            if name in _TOOLS:
                return _bounded(ProjectTools(self.sandbox, self.repository.root).on(directory)(name))
            chosen = [suite for suite in suites if name in {"test", f"test:{suite.check}"}]
            if not chosen and name != "test":
                names = dict.fromkeys(["test", *(f"test:{suite.check}" for suite in suites), *_TOOLS, "syntax"])
                return f"there is no check {name[:100]!r}; there are: {', '.join(names)}"
            return self._tested(chosen)

    def _tested(self, suites: Iterable[Suite]) -> str:
        report = run_suites(suites, self.sandbox, "", self.timeout)
        return _bounded(_in_words(report))


def _in_words(report: CheckReport) -> str:
    told = [
        f"- {failed.test}{f' ({failed.file}:{failed.line})' if failed.file else ''}: {failed.message}"
        for failed in report.failures[:MOST_TOLD]
    ]
    return "\n".join([f"{report.framework}: {report.summary}", *told, "", report.output.strip()])


def _listed(findings: tuple[Finding, ...]) -> str:
    lines = [f"{finding.file}:{finding.line}: {finding.problem}" for finding in findings[:MOST_TOLD]]
    return "\n".join(lines) or "fine: every file that could be read has the syntax of its language"


def _bounded(text: str) -> str:
    """Return a text safe to show, with its beginning and its end where it is too long."""
    safe = shown(text).strip()
    if len(safe) <= MOST_SAID:
        return safe
    half = MOST_SAID // 2
    return f"{safe[:half]}\n[{len(safe) - MOST_SAID} characters left out]\n{safe[-half:]}"
