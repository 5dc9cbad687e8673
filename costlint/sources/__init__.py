"""Where text comes from: a directory, a commit, memory, a package of modules, and several of them side by side.

Bounds and containment live here and nowhere else; every reader reads through a `Source`.
"""

from costlint.sources.checkout import CheckoutSource
from costlint.sources.directory import DirectorySource, open_directory
from costlint.sources.git import GitSource
from costlint.sources.index import IndexSource
from costlint.sources.memory import MemorySource
from costlint.sources.mounted import MountedSource, follow, is_elsewhere, tree_of
from costlint.sources.packages import PackageSource, cache_directory
from costlint.sources.source import Source, SourceError
from costlint.sources.standard_input import STANDARD_INPUT, standard_input

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
    "is_elsewhere",
    "open_directory",
    "standard_input",
    "tree_of",
]
