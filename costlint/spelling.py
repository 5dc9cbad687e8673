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


def one_edit_apart(one: str, other: str) -> bool:
    """Whether a character more, less or in place of another, or two that are swapped, make one text of the other."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    at = next((index for index, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2][::-1] == other[at : at + 2] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :]
