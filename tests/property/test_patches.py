import tempfile
from difflib import unified_diff
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from orkestra.agents.tools.applying import applied
from orkestra.agents.tools.bounds import lines_of
from orkestra.agents.tools.unified import parse_patch
from tests.fixtures.workbench import content, made_workspace, use

WORDS = st.sampled_from(["", "a", "b", "  c", "-- d", "++ e", "@@ f", "\\ g", "h\t", "\x0ci", "\u2028j", "diff --git"])
LINES = st.lists(WORDS, max_size=12)
END = st.booleans()


def diff(old: str, new: str, path: str = "x.txt", context: int = 3) -> str:
    """What `diff -u` prints, with its note about a missing last end."""
    pieces = unified_diff(lines_of(old), lines_of(new), f"a/{path}", f"b/{path}", n=context)
    return "".join(p if p.endswith("\n") else f"{p}\n\\ No newline at end of file\n" for p in pieces)


def text(lines: list[str], *, ended: bool) -> str:
    return "\n".join(lines) + ("\n" if ended and lines else "")


def patched(old: str, patch: str) -> str:
    (change,) = parse_patch(patch)
    return applied(old, change)


@given(LINES, LINES, END, END, st.integers(1, 4))
def test_a_diff_of_two_texts_turns_one_into_the_other(
    old: list[str], new: list[str], ended: bool, as_ended: bool, context: int
) -> None:
    before, after = text(old, ended=ended), text(new, ended=as_ended)
    patch = diff(before, after, context=context)

    assert not patch or patched(before, patch) == after


@given(LINES, LINES)
def test_a_file_of_crlf_lines_stays_one(old: list[str], new: list[str]) -> None:
    before, after = text(old, ended=True), text(new, ended=True)
    patch = diff(before, after)

    if patch and before:
        assert patched(before.replace("\n", "\r\n"), patch) == after.replace("\n", "\r\n")


@given(LINES, LINES)
def test_a_diff_of_crlf_lines_applies_as_it_is(old: list[str], new: list[str]) -> None:
    before, after = (text(lines, ended=True).replace("\n", "\r\n") for lines in (old, new))
    patch = diff(before, after)

    assert not patch or patched(before, patch) == after


@given(LINES, LINES, st.lists(st.just("new line"), min_size=1, max_size=5))
def test_lines_that_came_before_only_move_the_place(old: list[str], new: list[str], above: list[str]) -> None:
    start = ["first of its kind", "second of its kind", *old]
    before, after = text(start, ended=True), text([*start[:2], *new], ended=True)
    patch = diff(before, after, context=100)

    if patch:
        assert patched(text(above, ended=True) + before, patch) == text(above, ended=True) + after


@given(LINES.filter(bool), LINES, st.data())
def test_a_changed_line_of_context_is_refused_and_no_file_is_written(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    before, after = text(old, ended=True), text(new, ended=True)
    patch = diff(before, after, context=100)
    at = data.draw(st.integers(0, len(old) - 1))
    drifted = text([*old[:at], f"{old[at]} changed meanwhile", *old[at + 1 :]], ended=True)
    if not patch:
        return

    with tempfile.TemporaryDirectory() as place:
        workspace = made_workspace(Path(place), {"first.txt": "1\n", "x.txt": drifted})
        said = use(workspace, "patch", patch=diff("1\n", "2\n", "first.txt") + patch)

        assert "nothing was changed" in said
        assert "changed meanwhile" in said
        assert content(Path(place)) == {"first.txt": b"1\n", "x.txt": drifted.encode()}


@given(LINES, LINES, st.data())
def test_a_patch_that_was_torn_before_its_last_line_is_refused(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    before, after = text(old, ended=True), text(new, ended=True)
    patch = diff(before, after, context=100)
    last = patch.rstrip("\n").rfind("\n") + 1
    torn = patch[: data.draw(st.integers(0, last))]

    with tempfile.TemporaryDirectory() as place:
        said = use(made_workspace(Path(place), {"x.txt": before}), "patch", patch=torn)

        assert said.startswith("refused: ")
        assert content(Path(place)) == {"x.txt": before.encode()}


@given(st.text(max_size=200))
def test_any_text_is_applied_or_refused_in_words(patch: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        assert use(made_workspace(Path(place), {"x.txt": "a\n"}), "patch", patch=patch)
