"""JSON in, typed values out: the one place where plain data becomes dataclasses and back.

msgspec is imported where it is used: a status line that decodes nothing should not wait for it.
"""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")

MAX_TEXT = 64 * 1024 * 1024


class DecodeError(ValueError):
    """The data does not have the form that was asked for; the message names the place in it."""


def to_plain(value: Any) -> Any:  # noqa: ANN401 - any JSON-shaped value
    """Return dataclasses, enums and tuples as dicts, strings and lists.

    Raises TypeError for what JSON can't hold.
    """
    import msgspec

    return msgspec.to_builtins(value)


def from_plain(data: object, form: type[T]) -> T:
    """Return plain data as a value of `form`, checked strictly; raise DecodeError where it differs."""
    import msgspec

    try:
        return msgspec.convert(data, type=form, str_keys=True)  # JSON has no other keys
    except (msgspec.ValidationError, RecursionError) as error:
        raise DecodeError(str(error)) from error


def dumps(value: Any) -> str:  # noqa: ANN401 - any JSON-shaped value
    """Return a value as compact JSON."""
    import msgspec

    return msgspec.json.encode(value).decode()


def pretty(value: Any) -> bytes:  # noqa: ANN401 - any JSON-shaped value
    """Return a value as JSON for people and for git: indented, with a final newline."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def loads(text: str | bytes, form: type[T]) -> T:
    """Return JSON text as a value of `form`.

    Raises DecodeError for text that is not JSON, is longer than 64 MiB, is nested too deeply, or differs in form.
    """
    import msgspec

    if len(text) > MAX_TEXT:
        message = f"{len(text):,} characters of JSON are more than the {MAX_TEXT:,} that are read"
        raise DecodeError(message)
    try:
        return msgspec.json.decode(text, type=form)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise DecodeError(str(error)) from error


def schema_of(form: type[Any]) -> dict[str, Any]:
    """Return the JSON Schema of a dataclass, as shown to a model that must answer in that form."""
    import msgspec

    return msgspec.json.schema(form)
