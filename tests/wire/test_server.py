"""The server that the wire tests talk to, seen without any SDK."""

import http.client
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from orkestra.codec import pretty
from tests.fixtures.processes import ROOT
from tests.wire.script import Reply, Rule, always, answers, calls, fault, in_turn, says
from tests.wire.server import WireServer, closed_port

CHAT = "/v1/chat/completions"
HELLO = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}


def post(url: str, path: str, body: dict[str, Any], **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    try:
        connection.request("POST", path, json.dumps(body), {"authorization": "Bearer sk-made-up", **headers})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def said(content: bytes) -> str:
    return str(json.loads(content)["choices"][0]["message"]["content"])


def test_rules_choose_by_what_is_asked() -> None:
    script = [Rule(says="hell", reply=says("hello to you")), Rule(reply=says("what?"))]
    with WireServer(script) as wire:
        assert said(post(wire.url, CHAT, HELLO)[2]) == "hello to you"
        assert said(post(wire.url, CHAT, {**HELLO, "messages": [{"role": "user", "content": "?"}]})[2]) == "what?"
        assert [asked.says for asked in wire.asked] == ["hello", "?"]


def test_replies_in_turn_end_with_the_last() -> None:
    with WireServer(in_turn(fault("rate_limit", retry_after=3), says("now"))) as wire:
        status, headers, _ = post(wire.url, CHAT, HELLO)
        assert (status, headers["retry-after"]) == (429, "3")
        assert [said(post(wire.url, CHAT, HELLO)[2]) for _ in range(2)] == ["now", "now"]


def test_a_function_may_be_the_script() -> None:
    with WireServer(lambda asked: says(f"request {asked.number} with {asked.key}")) as wire:
        assert said(post(wire.url, CHAT, HELLO, **{"idempotency-key": "k:1"})[2]) == "request 1 with k:1"


def test_an_answer_is_a_call_of_the_tool_that_takes_answers() -> None:
    tools = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in ("look", "final_result")]
    with WireServer(always(answers({"choice": "a"}))) as wire:
        message = json.loads(post(wire.url, CHAT, {**HELLO, "tools": tools})[2])["choices"][0]["message"]
    assert message["tool_calls"][0]["function"] == {"name": "final_result", "arguments": '{"choice": "a"}'}


@pytest.mark.parametrize(
    ("kind", "status"),
    [("unauthorized", 401), ("rate_limit", 429), ("server_error", 500), ("unavailable", 503), ("overloaded", 529)],
)
def test_a_fault_is_a_status(kind: str, status: int) -> None:
    with WireServer(always(fault(kind))) as wire:
        assert post(wire.url, CHAT, HELLO)[0] == status


def test_a_stream_is_cut_after_as_many_chunks_as_wanted() -> None:
    with (
        WireServer(always(fault("cut", after=2))) as wire,
        pytest.raises(http.client.IncompleteRead) as cut,
    ):
        post(wire.url, CHAT, {**HELLO, "stream": True})
    assert cut.value.partial.count(b"data: ") == 2


def test_silence_lasts_longer_than_anybody_waits() -> None:
    with WireServer(always(fault("silence"))) as wire:
        connection = http.client.HTTPConnection(urlsplit(wire.url).netloc, timeout=0.2)
        connection.request("POST", CHAT, json.dumps(HELLO))
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()


def test_nobody_answers_at_a_closed_port() -> None:
    with pytest.raises(ConnectionRefusedError):
        post(f"http://127.0.0.1:{closed_port()}", CHAT, HELLO)


def test_a_request_without_a_rule_is_an_error_in_the_script() -> None:
    with pytest.raises(AssertionError, match="no rule fits request 1, turn 1: 'hello'"), WireServer([]) as wire:
        assert post(wire.url, CHAT, HELLO)[0] == 404


def test_as_a_process_it_keeps_its_log_when_it_is_killed(tmp_path: Path) -> None:
    script, log = tmp_path / "rules.json", tmp_path / "requests.jsonl"
    script.write_bytes(
        pretty(
            [
                {"turn": 1, "reply": {"calls": [{"name": "look", "arguments": {"path": "a"}}]}},
                {"after_tool": True, "result": "the file", "reply": {"text": "seen"}},
            ]
        )
    )
    command = [sys.executable, "-m", "tests.wire.server", "--script", str(script), "--log", str(log)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        url = child.stdout.readline().strip()
        called = json.loads(post(url, CHAT, HELLO)[2])["choices"][0]["message"]
        seen = {"role": "tool", "tool_call_id": "call_0001_0", "content": "the file"}
        messages = [*HELLO["messages"], {**called, "content": ""}, seen]
        assert said(post(url, CHAT, {**HELLO, "messages": messages}, **{"idempotency-key": "k:2"})[2]) == "seen"
        child.kill()
    entries = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [entry["number"] for entry in entries] == [1, 2]
    assert entries[1]["headers"]["idempotency-key"] == "k:2"
    assert "sk-made-up" not in log.read_text("utf-8")


def test_calls_is_short_for_one_tool_call() -> None:
    assert calls("look", path="a").calls[0].arguments == {"path": "a"}
    assert Reply().text == ""
