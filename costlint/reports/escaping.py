"""Text from scanned files, made safe to print on a terminal."""

from __future__ import annotations

import re

# C0 and C1 controls, line separators, and the bidirectional overrides that can make a line read differently
# from what it says (https://trojansource.codes).
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str) -> str:
    """The text with everything a terminal would act upon written as an escape, on one line."""
    return _UNPRINTABLE.sub(_escape, text)


def printable_block(text: str) -> list[str]:
    """The lines of a longer text, each made printable."""
    return [printable(line.expandtabs(4)) for line in text.splitlines()]


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
