import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PATCH = re.compile(r"(^|\.)(patch(\.\w+)?|(Async|Magic|NonCallable)?Mock|create_autospec|setattr)")


def test_at_most_two_patches_per_hundred_tests() -> None:
    nodes = [node for file in TESTS.rglob("*.py") for node in ast.walk(ast.parse(file.read_bytes()))]
    patches = [node for node in nodes if isinstance(node, ast.Call) and PATCH.fullmatch(ast.unparse(node.func))]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    tests = [function for function in functions if function.name.startswith("test_")]
    assert len(patches) * 100 <= len(tests) * 2, "pass a fake through a port instead"
