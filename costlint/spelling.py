"""What was probably meant by a name nobody knows."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "", least: float = 0.6) -> str:
    """`; did you mean "…"?` for the known name most like one that is not known; `otherwise` if none is at least so much
    alike (0 to 1)."""
    from difflib import get_close_matches  # most runs misspell nothing

    near = get_close_matches(name, list(known), n=1, cutoff=least)
    return f'; did you mean "{near[0]}"?' if near else otherwise
