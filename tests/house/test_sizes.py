"""The tables below may only shrink: a test fails when an entry is missing, and when one is no longer needed."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "orkestra"
MODULES = sorted(SOURCE.rglob("*.py"))

MOST_LINES = 400
MOST_STATEMENTS = 30
MOST_ARGUMENTS = 6
MOST_METHODS = 5

LONG_MODULES: dict[str, int] = {}
LONG_FUNCTIONS: dict[str, int] = {}
WIDE_PORTS: dict[str, int] = {}
# signatures that users were promised; everything else takes a frozen options object
PROMISED_SIGNATURES: dict[str, int] = {
    "cli/new.py:command": 10,  # one parameter per flag
    "tasks/queue.py:TaskQueue:add_task": 9,  # FEATURES M3.2
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines(module: Path) -> int:
    return len(module.read_text("utf-8").splitlines())


def functions() -> Iterator[tuple[str, Function, bool]]:
    """Each function with its name in the table, and whether it is a method."""
    for module in MODULES:
        yield from _inside(ast.parse(module.read_bytes()), module.relative_to(SOURCE).as_posix())


def _inside(node: ast.AST, where: str) -> Iterator[tuple[str, Function, bool]]:
    for child in ast.iter_child_nodes(node):
        name = f"{where}:{child.name}" if isinstance(child, Function | ast.ClassDef) else where
        if isinstance(child, Function):
            yield name, child, isinstance(node, ast.ClassDef)
        yield from _inside(child, name)


def statements(function: Function) -> int:
    body = function.body[ast.get_docstring(function) is not None :]
    return sum(isinstance(node, ast.stmt) for part in body for node in ast.walk(part))


def arguments(function: Function, *, method: bool) -> int:
    given = function.args
    static = any(ast.unparse(mark) == "staticmethod" for mark in function.decorator_list)
    return len(given.posonlyargs + given.args + given.kwonlyargs) - (method and not static)


def test_half_of_the_modules_fit_on_two_screens() -> None:
    assert median(map(lines, MODULES)) <= 120


def test_nine_of_ten_modules_are_read_in_one_go() -> None:
    assert quantiles(map(lines, MODULES), n=10, method="inclusive")[-1] <= 300


def test_no_module_is_a_whole_department() -> None:
    found = {module.relative_to(SOURCE).as_posix(): lines(module) for module in MODULES}
    assert {name: size for name, size in found.items() if size > MOST_LINES} == LONG_MODULES


def test_a_function_does_one_thing() -> None:
    found = {name: statements(function) for name, function, _ in functions()}
    assert {name: size for name, size in found.items() if size > MOST_STATEMENTS} == LONG_FUNCTIONS


def test_a_call_can_be_remembered() -> None:
    found = {name: arguments(function, method=method) for name, function, method in functions()}
    assert {name: size for name, size in found.items() if size > MOST_ARGUMENTS} == PROMISED_SIGNATURES


def test_a_port_is_narrow() -> None:
    page = ast.parse((SOURCE / "domain" / "ports.py").read_bytes())
    ports = [node for node in page.body if isinstance(node, ast.ClassDef) and "Protocol" in map(_name, node.bases)]
    found = {port.name: sum(isinstance(part, Function) for part in port.body) for port in ports}
    assert found, "domain/ports.py holds every Protocol"
    assert {name: size for name, size in found.items() if size > MOST_METHODS} == WIDE_PORTS


def _name(base: ast.expr) -> str:
    return ast.unparse(base).partition("[")[0].removeprefix("typing.")
