"""Path globs: `*` inside a directory, `**` across directories; a match covers everything below it."""

from __future__ import annotations

import re
from functools import lru_cache

_PARTS = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}


def matches_glob(glob: str, path: str) -> bool:
    """True if the posix path, or a directory above it, matches. A glob without "/" matches at any depth."""
    return _compiled(glob).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _compiled(glob: str) -> re.Pattern[str]:
    text = glob.removeprefix("./").rstrip("/")
    if text in ("", "."):
        text = "**"
    pieces = re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", text.removeprefix("/"))
    body = "".join(_PARTS.get(piece) or re.escape(piece) for piece in pieces)
    anywhere = "" if "/" in text else "(?:.*/)?"
    return re.compile(f"{anywhere}{body}(?:/.*)?", re.DOTALL)
