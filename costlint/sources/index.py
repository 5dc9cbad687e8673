"""What is staged for the next commit: the files of git's index, with what git ignores beside them."""

from __future__ import annotations

from pathlib import Path

from costlint.sources.checkout import CheckoutSource
from costlint.sources.git import FILES, LINK, NAMES, Blob

_OWN = "0"


class IndexSource(CheckoutSource):
    """The tree a commit would have now. `git commit FILE` and `git commit --all` hand hooks an index of their own in
    GIT_INDEX_FILE, which is heeded. Raises SourceError."""

    _heeded = ("GIT_CONFIG", "GIT_INDEX_FILE")

    def __init__(self, repo: str | Path, *, ahead: bool = True) -> None:
        super().__init__(repo, "the index", ahead=ahead)

    def changed_since(self, commit: str) -> list[str]:
        return self._paths("diff-index", "--cached", *NAMES, commit, "--")

    def _named(self, ref: str) -> str:
        return ""

    def _listed_by(self) -> tuple[str, ...]:
        return "ls-files", "--stage", "-z", "--full-name"

    def _read_listing(self, entries: list[bytes]) -> dict[str, Blob]:
        found: dict[str, Blob] = {}
        for entry in entries:
            about, _, path = entry.decode(errors="replace").partition("\t")
            mode, _, rest = about.partition(" ")
            object_, _, stage = rest.partition(" ")
            if mode in FILES and stage == _OWN:
                found[path] = Blob(mode == LINK, object_, -1)
        return found
