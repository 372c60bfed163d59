"""Names for things: random where new, derived where the same thing must get the same name twice."""

from __future__ import annotations

import hashlib
import os

_HEX_DIGITS = 12


def new_id(prefix: str) -> str:
    """Return a fresh identifier such as `task_3f9a1c20b7de` (48 random bits)."""
    return f"{prefix}_{os.urandom(_HEX_DIGITS // 2).hex()}"


def derived_id(prefix: str, *parts: str) -> str:
    """Return the identifier that these parts always give: an idempotency key."""
    joined = "\x1f".join(parts).encode()
    return f"{prefix}_{hashlib.sha256(joined).hexdigest()[:_HEX_DIGITS]}"


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
