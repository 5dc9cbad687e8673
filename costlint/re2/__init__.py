"""RE2 regular expressions, as Terraform's regex functions and rules understand them, in bounded time.

Python's `re` backtracks: a hostile pattern could keep it busy for years. A pattern is therefore parsed here, and
only when the number of paths `re` could try on the given text is provably small is it translated for `re`;
otherwise it runs on a machine whose work is linear in pattern × text, with a limit on that.
"""

from __future__ import annotations

import functools
import re

from costlint.re2.machine import Program, TooMuchWork, assemble
from costlint.re2.syntax import (
    Node,
    PatternError,
    UnsupportedPattern,
    group_names,
    parse,
)
from costlint.re2.translation import most_paths, translate

__all__ = ["Match", "Pattern", "PatternError", "TooMuchWork", "UnsupportedPattern", "compile_pattern"]

Match = tuple[tuple[int, int] | None, ...]
"""Start and end of the whole match and of each group; None for a group that took no part."""

_MOST_PATHS = 1_000_000
_MOST_TEXT = 1_000_000
_LENGTHS = (10_000, 2_000, 500, 100, 30)
_MOST_PATTERN = 10_000


class Pattern:
    """A compiled pattern. `groups` are the names of its groups in order, "" for an unnamed one."""

    def __init__(self, text: str) -> None:
        if len(text) > _MOST_PATTERN:
            raise PatternError(f"the pattern is longer than {_MOST_PATTERN} characters")
        self._tree: Node = parse(text)
        self.groups = group_names(self._tree)

    def occurs_in(self, text: str) -> bool:
        """Whether there is a match anywhere. Raises TooMuchWork."""
        if len(text) <= self.quick_length:
            return self._backtracking.search(text) is not None
        return self.search(text) is not None

    def search(self, text: str, start: int = 0) -> Match | None:
        """The leftmost match at or after `start`, preferring earlier alternatives as Perl does. Raises TooMuchWork."""
        if len(text) > _MOST_TEXT:
            raise TooMuchWork(f"the text is longer than {_MOST_TEXT} characters")
        length = len(text) - start
        if length <= self.quick_length or self._is_quick(length):
            found = self._backtracking.search(text, start)
            if found is None:
                return None
            spans = (found.span(group) for group in range(len(self.groups) + 1))
            return tuple(None if span[0] < 0 else span for span in spans)
        return self._program.search(text, start)

    @functools.cached_property
    def quick_length(self) -> int:
        """A length of text up to which `re` is quick, whatever the text is."""
        return next((length for length in _LENGTHS if self._is_quick(length)), -1)

    def _is_quick(self, length: int) -> bool:
        return most_paths(self._tree, length + 1) * (length + 1) <= _MOST_PATHS

    @functools.cached_property
    def _backtracking(self) -> re.Pattern[str]:
        return re.compile(translate(self._tree))

    @functools.cached_property
    def _program(self) -> Program:
        return assemble(self._tree, len(self.groups))


@functools.lru_cache(maxsize=256)
def compile_pattern(text: str) -> Pattern:
    """Raises PatternError for what Terraform would refuse, UnsupportedPattern for what costlint cannot evaluate."""
    return Pattern(text)
