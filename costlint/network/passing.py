"""What may pass if one waits and asks again, and what will not."""

from __future__ import annotations

from email.message import Message

from costlint.network.errors import FetchError

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers of servers that may give another one later."""


def is_lasting(error: FetchError) -> bool:
    """A connection that drops may come back; a certificate nobody trusts or a refused redirection stays."""
    return error.__cause__ is None or "certificate" in str(error)


def retry_after(headers: Message) -> float:
    """Seconds a server asks to wait; a date is left to the usual pauses."""
    text = headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 0.0
