import json
import re
from pathlib import Path

import pytest

NPM_LOCK = Path(__file__).parents[1] / "wire" / "aimock" / "package-lock.json"
LOCKS = sorted((Path(__file__).parents[2] / "requirements").glob("*.lock"))
ENTRY = re.compile(r"[a-z0-9-]+==[\w.]+( ; [\w.' =<>!()]+)?( --hash=sha256:[0-9a-f]{64})+")

every_lock = pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)


def entries(lock: Path) -> list[str]:
    text = re.sub(r"^#.*\n", "", lock.read_text("utf-8"), flags=re.MULTILINE)
    return re.sub(r"\s*\\\n\s+", " ", text).splitlines()


@every_lock
def test_each_entry_is_one_version_with_its_hashes_and_nothing_else(lock: Path) -> None:
    assert entries(lock)
    assert [entry for entry in entries(lock) if not ENTRY.fullmatch(entry)] == []


@every_lock
def test_a_lock_names_no_address_and_no_path(lock: Path) -> None:
    assert re.findall(r"\S*(?:://|\B/\w|@|--(?!hash=)[a-z])\S*", lock.read_text("utf-8")) == []


def test_the_lock_for_npm_is_one_version_with_its_hash_and_names_no_address() -> None:
    packages = json.loads(NPM_LOCK.read_text("utf-8"))["packages"]
    pinned = {name: package for name, package in packages.items() if name}
    assert pinned
    assert [name for name, package in pinned.items() if not package["integrity"].startswith("sha512-")] == []
    assert "://" not in NPM_LOCK.read_text("utf-8")
