"""Settings in layers: defaults < home file < project file < environment.

Each key says which layers may set it. A project's files come from anywhere, so they never name keys,
base URLs, binaries or databases (threat 1); such keys are for the home and the environment alone. A key on
which the user's safety depends they may only make stricter (threat 6).
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from orkestra.config.home import orkestra_home
from orkestra.domain.errors import ConfigError
from orkestra.domain.protocol import Step
from orkestra.domain.sandboxes import SandboxUse

if TYPE_CHECKING:
    from pathlib import Path

_ANYWHERE: Final = frozenset({"home", "project", "environment"})
_USER_ONLY: Final = frozenset({"home", "environment"})
_HOME_ONLY: Final = frozenset({"home"})
_PLACEHOLDER: Final = re.compile(r"\{(\w*)\}")
_PLACEHOLDERS: Final = ("type", "scope", "subject")
_LONGEST_TEMPLATE: Final = 60


def _setting(
    default: Any,  # noqa: ANN401 - as field()
    *,
    may_set: frozenset[str] = _ANYWHERE,
    order: tuple[str, ...] = (),
    help_text: str,
) -> Any:  # noqa: ANN401 - as field()
    """One setting. Where its values have an `order`, the strictest last, a project's file may only go up in it."""
    return field(default=default, metadata={"may_set": may_set, "order": order, "help": help_text})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set, with its default."""

    crew: str = _setting("auto", help_text="who works: a crew's name (auto, offline, demo, or a plugin's)")
    auto_assign: bool = _setting(True, help_text="whether ready tasks are given to agents by themselves")  # noqa: FBT003 - as field()
    max_concurrent_tasks: int = _setting(5, help_text="how many tasks are worked on at the same time")
    max_iterations: int = _setting(10, help_text="how often one task is reviewed and fixed before it fails")
    max_rounds: int = _setting(5, help_text="how many rounds a vote may take")
    vote_without: tuple[str, ...] = _setting((), help_text="steps of the protocol that votes leave out, with commas")
    merge: bool = _setting(False, help_text="whether `orkestra run` merges its result into your branch")  # noqa: FBT003 - as field()
    check_timeout: float = _setting(600.0, help_text="seconds a project's tests may run")
    agent_deadline: float = _setting(1800.0, help_text="seconds a coder may work on one step")
    commit_template: str = _setting(
        "{type}({scope}): {subject}", help_text="the first line of commits; {scope} may be empty and is then left out"
    )
    sandbox: SandboxUse = _setting(  # noqa: RUF009 - as field()
        SandboxUse.AUTO,
        order=tuple(SandboxUse),
        help_text="walls around generated code: auto (where this machine can), required (or refuse), none",
    )
    projects_dir: str = _setting("", may_set=_USER_ONLY, help_text="where `orkestra new` makes projects")
    services: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict,
        metadata={
            "may_set": _HOME_ONLY,
            "order": (),
            "help": "AI services and local servers: a table [services.NAME] for each",
        },
    )

    def __post_init__(self) -> None:
        """Raise ValueError for numbers that make no sense."""
        for key in ("max_concurrent_tasks", "max_iterations", "max_rounds", "check_timeout", "agent_deadline"):
            if not getattr(self, key) > 0:  # nan isn't either
                message = f"{key} must be more than 0"
                raise ValueError(message)
        _check_template(self.commit_template)
        _check_steps(self.vote_without)


def _check_steps(names: tuple[str, ...]) -> None:
    """Raise ValueError for what is no step of a vote's protocol."""
    for name in names:
        if name not in {*Step}:
            message = f"vote_without: {name!r} is no step of the protocol; its steps: {', '.join(Step)}"
            raise ValueError(message)


def _check_template(template: str) -> None:
    """Raise ValueError, saying what is wrong, for a first line of commits that can't be one."""
    names = _PLACEHOLDER.findall(template)
    unknown = [name for name in names if name not in _PLACEHOLDERS]
    known = ", ".join(f"{{{name}}}" for name in _PLACEHOLDERS)
    problem = ""
    if unknown or set(_PLACEHOLDER.sub("", template)) & {"{", "}"}:
        problem = f"knows {known}, and no other braces"
    elif "subject" not in names:
        problem = "needs {subject}"
    elif not template.isprintable() or len(template) > _LONGEST_TEMPLATE:
        problem = f"is one line of at most {_LONGEST_TEMPLATE} visible characters"
    if problem:
        message = f"commit_template {problem}"
        raise ValueError(message)


@dataclass(frozen=True)
class _Layer:
    name: str
    source: str
    values: dict[str, Any]


def load_settings(project: Path | None = None) -> Settings:
    """Return the settings for a project's directory, or for none.

    Raises ConfigError, naming file and key, for what is malformed, unknown, or not allowed there.
    """
    home, own, environment = (
        _checked(layer)
        for layer in (_file_layer("home", orkestra_home()), _file_layer("project", project), _environment_layer())
    )
    merged = {**home, **own, **environment, **_stricter(own, {**home, **environment})}
    return _build(merged, "settings") if merged else Settings()


def _stricter(project: dict[str, Any], user: dict[str, Any]) -> dict[str, Any]:
    """Return, for each key that a project may only make stricter, the stricter of its value and the user's."""
    found: dict[str, Any] = {}
    for known in fields(Settings):
        name, order = known.name, known.metadata["order"]
        if order and name in project:
            found[name] = max(project[name], user.get(name, known.default), key=order.index)
    return found


def _file_layer(name: str, directory: Path | None) -> _Layer:
    for suffix, parse in _PARSERS.items():
        path = directory / "config" / f"config.{suffix}" if directory else None
        if path is not None and path.is_file():
            return _Layer(name, str(path), _parse(path, parse))
    return _Layer(name, "", {})


def _parse(path: Path, parse: Any) -> dict[str, Any]:  # noqa: ANN401 - json.loads and tomllib.loads
    try:
        values = parse(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        message = f"{path}: {error}"
        raise ConfigError(message) from error
    if not isinstance(values, dict):
        message = f"{path}: expected an object of settings at the top"
        raise ConfigError(message)
    return values


_PARSERS: Final = {"toml": tomllib.loads, "json": json.loads}


def _environment_layer() -> _Layer:
    values: dict[str, Any] = {}
    for known in (each for each in fields(Settings) if "environment" in each.metadata["may_set"]):
        variable = f"ORKESTRA_{known.name.upper()}"
        if variable in os.environ:
            values[known.name] = _typed(variable, os.environ[variable], type(known.default))
    return _Layer("environment", "environment", values)


def _typed(variable: str, text: str, kind: type) -> str | int | float | bool | tuple[str, ...]:
    if kind is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind is bool:
        text = {"true": "1", "yes": "1", "false": "", "no": "", "0": ""}.get(text.casefold(), text)
    try:
        typed: str | int | float | bool = kind(text)
    except ValueError:
        wanted = f"one of {', '.join(kind)}" if issubclass(kind, StrEnum) else "a number"
        message = f"{variable}={text!r} is not {wanted}"
        raise ConfigError(message) from None
    return typed


def _checked(layer: _Layer) -> dict[str, Any]:
    known = {each.name: each for each in fields(Settings)}
    for key in layer.values:
        if key not in known:
            message = f"{layer.source}: {key!r} is not a setting; known: {', '.join(sorted(known))}"
            raise ConfigError(message)
        if layer.name not in known[key].metadata["may_set"]:
            message = f"{layer.source}: {key!r} may not be set by a {layer.name}; put it into your home's config"
            raise ConfigError(message)
    if layer.values:  # to check nothing would load the codec
        _build(layer.values, layer.source)
    return layer.values


def _build(values: dict[str, Any], source: str) -> Settings:
    from orkestra.codec import DecodeError, from_plain

    try:
        return from_plain(values, Settings)
    except DecodeError as error:
        message = f"{source}: {error}"
        raise ConfigError(message) from error
