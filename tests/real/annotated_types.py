"""annotated-types, a library in Python: its sdist brings 256 tests for pytest."""

import re
import sys
import tarfile
from pathlib import Path

from tests.real.libraries import FETCHED, Feature, Library
from tests.wire.script import Call, Reply, Rule, calls, says

SDIST = FETCHED / "annotated_types-0.8.0.tar.gz"
MODULE = "annotated_types/__init__.py"
CASES = "annotated_types/test_cases.py"
ASCII = "IsAscii = Annotated[_StrType, Predicate(str.isascii)]\n"
ALNUM = '''\
IsAlnum = Annotated[_StrType, Predicate(str.isalnum)]
"""
Return True if the string is an alphanumeric string, False otherwise.

A string is alphanumeric if all characters in the string are letters or digits and there is at least one.
"""
'''
ASCII_CASE = "    yield Case(at.IsAscii[str], ['123', 'foo bar'], ['£100', '😊', 'whatever 👀'])\n"
ALNUM_CASE = "    yield Case(at.IsAlnum[str], ['abc', '123', 'a1', 'é'], ['', 'a b', 'a_b', '1.0'])\n"

FEATURE = Feature(
    order="Add IsAlnum: a predicate for strings of letters and digits",
    plan={
        "summary": "Follow IsAscii: a constant beside it, exported, with a case in the cases that libraries test with.",
        "tasks": [
            {
                "title": "Add IsAlnum",
                "instructions": "Define it with str.isalnum beside IsAscii, export it, and add a case.",
                "files": [MODULE, CASES],
                "checks": ["test"],
            }
        ],
    },
    work=(
        Rule(turn=1, tool="edit", reply=calls("list", pattern="*.py")),
        Rule(turn=2, result=CASES, reply=calls("search", text="IsAscii")),
        Rule(turn=3, result=f"{MODULE}:378: IsAscii", reply=calls("read", path=MODULE, first=365, last=385)),
        Rule(
            turn=4,
            result="Return True if all characters in the string are ASCII",
            reply=Reply(
                text="I put it before IsAscii, and its name beside IsDigits.",
                calls=(
                    Call(name="edit", arguments={"path": MODULE, "old": ASCII, "new": ALNUM + ASCII}),
                    Call(
                        name="edit",
                        arguments={
                            "path": MODULE,
                            "old": "    'IsDigits',\n",
                            "new": "    'IsAlnum',\n    'IsDigits',\n",
                        },
                    ),
                ),
            ),
        ),
        Rule(
            turn=5,
            result=f"edited {MODULE}: 1 place\nedited {MODULE}: 1 place",
            reply=calls("edit", path=CASES, old=ASCII_CASE, new=ASCII_CASE + ALNUM_CASE),
        ),
        Rule(
            turn=6,
            result=f"edited {CASES}: 1 place",
            reply=Reply(calls=(Call(name="check", arguments={"name": "test"}),)),
        ),
        Rule(
            turn=7, result=r"pytest: 264 passed", reply=says("IsAlnum stands beside IsAscii, with a case of its own.")
        ),
    ),
    shows=r"\+IsAlnum = Annotated\[_StrType, Predicate\(str\.isalnum\)\]",
    files=(MODULE, CASES),
)


def unpack(place: Path) -> None:
    """The source as it was published, without the directory around it."""
    with tarfile.open(SDIST) as archive:
        archive.extractall(place.parent / "sdist", filter="data")
    (place.parent / "sdist" / SDIST.name.removesuffix(".tar.gz")).rename(place)


LIBRARY = Library(
    name="annotated-types",
    source=unpack,
    installed=lambda _: None,
    suite=(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
    passed=re.compile(r"^(\d+) passed", re.MULTILINE),
    feature=FEATURE,
)
