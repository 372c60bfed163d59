from pathlib import Path
from textwrap import dedent

import pytest

from tests.fixtures.workbench import content, made_workspace, use

FILES: dict[str, str | bytes] = {"a.txt": "1\n2\n3\n4\n5\n", "b.txt": "x\n", "p.png": b"\x89PNG\xff"}
EDIT_A = """\
    --- a/a.txt
    +++ b/a.txt
    @@ -1,3 +1,3 @@
     1
    -2
    +two
     3
    """


def apply(root: Path, patch: str, files: dict[str, str | bytes] | None = None) -> str:
    return use(made_workspace(root, FILES if files is None else files), "patch", patch=dedent(patch))


def test_one_patch_changes_makes_renames_and_removes_files(tmp_path: Path) -> None:
    patch = """\
        diff --git a/a.txt b/a.txt
        index 1234567..89abcde 100644
        --- a/a.txt
        +++ b/a.txt
        @@ -1,2 +1,2 @@ in some function
         1
        -2
        +two
        @@ -4,2 +4,3 @@
         4
         5
        +6
        diff --git a/new/n.txt b/new/n.txt
        new file mode 100644
        index 0000000..1234567
        --- /dev/null
        +++ b/new/n.txt
        @@ -0,0 +1 @@
        +n
        diff --git a/b.txt b/moved/b.txt
        similarity index 50%
        rename from b.txt
        rename to moved/b.txt
        --- a/b.txt
        +++ b/moved/b.txt
        @@ -1 +1,2 @@
         x
        +y
        diff --git a/c.txt b/c.txt
        deleted file mode 100644
        --- a/c.txt
        +++ /dev/null
        @@ -1 +0,0 @@
        -c
        diff --git a/empty b/empty
        new file mode 100644
        """
    said = apply(tmp_path, patch, {**FILES, "c.txt": "c\n"})

    assert said.splitlines() == [
        "changed a.txt: 2 hunks",
        "created new/n.txt",
        "renamed b.txt to moved/b.txt",
        "removed c.txt",
        "created empty",
    ]
    assert content(tmp_path) == {
        "a.txt": b"1\ntwo\n3\n4\n5\n6\n",
        "empty": b"",
        "moved/b.txt": b"x\ny\n",
        "new/n.txt": b"n\n",
        "p.png": b"\x89PNG\xff",
    }


def test_a_rename_alone_needs_no_hunk(tmp_path: Path) -> None:
    patch = "diff --git a/b.txt b/c.txt\nsimilarity index 100%\nrename from b.txt\nrename to c.txt\n"

    assert apply(tmp_path, patch) == "renamed b.txt to c.txt"
    assert content(tmp_path)["c.txt"] == b"x\n"


def test_a_hunk_is_found_where_lines_above_moved_it(tmp_path: Path) -> None:
    apply(tmp_path, EDIT_A, {"a.txt": "0\n0\n0\n1\n2\n3\n"})

    assert content(tmp_path)["a.txt"] == b"0\n0\n0\n1\ntwo\n3\n"


def test_a_hunk_that_fits_at_several_other_places_is_refused(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.txt": "0\n1\n2\n3\n1\n2\n3\n"}

    assert "it fits at several places (lines 2, 5): give more context" in apply(tmp_path, EDIT_A, files)


def test_drift_is_answered_with_what_stands_there_now(tmp_path: Path) -> None:
    said = apply(tmp_path, EDIT_A, {"a.txt": "1\n2 changed\n3\n"})

    assert said == (
        "refused: hunk 1 of a.txt: it does not fit; nothing was changed. What stands there now:\n"
        "     1\t1\n     2\t2 changed\n     3\t3"
    )
    assert content(tmp_path)["a.txt"] == b"1\n2 changed\n3\n"


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ("--- a/nowhere\n+++ b/nowhere\n@@ -1 +1 @@\n-x\n+y\n", "not in the workspace"),
        ("--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-z\n+y\n", "it does not fit"),
        ("--- a/b.txt\n+++ b/b.txt\n@@ -1,2 +1 @@\n-x\n+y\n", "fewer lines"),
        ("--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n x\n+y\n", "more lines"),
        ("--- a/b.txt\n+++ b/b.txt\n", "has no hunk"),
        ("--- a/b.txt\n", "names no file"),
        ("--- a/b.txt\n+++ b/b.txt\n@@ what @@\n", "a hunk begins with"),
        ("--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1 @@\n+y\n", "b.txt is there already"),
        ("--- a/b.txt\n+++ b/p.png\n@@ -1 +1 @@\n-x\n+y\n", "remove it first"),
        ("--- a/b.txt\n+++ /dev/null\n@@ -1 +1 @@\n-x\n+y\n", "not all of its lines"),
        ("--- a/b.txt\n+++ b/b.txt\n@@ -1,0 +2 @@\n+y\n", "no line of context"),
        ("--- a/a.txt\n+++ b/./a.txt\n@@ -5 +5 @@\n-5\n+y\n", "changed twice"),
        ("--- /dev/null\n+++ b/../out.txt\n@@ -0,0 +1 @@\n+y\n", "climb"),
        ("--- /dev/null\n+++ b/.git/hooks/x\n@@ -0,0 +1 @@\n+y\n", "not for agents"),
        ("--- /dev/null\n+++ /etc/x\n@@ -0,0 +1 @@\n+y\n", "relative"),
        ("--- /dev/null\n+++ b/a.txt/x\n@@ -0,0 +1 @@\n+y\n", "refused 'a.txt/x'"),
        ("--- a/p.png\n+++ b/p.png\n@@ -1 +1 @@\n-x\n+y\n", "not text"),
        ("diff --git a/p.png b/p.png\nGIT binary patch\nliteral 4\nLcmb\n", "binary"),
        ("Binary files a/p.png and b/p.png differ\n", "binary"),
        ("diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n", "links"),
        ("diff --git a/b.txt b/b.txt\nold mode 100644\nnew mode 100755\n", "mode"),
        ("*** Begin Patch\n*** Update File: b.txt\n", "unified diff"),
        ("and so on\n", "expected --- a/path"),
    ],
)
def test_one_part_that_can_t_be_done_keeps_all_files_as_they_are(tmp_path: Path, second: str, why: str) -> None:
    said = apply(tmp_path, dedent(EDIT_A) + second)

    assert said.startswith("refused")
    assert why in said
    assert content(tmp_path) == {path: t.encode() if isinstance(t, str) else t for path, t in FILES.items()}


@pytest.mark.parametrize("patch", ["", "\n\n", "@@ -1 +1 @@\n-x\n+y\n", "x" * 1_000_001])
def test_what_is_no_patch_is_told(tmp_path: Path, patch: str) -> None:
    assert apply(tmp_path, patch).startswith("refused: ")


def test_blanks_that_models_drop_from_empty_lines_are_not_missed(tmp_path: Path) -> None:
    patch = "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n 1\n\n-3\n+three\n"
    use(made_workspace(tmp_path, {"a.txt": "1\n\n3\n"}), "patch", patch=patch)

    assert content(tmp_path)["a.txt"] == b"1\n\nthree\n"


def test_a_last_line_without_an_end_is_found_and_gets_one_when_lines_follow(tmp_path: Path) -> None:
    patch = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1,2 @@\n 1\n+2\n"
    apply(tmp_path, patch, {"a.txt": "1"})

    assert content(tmp_path)["a.txt"] == b"1\n2\n"


def test_a_patch_written_with_crlf_fits_a_file_without(tmp_path: Path) -> None:
    patch = dedent(EDIT_A).replace("\n", "\r\n")
    use(made_workspace(tmp_path, FILES), "patch", patch=patch)

    assert content(tmp_path)["a.txt"] == b"1\ntwo\n3\n4\n5\n"


def test_git_quotes_names_and_diff_adds_times(tmp_path: Path) -> None:
    patch = '--- "a/sp\\303\\244t.txt"\t2026-01-01\n+++ "b/sp\\303\\244t.txt"\n@@ -1 +1 @@\n-1\n+2\n'
    apply(tmp_path, patch, {"spät.txt": "1\n"})

    assert content(tmp_path)["spät.txt"] == b"2\n"


def test_plain_names_need_no_prefix(tmp_path: Path) -> None:
    apply(tmp_path, "--- a/x\n+++ a/x\n@@ -1 +1 @@\n-1\n+2\n", {"a/x": "1\n", "x": "1\n"})

    assert content(tmp_path) == {"a/x": b"2\n", "x": b"1\n"}
