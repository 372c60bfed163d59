import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
MODULES = sorted((SOURCE / "orkestra").rglob("*.py"))
HEAVY = {"asyncio", "click", "jinja2", "msgspec", "rich", "sqlite3"}
PURE = ("orkestra.domain", "orkestra.counting")


def imports(module: Path) -> Iterator[str]:
    """The full name of each module that an import statement names."""
    package = ".".join(module.parent.relative_to(SOURCE).parts)
    for node in ast.walk(ast.parse(module.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield importlib.util.resolve_name("." * node.level + (node.module or ""), package)


def test_nobody_inside_imports_the_package_root() -> None:
    guilty = [module.relative_to(SOURCE).as_posix() for module in MODULES if "orkestra" in imports(module)]
    assert guilty == [], "import a name from its home (from orkestra.tasks import TaskQueue)"


@pytest.mark.parametrize("package", PURE)
def test_the_rules_need_only_the_standard_library(package: str) -> None:
    named = {name for module in (SOURCE / package.replace(".", "/")).rglob("*.py") for name in imports(module)}
    foreign = {name for name in named if not name.startswith(PURE)}
    assert {name for name in foreign if name.partition(".")[0] not in sys.stdlib_module_names} == set()


def test_importing_orkestra_loads_nothing_heavy() -> None:
    listing = [sys.executable, "-c", "import orkestra, sys; print(*sys.modules)"]
    loaded = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()
    assert "orkestra" in loaded
    assert HEAVY.intersection(loaded) == set()
