"""No test sees the user's machine: no network, no keys, no home, no AI CLI, no git settings."""

import os
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fixtures.walls import UNTRIED

AI_CLIS = {"claude", "codex", "copilot", "gemini", "grok", "opencode"}
PRIVATE = re.compile(r"(_API_KEY|_TOKEN|_SECRET|_PASSWORD)$|^(ORKESTRA|GIT|XDG)_")
LOOPBACK = re.compile(r"127\.[\d.]+|::1|localhost|")
WATCHED = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0}

settings.register_profile("house", deadline=None)  # two busy cores make any deadline a coin toss
settings.load_profile("house")


class NetworkIsShutError(BaseException):
    """Not an Exception, so that no retry swallows it."""


def _only_loopback(event: str, args: tuple[object, ...]) -> None:
    if event not in WATCHED:
        return
    address = args[WATCHED[event]]
    host = address[0] if isinstance(address, tuple) else address if event == "socket.getaddrinfo" else None
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and not LOOPBACK.fullmatch(name):
        raise NetworkIsShutError(f"tests reach loopback only, not {name!r}: pass a fake through a port")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in a plain line for each thing that this machine lacks what could not be tried."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    lacking = Counter(text.partition(UNTRIED)[2].strip("')") for text in skipped if UNTRIED in text)
    for what, count in lacking.items():
        terminalreporter.write_line(f"NOT TRIED: {count} tests, without {what}", red=True, bold=True)


def pytest_configure() -> None:
    # an audit hook also covers sockets made in C, and patches nothing
    sys.addaudithook(_only_loopback)


def _without_ai(folder: Path, spare: Path) -> Path:
    """The folder itself, or links to all of it but the AI CLIs."""
    if not any((folder / name).exists() for name in AI_CLIS):
        return folder
    spare.mkdir()
    for tool in folder.iterdir():
        if tool.stem not in AI_CLIS:
            (spare / tool.name).symlink_to(tool)
    return spare


@pytest.fixture(scope="session", autouse=True)
def _bare_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    bare = tmp_path_factory.mktemp("machine")
    # our own python first: a version manager's shim would look for its settings in HOME
    folders = [Path(sys.executable).parent, *map(Path, filter(None, os.environ["PATH"].split(os.pathsep)))]
    (bare / "gitconfig").touch()
    with pytest.MonkeyPatch.context() as environment:
        for name in filter(PRIVATE.search, list(os.environ)):
            environment.delenv(name)
        paths = [_without_ai(folder, bare / f"path{at}") for at, folder in enumerate(folders)]
        environment.setenv("PATH", os.pathsep.join(map(str, paths)))
        environment.setenv("GIT_CONFIG_GLOBAL", str(bare / "gitconfig"))
        environment.setenv("GIT_CONFIG_NOSYSTEM", "1")
        assert not any(map(shutil.which, AI_CLIS))
        yield


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ORKESTRA_HOME", str(home / "orkestra"))
    for kind in ("CACHE", "CONFIG", "DATA", "RUNTIME", "STATE"):
        folder = home / kind.lower()
        folder.mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR" if kind == "RUNTIME" else f"XDG_{kind}_HOME", str(folder))
