"""25 hostile test files and more, run as a project's tests are run: contained (threat 6)."""

import json
import os
import re
import socket
import sys
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orkestra.adapters.sandbox.bare import BareSandbox
from orkestra.domain.ports import Sandbox
from orkestra.domain.work import Command, Completed, Lent, Limits
from tests.contract.gitproject import no_process_holds
from tests.faults.hostile import ATTACKS, Attack
from tests.fixtures.walls import walled

CANARY = "canary-6f1c9e"
LIMITS = Limits(memory=512 * 1024**2, disk=40 * 1024**2, processes=64)
SECONDS = 8.0

IN_TURN = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name.replace(" ", "-"))


@dataclass(frozen=True)
class Machine:
    """What an attack is after."""

    root: Path
    listeners: tuple[socket.socket, ...]

    @property
    def work(self) -> Path:
        return self.root / "work"

    def precious(self) -> dict[str, bytes]:
        """All files but the program's own."""
        files = [each for each in self.root.rglob("*") if each.is_file() and not each.is_relative_to(self.work)]
        return {str(each): each.read_bytes() for each in files}

    def called(self) -> bool:
        """Whether anybody reached a server of this machine."""
        for listener in self.listeners:
            try:
                listener.accept()[0].close()
            except BlockingIOError:
                continue
            return True
        return False


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    home, git, packages, work = (tmp_path / name for name in ("home", "git", "packages", "work"))
    for directory in (home / ".ssh", home / "orkestra/config", git / "hooks", packages, work):
        directory.mkdir(parents=True)
    for file in (home / ".ssh/id_ed25519", home / "orkestra/config/api-keys.env", packages / "installed.py"):
        file.write_text(f"key = '{CANARY}'\n")
    (tmp_path / "outside").write_text("precious")
    (work / ".git").write_text(f"gitdir: {git}\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ANTHROPIC_API_KEY", CANARY)
    with socket.socket() as loopback, socket.socket(socket.AF_UNIX) as nameless:
        loopback.bind(("127.0.0.1", 0))
        nameless.bind(f"\0{tmp_path.name}")
        for listener in (loopback, nameless):
            listener.listen()
            listener.setblocking(False)
        target = {
            "home": str(home),
            "git": str(git),
            "outside": str(tmp_path / "outside"),
            "packages": sysconfig.get_path("purelib"),
            "port": loopback.getsockname()[1],
            "nameless": tmp_path.name,
            "name": f"daemon-{tmp_path.name}",
            "process": os.getpid(),
        }
        (work / "target.json").write_text(json.dumps(target))
        yield Machine(tmp_path, (loopback, nameless))


def attacked(machine: Machine, sandbox: Sandbox, attack: Attack) -> Completed:
    (machine.work / "test_hostile.py").write_text(attack.file())
    pytest_alone = ("-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:hypothesispytest")
    return sandbox.run(
        Command(
            argv=(sys.executable, *pytest_alone, "test_hostile.py"),
            directory=machine.work,
            timeout=SECONDS,
            limits=LIMITS,
            lent=(Lent(source=machine.root / "packages", place="packages"),),
        )
    )


def kept_secret(machine: Machine) -> bool:
    files = [each for each in machine.work.rglob("*") if each.is_file() and not each.is_symlink()]
    return not any(CANARY.encode() in each.read_bytes() for each in files)


@IN_TURN
def test_a_hostile_test_file_is_contained(machine: Machine, attack: Attack) -> None:
    before, began, hidden_thief = machine.precious(), time.monotonic(), Path(sysconfig.get_path("purelib"), "thief.pth")

    done = attacked(machine, walled(), attack)

    assert re.search(attack.held, done.output), done.output[-2000:]
    assert "ESCAPED" not in done.output
    assert CANARY not in done.output
    assert kept_secret(machine)
    assert machine.precious() == before
    assert not machine.called()
    assert not hidden_thief.exists()
    assert no_process_holds(f"daemon-{machine.root.name}")
    assert len(done.output) < 250_000
    assert time.monotonic() - began < SECONDS * 2


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.real], ids=lambda attack: attack.name)
def test_the_same_file_does_harm_where_there_are_no_walls(machine: Machine, attack: Attack) -> None:
    assert "ESCAPED" in attacked(machine, BareSandbox(grace=0.5), attack).output


def test_there_are_as_many_as_promised() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 25
