"""The emitter of yamlencode: PyYAML's, with libyaml's way of folding long strings, which Terraform has.

Imported only when something is written as YAML.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from yaml.emitter import Emitter
from yaml.events import Event, ScalarEvent


def emitted(events: Iterable[Event]) -> str:
    """The document the events describe."""
    stream = io.StringIO()
    emitter = _Emitter(stream, allow_unicode=True)
    for event in events:
        emitter.emit(event)
    return stream.getvalue()


class _Emitter(Emitter):
    event: Any
    column: int
    best_width: int
    open_ended: bool

    def check_simple_key(self) -> bool:
        """An empty string is a simple key here."""
        if isinstance(self.event, ScalarEvent) and self.event.value == "":
            return True
        return bool(super().check_simple_key())

    def check_empty_document(self) -> bool:
        """An empty string stands for itself, without the mark of an empty document."""
        return False

    def write_literal(self, text: str) -> None:
        """Text that keeps its trailing line breaks needs no end mark."""
        super().write_literal(text)
        self.open_ended = False

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """A line is folded at the first of several spaces beyond the width; that space is the line break."""
        self.write_indicator('"', True)
        after_space = False
        for position, character in enumerate(text):
            if character == " ":
                inside = 0 < position < len(text) - 1
                if split and inside and not after_space and self.column > self.best_width:
                    self.write_indent()
                    if text[position + 1] == " ":
                        self._put("\\")
                else:
                    self._put(" ")
                after_space = True
                continue
            after_space = False
            self._put(character if _is_plain(character) else _escaped(character))
        self.write_indicator('"', False)

    def _put(self, text: str) -> None:
        self.column += len(text)
        self.whitespace = self.indention = False
        self.stream.write(text)


def _is_plain(character: str) -> bool:
    if character in '"\\\x85\u2028\u2029\ufeff':
        return False
    return " " <= character <= "~" or "\xa0" <= character <= "\ud7ff" or "\ue000" <= character <= "\ufffd"


def _escaped(character: str) -> str:
    short = Emitter.ESCAPE_REPLACEMENTS.get(character)
    if short:
        return f"\\{short}"
    code = ord(character)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
