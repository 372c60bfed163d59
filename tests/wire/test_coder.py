"""A service that has only an API does the work: its real SDK over HTTP, our tools on a real directory."""

import time
from pathlib import Path

import pytest

from orkestra.adapters.models.coder import MOST_REQUESTS
from orkestra.adapters.models.conversing import MOST_MISHAPS
from orkestra.domain.agents import CoderEvent
from orkestra.domain.errors import AuthError, BadResponse, ProviderError, ProviderTimeout, ProviderUnavailable
from orkestra.domain.patience import Patience
from tests.fixtures.notes import NotedCalls
from tests.fixtures.workbench import content, made_workspace
from tests.wire.coding import APIS, KEY, coder, work
from tests.wire.script import Asked, Call, Reply, Rule, always, calls, fault, in_turn, says
from tests.wire.server import WireServer

every_api = pytest.mark.parametrize("kind", APIS)
FILES: dict[str, str | bytes] = {"src/one.py": "def one():\n    return 1\n", "p.png": b"\x89PNG\xff"}
EDIT = calls("edit", path="src/one.py", old="return 1", new="return 2")
CHECK = Reply(calls=(Call(name="check", arguments={"name": "tests"}),))
PATCH = """\
--- a/src/one.py
+++ b/src/one.py
@@ -1,2 +1,2 @@
 def one():
-    return 1
+    return 2
--- /dev/null
+++ b/tests/test_one.py
@@ -0,0 +1,2 @@
+def test_one():
+    assert True
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made_workspace(tmp_path / "root", FILES)
    return tmp_path / "root"


def told(events: list[CoderEvent], kind: str) -> list[str]:
    return [event.path or event.text for event in events if event.kind == kind]


def kept_as_it_was(root: Path) -> bool:
    return content(root) == {path: t.encode() if isinstance(t, str) else t for path, t in FILES.items()}


@every_api
def test_it_reads_edits_checks_and_sums_up(kind: str, root: Path) -> None:
    script = [
        Rule(turn=1, reply=calls("read", path="src/one.py")),
        Rule(result="return 1", reply=EDIT),
        Rule(result="edited src/one.py: 1 place", reply=CHECK),
        Rule(result="tests: 3 passed", reply=says("one() returns 2; its tests pass.")),
    ]
    with WireServer(script) as wire:
        events = work(coder(kind, wire.url), root, checks=lambda name: f"{name}: 3 passed")

    assert [(event.kind, event.path or event.text) for event in events if event.kind != "usage"] == [
        ("tool", "read src/one.py"),
        ("tool", "edit src/one.py"),
        ("edit", "src/one.py"),
        ("tool", "check tests"),
        ("result", "one() returns 2; its tests pass."),
    ]
    assert (root / "src/one.py").read_text() == "def one():\n    return 2\n"
    usage = events[-1].usage
    assert usage
    assert (usage.input_tokens, usage.output_tokens, usage.cost_usd) == (4 * 120, 4 * 30, None)
    assert [asked.key for asked in wire.asked] == [f"step_1:{turn}" for turn in range(1, 5)]
    assert set(wire.asked[0].tools) == {"list", "read", "search", "edit", "patch", "write", "remove", "check"}
    assert "you reach it by your tools alone" in wire.asked[0].text
    assert "Let one() return 2." in wire.asked[0].text


@every_api
def test_several_calls_of_one_answer_are_done_in_their_order(kind: str, root: Path) -> None:
    twice = Reply(
        text="Two steps.",
        calls=(
            Call(name="write", arguments={"path": "a.txt", "text": "1\n"}),
            Call(name="edit", arguments={"path": "a.txt", "old": "1", "new": "2"}),
            Call(name="patch", arguments={"patch": "--- a/a.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-2\n+3\n"}),
        ),
    )
    with WireServer(in_turn(twice, says("done"))) as wire:
        events = work(coder(kind, wire.url), root)

    assert told(events, "edit") == ["a.txt", "a.txt", "a.txt", "b.txt"]
    assert told(events, "text") == ["Two steps."]
    assert (root / "b.txt").read_text() == "3\n"
    assert [len(asked.results) for asked in wire.asked] == [0, 3]


REFUSED = {
    "outside": (calls("write", path="../out.txt", text="x"), "refused path '../out.txt'"),
    "git": (calls("write", path=".git/hooks/pre-commit", text="x"), "not for agents"),
    "binary": (calls("edit", path="p.png", old="P", new="x"), "not text in UTF-8"),
    "drifted": (calls("patch", patch=PATCH.replace("return 1", "return 7")), "What stands there now"),
    "missed": (calls("edit", path="src/one.py", old="return 3", new="x"), "The nearest lines are"),
    "unknown": (calls("shell", command="rm -rf /"), "there is no tool 'shell'"),
    "misnamed": (calls("write", file="x", text="x"), "arguments can't be read"),
    "mistyped": (calls("read", path="src/one.py", first="one"), "arguments can't be read"),
}


@every_api
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_told_and_the_work_goes_on(kind: str, case: str, root: Path) -> None:
    reply, why = REFUSED[case]
    with WireServer(in_turn(reply, says("then not"))) as wire:
        events = work(coder(kind, wire.url), root)

    assert why in wire.asked[1].results[0]
    assert told(events, "result") == ["then not"]
    assert told(events, "edit") == []
    assert kept_as_it_was(root)


@pytest.mark.parametrize("kind", ["anthropic", "responses", "chat"])  # Gemini's arguments are an object, never a text
def test_malformed_arguments_are_told_and_nothing_is_done(kind: str, root: Path) -> None:
    torn = Reply(calls=(Call(name="write", arguments='{"path": "src/one.py", "text": "half'),))
    with WireServer(in_turn(torn, EDIT, says("now"))) as wire:
        events = work(coder(kind, wire.url), root)

    assert "the JSON of the arguments can't be read" in wire.asked[1].results[0]
    assert "nothing was done" in wire.asked[1].results[0]
    assert told(events, "edit") == ["src/one.py"]


@every_api
def test_a_service_that_never_gets_it_right_is_given_up(kind: str, root: Path) -> None:
    with WireServer(always(calls("shell", command="ls"))) as wire:
        with pytest.raises(BadResponse, match="no usable tool call: give the task to another agent"):
            work(coder(kind, wire.url), root)
        assert len(wire.asked) == MOST_MISHAPS


def test_a_service_that_goes_round_in_circles_is_given_up(root: Path) -> None:
    with WireServer(always(calls("read", path="src/one.py"))) as wire:
        with pytest.raises(ProviderError, match="was not done after 60 requests: split the task"):
            work(coder("anthropic", wire.url), root)
        assert len(wire.asked) == MOST_REQUESTS


@every_api
def test_a_stream_that_is_cut_at_any_chunk_changes_nothing(kind: str, root: Path) -> None:
    reply = Reply(text="Here it is.", calls=(Call(name="patch", arguments={"patch": PATCH}),))
    chunks = _chunks_of(kind, reply, root)
    for after in range(chunks):
        cut = Reply(text=reply.text, calls=reply.calls, fault="cut", after=after)
        with WireServer(always(cut)) as wire, pytest.raises((ProviderUnavailable, BadResponse)):
            work(coder(kind, wire.url), root)
        assert kept_as_it_was(root), f"cut after {after} chunks"


def _chunks_of(kind: str, reply: Reply, root: Path) -> int:
    """How many chunks are sent before the answer counts as whole."""
    seen: list[Asked] = []

    def watch(asked: Asked) -> Reply:
        seen.append(asked)
        return says("nothing to do")

    with WireServer(watch) as wire:
        work(coder(kind, wire.url), root)
    from tests.wire.dialects.by_path import dialect_of

    dialect = dialect_of(seen[0].path)
    assert dialect
    ends = ('"message_delta"', "response.completed", '"finish_reason": "', '"finishReason": "')
    chunks = list(dialect.chunks(seen[0], reply))
    return next(at for at, chunk in enumerate(chunks) if any(end in chunk for end in ends))


def test_an_empty_answer_is_asked_again(root: Path) -> None:
    with WireServer(in_turn(says(""), says("done"))) as wire:
        events = work(coder("chat", wire.url), root)

    assert told(events, "result") == ["done"]
    assert "Your answer was empty" in wire.asked[1].says


def test_the_deadline_ends_a_silent_service(root: Path) -> None:
    begun = time.monotonic()
    with WireServer(always(fault("silence"))) as wire, pytest.raises(ProviderTimeout, match="at its deadline"):
        work(coder("anthropic", wire.url), root, deadline=0.5)
    assert time.monotonic() - begun < 10


def test_the_deadline_holds_between_calls_too(root: Path) -> None:
    def slow(name: str) -> str:
        time.sleep(0.6)
        return name

    both = Reply(calls=(Call(name="check", arguments={"name": "t"}), Call(name="remove", arguments={"path": "p.png"})))
    with WireServer(always(both)) as wire, pytest.raises(ProviderTimeout):
        work(coder("chat", wire.url), root, checks=slow, deadline=0.5)
    assert kept_as_it_was(root)


def test_errors_of_the_service_are_ours(root: Path) -> None:
    with WireServer(always(fault("unauthorized"))) as wire, pytest.raises(AuthError):
        work(coder("anthropic", wire.url), root)


@every_api
def test_a_request_that_fails_in_passing_is_sent_again_as_the_same_turn(kind: str, root: Path) -> None:
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    script = in_turn(EDIT, fault("rate_limit", retry_after=7), fault("server_error"), fault("cut"), says("done"))
    with WireServer(script) as wire:
        events = work(coder(kind, wire.url, patience=Patience(tries=5, sleep=wait)), root)

    assert told(events, "result") == ["done"]
    assert [asked.key for asked in wire.asked] == ["step_1:1"] + ["step_1:2"] * 4
    assert waits[0] == 7
    assert len(waits) == 3


@every_api
def test_what_was_answered_is_not_asked_again(kind: str, root: Path, tmp_path: Path) -> None:
    notes = NotedCalls(tmp_path / "notes.jsonl")
    script = [
        Rule(turn=1, reply=EDIT),
        Rule(turn=2, reply=calls("write", path="new.txt", text="x\n")),
        Rule(turn=3, times=1, reply=fault("cut")),
        Rule(turn=3, reply=says("done")),
    ]
    with WireServer(script) as wire:
        with pytest.raises(ProviderUnavailable):
            work(coder(kind, wire.url, notes), root)
        left = content(root)
        set_back(root)
        events = work(coder(kind, wire.url, notes), root)
        again = work(coder(kind, wire.url, notes), set_back(root))

    assert [asked.key for asked in wire.asked] == ["step_1:1", "step_1:2", "step_1:3", "step_1:3"]
    assert content(root) == left
    assert events == again
    assert told(events, "result") == ["done"]
    assert events[-1].usage
    assert events[-1].usage.input_tokens == 3 * 120


def test_another_step_asks_anew(root: Path, tmp_path: Path) -> None:
    notes = NotedCalls(tmp_path / "notes.jsonl")
    with WireServer(always(says("done"))) as wire:
        for key in ("step_1", "step_2", "step_1"):
            work(coder("chat", wire.url, notes), root, key=key)

    assert [asked.key for asked in wire.asked] == ["step_1:1", "step_2:1"]


@every_api
def test_our_keys_are_told_to_nobody(kind: str, root: Path, tmp_path: Path) -> None:
    made_workspace(root, {"leak.txt": f"the key is {KEY}\n"})
    notes = NotedCalls(tmp_path / "notes.jsonl")
    script = in_turn(calls("read", path="leak.txt"), says(f"it is {KEY}"))
    with WireServer(script) as wire:
        events = work(coder(kind, wire.url, notes), root)

    assert not any(KEY in str(asked.body) for asked in wire.asked)
    assert KEY not in notes.file.read_text()
    assert KEY not in str(events)


def set_back(root: Path) -> Path:
    """What a task's tree does before an attempt is done again."""
    for path in content(root):
        (root / path).unlink()
    made_workspace(root, FILES)
    return root
