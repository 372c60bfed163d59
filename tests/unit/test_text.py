"""Text of unknown intent, before it is shown."""

import pytest

from orkestra.domain.redaction import redact
from orkestra.domain.text import one_line, shown


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("a\u202eb", "a\\u202eb"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("bell\x07", "bell\\u0007"),
        ("two\nlines\tkept", "two\nlines\tkept"),
        ("ünïcödé 漢字", "ünïcödé 漢字"),
    ],
)
def test_what_could_move_or_hide_text_is_taken_out_or_shown(hostile: str, harmless: str) -> None:
    assert shown(hostile) == harmless


def test_a_long_text_is_cut_to_one_line() -> None:
    assert one_line("one\n two   three", 9) == "one two …"


@pytest.mark.parametrize("beginning", ["sk-", "sk-ant-", "AIza", "gh" + "p_", "github_pat_", "xai-", "AKIA"])
def test_keys_of_known_shapes_are_masked(beginning: str) -> None:
    length = {"AIza": 35, "AKIA": 16}.get(beginning, 24)
    secret = beginning + ("ABCDEFGH12345678" * 3)[:length]

    assert redact(f"the key is {secret} today") == "the key is [redacted] today"


@pytest.mark.parametrize("text", ["MY_API_KEY=hunter2hunter2", "password: correct-horse", "client_secret = 'abcdefgh'"])
def test_what_is_assigned_to_a_secret_name_is_masked(text: str) -> None:
    assert "[redacted]" in redact(text)


def test_ordinary_text_is_left_alone() -> None:
    assert redact("the tokenizer splits words; tasks are skipped") == "the tokenizer splits words; tasks are skipped"
