"""Which git work tree paths lie in, and where in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from costlint.sources.directory import work_tree
from costlint.sources.source import SourceError


def repository(paths: Sequence[str]) -> Path:
    """The root of the work tree the paths lie in. Raises SourceError."""
    roots = {work_tree(Path(os.path.realpath(path))) for path in paths}
    root = next(iter(roots))
    if root is None:
        raise SourceError(f"{paths[0]} is not inside a git work tree; name two directories or files to compare instead")
    if len(roots) > 1:
        raise SourceError("the paths lie in different repositories; compare them one by one")
    return root


def inside(path: str, root: Path) -> str:
    """A path relative to the root of its work tree, "" for the root itself."""
    found = Path(os.path.realpath(path)).relative_to(root).as_posix()
    return "" if found == "." else found
