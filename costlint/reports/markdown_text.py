"""Text from scanned files in Markdown: it is shown as it is and never becomes markup, a mention or a link."""

from __future__ import annotations

import re

from costlint.reports.escaping import printable

_MARKUP = re.compile(r"([\\`*_\[\]<>|~$&])|^([#+=-]|\d+(?=[.)]))")
_BREAK = "\u200b"
"""Nothing one sees, between what would otherwise become a mention, a reference or a link."""
_LIVE = re.compile(
    r"(?<=@)(?=[\w<{])|(?<=#)(?=\d)|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\w)(?=@)"
    r"|(?<=!)(?=\d)|(?<=%)(?=[\d\"])|(?<=\bgh)(?=-\d)",  # merge requests, milestones, GH-1
    re.IGNORECASE,
)


def prose(text: str) -> str:
    """One line of text as Markdown that shows it letter by letter."""
    parts = _LIVE.split(printable(text))
    return _BREAK.join(_MARKUP.sub(_escaped, part) for part in parts)


def inert(text: str) -> str:
    """One line of text with something one does not see wherever it would become a mention, a reference or a link."""
    return _BREAK.join(_LIVE.split(printable(text)))


def code(text: str, *, in_table: bool = True) -> str:
    """One line of text as inline code, within tables too; where there is none, `|` needs no escape."""
    shown = printable(text)
    if in_table:
        shown = shown.replace("|", "\\|")
    if not shown.strip():
        return "` `"
    fence = _fence(shown, 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def code_block(lines: list[str], language: str = "") -> str:
    """Lines as a block of code, whatever is in them."""
    shown = [printable(line) for line in lines]
    fence = _fence("\n".join(shown), 3)
    return "\n".join([f"{fence}{language}", *shown, fence])


def html(text: str) -> str:
    """One line of text for the HTML Markdown allows, such as the head of a fold."""
    shown = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return _BREAK.join(_LIVE.split(shown))


def _escaped(found: re.Match[str]) -> str:
    text = found[0]
    return f"{text}{_BREAK}" if text[0].isdigit() else f"\\{text}"


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)
