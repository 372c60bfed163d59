import time
from pathlib import Path

import pytest

from orkestra.agents.tools import toolbox
from orkestra.agents.tools.bounds import MOST_CHARACTERS
from orkestra.agents.tools.listing import MOST_PATHS
from orkestra.agents.tools.reading import MOST_LINES
from orkestra.agents.tools.searching import MOST_HITS
from orkestra.codec import from_plain
from tests.fixtures.workbench import content, made_workspace, use

FILES = {"README.md": "# It\n", "src/a.py": "def one():\n    return 1\n", "src/deep/b.py": "two = 2\n"}
OUTSIDE = ["../secret", "/etc/passwd", "src/../../secret", ".git/config", ".orkestra/x", "link", "a\0b", "\u200b.git/x"]


def use_on(root: Path, name: str, /, *, files: dict[str, str | bytes] | None = None, **arguments: object) -> str:
    return use(made_workspace(root, {**FILES, **(files or {})}), name, **arguments)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("", ["README.md", "src/a.py", "src/deep/b.py"]),
        ("*.py", ["src/a.py", "src/deep/b.py"]),
        ("**/*.py", ["src/a.py", "src/deep/b.py"]),
        ("**/*.md", ["README.md"]),
        ("src/deep", ["src/deep/b.py"]),
        ("./src/", ["src/a.py", "src/deep/b.py"]),
        ("src/?.py", ["src/a.py"]),
        ("a.py", ["src/a.py"]),
    ],
)
def test_files_are_listed_by_directory_name_or_pattern(tmp_path: Path, pattern: str, found: list[str]) -> None:
    assert use_on(tmp_path, "list", pattern=pattern).splitlines() == found


def test_an_empty_list_says_why(tmp_path: Path) -> None:
    assert use_on(tmp_path, "list", pattern="*.rs") == "no file fits '*.rs'"


def test_a_long_list_is_cut_and_says_so(tmp_path: Path) -> None:
    said = use_on(tmp_path, "list", files={f"f{n}": "" for n in range(MOST_PATHS)})

    assert said.endswith("[cut: 3 more; give a pattern]")


def test_lines_are_read_with_their_numbers(tmp_path: Path) -> None:
    assert use_on(tmp_path, "read", path="src/a.py") == "     1\tdef one():\n     2\t    return 1"
    assert use_on(tmp_path, "read", path="src/a.py", first=2, last=2) == "     2\t    return 1"
    assert use_on(tmp_path, "read", path="src/a.py", first=9) == "src/a.py has only 2 lines"


def test_what_the_eye_would_miss_is_told(tmp_path: Path) -> None:
    said = use_on(tmp_path, "read", path="dos.txt", files={"dos.txt": "a\r\nb"})

    assert "CR LF" in said
    assert "no line end" in said
    assert use_on(tmp_path, "read", path="empty", files={"empty": ""}) == "empty is empty"


def test_a_long_file_is_read_in_pieces(tmp_path: Path) -> None:
    said = use_on(tmp_path, "read", path="long", files={"long": "x\n" * 5_000})
    assert said.endswith(f"[cut: lines 1-{MOST_LINES} of 5,000; go on with first={MOST_LINES + 1}]")

    rest = use(made_workspace(tmp_path, {}), "read", path="long", first=MOST_LINES + 1)
    assert rest.startswith(f"{MOST_LINES + 1:6d}\tx\n")


def test_huge_lines_are_cut_and_the_whole_is_bounded(tmp_path: Path) -> None:
    said = use_on(tmp_path, "read", path="huge", files={"huge": ("y" * 5_000 + "\n") * 300})

    assert "(cut: 5,000 characters)" in said
    assert "go on with first=" in said
    assert len(said) <= MOST_CHARACTERS


def test_text_is_found_with_file_and_line(tmp_path: Path) -> None:
    assert use_on(tmp_path, "search", text="return") == "src/a.py:2:     return 1"
    assert use_on(tmp_path, "search", text="RETURN", ignore_case=True).startswith("src/a.py:2:")
    assert use_on(tmp_path, "search", text="return", pattern="*.md") == "not found in 1 files"


def test_a_text_is_no_expression_unless_asked(tmp_path: Path) -> None:
    assert use_on(tmp_path, "search", text="d.f") == "not found in 3 files"
    assert use_on(tmp_path, "search", text=r"^(two|def) \S", regex=True).splitlines() == [
        "src/a.py:1: def one():",
        "src/deep/b.py:1: two = 2",
    ]
    assert use_on(tmp_path, "search", text="ONE\\(", regex=True, ignore_case=True) == "src/a.py:1: def one():"
    assert use_on(tmp_path, "search", text="^$", regex=True) == "not found in 3 files"


def test_many_hits_are_cut(tmp_path: Path) -> None:
    for regex in (False, True):
        lines = use_on(tmp_path, "search", text="x", regex=regex, files={"long": "x\n" * 500}).splitlines()
        assert lines[MOST_HITS:] == [f"[cut: more than {MOST_HITS} lines; narrow it down]"]


def test_files_that_are_no_text_are_left_out_and_counted(tmp_path: Path) -> None:
    said = use_on(tmp_path, "search", text="two", files={"picture": b"\xff\xfe\x00"})

    assert said.splitlines() == [
        "src/deep/b.py:1: two = 2",
        "[1 files that are not text, or too large, were not searched]",
    ]


@pytest.mark.parametrize("text", ["", "x" * 501, "a\nb"])
def test_what_can_t_be_searched_for_is_refused(tmp_path: Path, text: str) -> None:
    assert use_on(tmp_path, "search", text=text).startswith("refused: search for one line's text")


@pytest.mark.parametrize("text", ["(", "a{99999999999}", "*", "(?<=a*)b"])
def test_a_broken_expression_is_told(tmp_path: Path, text: str) -> None:
    assert use_on(tmp_path, "search", text=text, regex=True).startswith("refused: not a regular expression: ")


def test_an_expression_that_would_never_end_is_stopped(tmp_path: Path) -> None:
    begun = time.monotonic()
    said = use_on(tmp_path, "search", text="(a+)+$", regex=True, files={"trap": "a" * 60 + "!\n"})

    assert said == "refused: the expression was not matched within 5 s: use a simpler one, or plain text"
    assert time.monotonic() - begun < 12


def test_an_exact_piece_is_replaced(tmp_path: Path) -> None:
    assert use_on(tmp_path, "edit", path="src/a.py", old="return 1", new="return 2") == "edited src/a.py: 1 place"
    assert (tmp_path / "src/a.py").read_text() == "def one():\n    return 2\n"


def test_a_piece_that_is_not_unique_is_refused_unless_all_are_meant(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"x": "a\nb\na\n"}
    said = use_on(tmp_path, "edit", path="x", old="a", new="c", files=files)

    assert "stands 2 times in x, at lines 1, 3; nothing was changed" in said
    assert (tmp_path / "x").read_text() == "a\nb\na\n"
    assert use_on(tmp_path, "edit", path="x", old="a", new="c", all=True, files=files) == "edited x: 2 places"
    assert (tmp_path / "x").read_text() == "c\nb\nc\n"


def test_a_piece_that_is_not_there_is_answered_with_the_nearest_lines(tmp_path: Path) -> None:
    said = use_on(tmp_path, "edit", path="src/a.py", old="return  1", new="x")
    assert said.startswith("refused: src/a.py does not hold `old`; nothing was changed. The nearest lines are:")
    assert "     2\t    return 1" in said

    assert "No line is like it" in use_on(tmp_path, "edit", path="src/a.py", old="quite different", new="x")
    assert "It is empty" in use_on(tmp_path, "edit", path="e", old="x", new="y", files={"e": ""})


@pytest.mark.parametrize(("old", "new", "why"), [("", "x", "`old` is empty"), ("def", "def", "nothing to do")])
def test_an_edit_that_says_nothing_is_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    assert why in use_on(tmp_path, "edit", path="src/a.py", old=old, new=new)


def test_an_edit_keeps_the_line_ends_of_the_file(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"dos": "a\r\nb\r\nc\r\n"}
    use_on(tmp_path, "edit", path="dos", old="a\nb\n", new="a\nx\ny\n", files=files)

    assert (tmp_path / "dos").read_bytes() == b"a\r\nx\r\ny\r\nc\r\n"


def test_files_are_written_and_removed(tmp_path: Path) -> None:
    assert use_on(tmp_path, "write", path="new/x.txt", text="1\n2\n") == "created new/x.txt: 2 lines"
    assert use_on(tmp_path, "write", path="README.md", text="") == "replaced README.md: 0 lines"
    assert use(made_workspace(tmp_path, {}), "remove", path="new/x.txt") == "removed new/x.txt"
    assert sorted(content(tmp_path)) == ["README.md", "src/a.py", "src/deep/b.py"]


def test_a_binary_file_is_left_as_it_is(tmp_path: Path) -> None:
    picture = b"\x89PNG\xff"
    files: dict[str, str | bytes] = {"p.png": picture}

    assert "not text" in use_on(tmp_path, "read", path="p.png", files=files)
    assert "not text" in use_on(tmp_path, "edit", path="p.png", old="a", new="b", files=files)
    assert "remove it first" in use_on(tmp_path, "write", path="./p.png", text="x", files=files)
    assert (tmp_path / "p.png").read_bytes() == picture


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_can_be_named(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (tmp_path / "secret").write_text("secret")
    workspace = made_workspace(root, FILES)
    (root / "link").symlink_to(tmp_path / "secret")
    patch = f"--- /dev/null\n+++ {path}\n@@ -0,0 +1 @@\n+x\n"

    said = [
        use(workspace, "read", path=path),
        use(workspace, "edit", path=path, old="secret", new="x"),
        use(workspace, "write", path=path, text="x"),
        use(workspace, "remove", path=path),
        use(workspace, "patch", patch=patch),
        use(workspace, "patch", patch=f"--- {path}\n+++ {path}\n@@ -1 +1 @@\n-secret\n+x\n"),
    ]

    assert [text for text in said if not text.startswith("refused")] == []
    assert (tmp_path / "secret").read_text() == "secret"
    (root / "link").unlink()
    assert content(root) == {path: str(text).encode() for path, text in FILES.items()}


def test_a_check_is_run_by_name(tmp_path: Path) -> None:
    workspace = made_workspace(tmp_path, FILES, checks=lambda name: f"{name}: " + "." * 100_000 + " 1 failed")
    said = use(workspace, "check", name="tests")

    assert said.startswith("tests: ")
    assert said.endswith("1 failed")
    assert "[cut: " in said
    assert len(said) < MOST_CHARACTERS + 100


def test_without_checks_it_says_so(tmp_path: Path) -> None:
    assert use_on(tmp_path, "check", name="tests") == "there are no checks here"


def test_a_file_that_is_not_there_is_told_not_raised(tmp_path: Path) -> None:
    for name in ("read", "remove"):
        assert "look at the list of files" in use_on(tmp_path, name, path="nowhere")


def test_every_tool_has_a_form_of_plain_fields_that_its_description_explains(tmp_path: Path) -> None:
    tools = toolbox(made_workspace(tmp_path, {}))

    assert [tool.name for tool in tools] == ["list", "read", "search", "edit", "patch", "write", "remove", "check"]
    assert all(tool.description for tool in tools)
    assert from_plain({}, tools[0].form).pattern == ""
