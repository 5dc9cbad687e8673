"""Where text comes from: a directory, a commit, memory, a package of modules, and several of them side by side.

Bounds and containment live here and nowhere else; every reader reads through a `Source`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from costlint.sources.directory import DirectorySource, open_directory
from costlint.sources.ignoring import ignored_at
from costlint.sources.memory import MemorySource
from costlint.sources.mounted import MountedSource, follow, is_elsewhere, tree_of
from costlint.sources.packages import PackageSource, cache_directory
from costlint.sources.source import Source, SourceError
from costlint.sources.standard_input import STANDARD_INPUT, standard_input

if TYPE_CHECKING:
    from costlint.sources.checkout import CheckoutSource
    from costlint.sources.git import GitSource
    from costlint.sources.index import IndexSource

__all__ = [
    "STANDARD_INPUT",
    "CheckoutSource",
    "DirectorySource",
    "GitSource",
    "IndexSource",
    "MemorySource",
    "MountedSource",
    "PackageSource",
    "Source",
    "SourceError",
    "cache_directory",
    "follow",
    "ignored_at",
    "is_elsewhere",
    "open_directory",
    "standard_input",
    "tree_of",
]

_BY_GIT = {"CheckoutSource": "checkout", "GitSource": "git", "IndexSource": "index"}


def __getattr__(name: str) -> object:
    """What runs git is imported by those who ask for it: most scans read what lies on disk."""
    if name in _BY_GIT:
        return getattr(import_module(f"{__name__}.{_BY_GIT[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
