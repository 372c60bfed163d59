"""Secrets taken out of text before it is shown, stored or sent."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "[redacted]"
_SHAPES: Final = re.compile(
    r"""
      -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----[\s\S]*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
    | \bsk-[A-Za-z0-9_-]{16,}                 # OpenAI and Anthropic
    | \bAIza[A-Za-z0-9_-]{30,}                # Google
    | \bgh[pousr]_[A-Za-z0-9]{20,}            # GitHub
    | \bgithub_pat_[A-Za-z0-9_]{20,}
    | \bxai-[A-Za-z0-9]{16,}
    | \bAKIA[A-Z0-9]{16}\b                    # AWS
    | \bxox[abprs]-[A-Za-z0-9-]{10,}          # Slack
    | \beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+   # a signed token
    """,
    re.VERBOSE,
)
_ASSIGNED: Final = re.compile(
    r"(?i)\b([\w.-]*(?:api[_-]?key|secret|token|passw(?:or)?d)[\w.-]*[\"']?\s*[:=]\s*[\"']?)([^\s\"',;]{6,})"
)


def redact_keys(text: str) -> str:
    """Return the text with whatever has the shape of a key masked; source code stays what it is otherwise."""
    return _SHAPES.sub(MASK, text)


def redact(text: str) -> str:
    """Return the text with whatever looks like a key, token, password or private key masked."""
    return _ASSIGNED.sub(rf"\1{MASK}", redact_keys(text))
