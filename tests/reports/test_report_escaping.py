from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.reports.escaping import printable, printable_block


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ünïcode €", "plain – ünïcode €"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x9b31m", "\\x9b31m"),
        ("user\u202egnp.exe", "user\\u202egnp.exe"),
    ],
)
def test_what_a_terminal_would_act_upon_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_printable_text_is_one_line_without_controls(text: str) -> None:
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in shown)


def test_a_block_keeps_its_lines() -> None:
    assert printable_block("one\n\x1b[2Jtwo") == ["one", "\\x1b[2Jtwo"]
