"""What was probably meant by a name nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "", least: float = 0.6, most: int = 1) -> str:
    """`; did you mean "…"?` for the known names most like one that is not known, `most` of them; `otherwise` if none is
    at least so much alike (0 to 1)."""
    return asked(nearest(name, known, least, most), otherwise)


def asked(near: Sequence[str], otherwise: str = "") -> str:
    """`; did you mean "…" or "…"?`, `otherwise` without any."""
    quoted = " or ".join(f'"{one}"' for one in near)
    return f"; did you mean {quoted}?" if near else otherwise


def nearest(name: str, known: Iterable[str], least: float = 0.6, most: int = 1) -> list[str]:
    """The known names most like one that is not known, whatever their case; at most so many, each at least so much
    alike (0 to 1)."""
    from difflib import get_close_matches  # most runs misspell nothing

    written = {one.lower(): one for one in known}
    return [written[one] for one in get_close_matches(name.lower(), written, n=most, cutoff=least)]
