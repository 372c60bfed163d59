"""`orkestra doctor --ask`: which services answer, and why others don't."""

import json
from pathlib import Path

from tests.fixtures.command import orkestra
from tests.wire.script import always, answers
from tests.wire.server import WireServer, closed_port
from tests.wire.speaking import CANARY


def test_each_service_is_asked_and_the_reason_of_silence_is_told(tmp_path: Path) -> None:
    with WireServer(always(answers({"text": "hello"}))) as wire:
        ended = orkestra(
            "doctor",
            "--ask",
            "--json",
            cwd=tmp_path,
            ANTHROPIC_API_KEY=CANARY,
            CLAUDE_BASE_URL=wire.url,
            LOCAL_BASE_URL=f"http://127.0.0.1:{closed_port()}/v1",
            LOCAL_MODEL="llama-4-scout",
        )
    report = json.loads(ended.stdout)
    said = {each["name"]: each for each in report["findings"] if each["area"] == "AI services"}
    assert ended.returncode == 0
    assert report["ais"] == ["claude"]
    assert said["claude"]["detail"].endswith("key set, answers")
    assert "can't be reached" in said["local"]["detail"]
    assert CANARY not in ended.stdout + ended.stderr
