"""npm's suites: the project's own script `test`, whichever runner it calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from orkestra.domain.work import Lent
from orkestra.pipeline.checks.reading.jest import read_jest
from orkestra.pipeline.checks.reading.spoken import read_spoken
from orkestra.pipeline.checks.reading.tap import read_tap
from orkestra.pipeline.checks.reading.telling import title_of
from orkestra.pipeline.checks.suites import Suite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from orkestra.domain.work import FailedTest
    from orkestra.pipeline.checks.site import Site
    from orkestra.pipeline.checks.suites import Results, Said

QUIET: Final[Mapping[str, str]] = {
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_offline": "true",
    "npm_config_update_notifier": "false",
}
MOST_PACKAGES: Final = 100
"""How many packages of a workspace get the modules installed for them alone."""
_DEFAULT_SCRIPT: Final = "no test specified"
_OTHER: Final = re.compile(r"\b(?:npm|yarn|pnpm|bun)\s+(?:run(?:-script)?\s+)?(?:-\S+\s+)*([\w:.-]+)")
_TITLE: Final = "{title}"
_BEFORE: Final = re.compile(r"^(?:(?:npx|cross-env|c8|nyc|dotenv|--\S*|\w+=\S*)\s+)*")


@dataclass(frozen=True, kw_only=True)
class _Runner:
    """A test runner for JavaScript: what calls it, what makes it write what we read, and whether it is a package."""

    name: str
    called: re.Pattern[str]
    read: Callable[[Said], Results] = read_spoken
    flags: tuple[str, ...] = ()
    """Added to the script where its last command is the runner; {report} is the report's file."""
    environment: Mapping[str, str] = field(default_factory=dict)
    again: tuple[str, ...] = ()
    package: bool = True


_RUNNERS: Final = (
    _Runner(
        name="vitest",
        called=re.compile(r"\bvitest\b"),
        read=read_jest,
        flags=("--reporter=default", "--reporter=json", "--outputFile.json={report}"),
        again=("npx", "vitest", "run", "{file}", "-t", "{title}"),
    ),
    _Runner(
        name="jest",
        called=re.compile(r"\bjest\b|\breact-scripts test\b"),
        read=read_jest,
        flags=("--ci", "--json", "--outputFile={report}", "--testLocationInResults"),
        again=("npx", "jest", "{file}", "-t", "{title}"),
    ),
    _Runner(
        name="node:test",
        called=re.compile(r"\bnode\b.*\s--test\b"),
        read=read_tap,
        environment={"NODE_OPTIONS": "--test-reporter=tap"},
        again=("node", "--test", "--test-name-pattern={title}", "{file}"),
        package=False,
    ),
    _Runner(name="mocha", called=re.compile(r"\b_?mocha\b"), read=read_tap, flags=("--reporter=tap",)),
    _Runner(name="ava", called=re.compile(r"\bava\b"), read=read_tap, flags=("--tap",)),
    _Runner(name="tape", called=re.compile(r"\btape\b"), read=read_tap),
)
_ANY: Final = _Runner(name="npm test", called=re.compile(""), package=False)


def npm_suites(site: Site, report: str) -> tuple[Suite, ...]:
    """Return the suite of a package whose script `test` is more than npm's default."""
    package = site.json("package.json")
    scripts = package.get("scripts")
    script = scripts.get("test") if isinstance(scripts, dict) else None
    if not isinstance(scripts, dict) or not isinstance(script, str) or _DEFAULT_SCRIPT in script or not script.strip():
        return ()
    whole = _expanded(script, scripts)
    runner = next((runner for runner in _RUNNERS if runner.called.search(whole)), _ANY)
    if runner.environment and "--test-reporter" in whole:
        runner = _Runner(name=runner.name, called=runner.called, again=runner.again, package=False)
    flags = tuple(flag.replace("{report}", report) for flag in runner.flags) if _is_last(runner, script) else ()
    return (
        Suite(
            framework=runner.name,
            check="npm",
            site=site,
            argv=("npm", "--silent", "test", *(("--", *flags) if flags else ())),
            environment={**QUIET, **runner.environment},
            lent=_modules(site),
            read=runner.read if flags or not runner.flags else read_spoken,
            again=partial(_again, runner),
            report=report if any(report in flag for flag in flags) else "",
            missing=_missing(site, package, runner),
        ),
    )


def _expanded(script: str, scripts: Mapping[Any, Any], depth: int = 3) -> str:
    """Return a script with those that it calls behind it."""
    called = [scripts[name] for name in _OTHER.findall(script) if isinstance(scripts.get(name), str)]
    if not depth or not called:
        return script
    return " && ".join([script, *(_expanded(text, scripts, depth - 1) for text in called)])


def _is_last(runner: _Runner, script: str) -> bool:
    """Say whether what is added to the end of a script reaches the runner."""
    last = re.split(r"&&|\|\||[;|]", script)[-1].strip()
    return bool(runner.called.match(_BEFORE.sub("", last)))


def _modules(site: Site) -> tuple[Lent, ...]:
    """Return what is installed for the package and for the packages within it."""
    packages = sorted(
        path.removesuffix("package.json") for path in site.files if path.rpartition("/")[2] == "package.json"
    )
    places = [f"{package}node_modules" for package in packages[:MOST_PACKAGES]]
    wanted = [place for place in places if (site.home / place).is_dir() and not (site.here / place).exists()]
    return tuple(Lent(source=site.home / place, place=place) for place in wanted)


def _missing(site: Site, package: Mapping[str, Any], runner: _Runner) -> str:
    """Return what to do where nothing is installed although the package needs it."""
    needs = any(package.get(kind) for kind in ("dependencies", "devDependencies"))
    there = any((place / "node_modules").exists() for place in (site.home, site.here, site.root))
    if there or not (needs or runner.package):
        return ""
    where = f" in {site.place}" if site.place else ""
    return f"there is no node_modules{where} in the project: run `npm install` there, then run again"


def _again(runner: _Runner, failed: FailedTest) -> tuple[str, ...]:
    if not runner.again or not failed.file:
        return ("npm", "test")
    if failed.test == failed.file:  # it could not be loaded: no test in it has a title yet
        return tuple(
            part.replace("{file}", failed.file) for part in runner.again if part != "-t" and _TITLE not in part
        )
    pattern = re.sub(r"([\\^$.|?*+()\[\]{}/])", r"\\\1", title_of(failed.test))
    return tuple(part.replace("{file}", failed.file).replace(_TITLE, pattern) for part in runner.again)
