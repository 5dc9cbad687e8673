"""Where text comes from: a directory, a commit, memory.

Bounds and containment live here and nowhere else; every reader reads through a `Source`.
"""

from costlint.sources.directory import DirectorySource, open_directory
from costlint.sources.git import GitSource
from costlint.sources.memory import MemorySource
from costlint.sources.source import Source, SourceError

__all__ = ["DirectorySource", "GitSource", "MemorySource", "Source", "SourceError", "open_directory"]
