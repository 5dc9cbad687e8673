"""What a function may see of the world: files inside the scanned tree and a way to render templates.

Nothing outside the source is ever read: a path that leads out of it, an absolute one or one into a home directory
makes the result unknown, because those files depend on the machine.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from costlint.model import UNKNOWN, Unknown
from costlint.sources.mounted import tree_of

if TYPE_CHECKING:
    from costlint.sources import Source

Render = Callable[[str, Mapping[str, object]], object]
Absolute = Callable[[str], "str | None"]
Further = Callable[[str, Sequence[object]], object]


class FileMissing(Exception):
    """There is no such file in the source."""


class FunctionContext(Struct, frozen=True):
    """Files are named as Terraform names them: relative to the root module's directory `root_path` (that is what
    `path.module` leads from). `render(text, variables)` evaluates a template; raising FunctionError when it cannot.
    Without a source every file is unknown; without `render` every template is. `absolute(path)` gives the place of an
    absolute path in the source, None if it has none; `further(name, arguments)` is asked for functions that are not
    Terraform's and raises FunctionError."""

    source: Source | None = None
    root_path: str = ""
    module_path: str = ""
    render: Render | None = None
    absolute: Absolute | None = None
    further: Further | None = None

    def read_file(self, path: str) -> bytes | Unknown:
        """The bytes of a file; unknown when it lies outside or is refused (too large, a link leading out).
        Raises FileMissing."""
        place = self.resolve(path)
        if self.source is None or place is None:
            return UNKNOWN
        if not self.source.is_file(place):
            raise FileMissing(path)
        from costlint.sources import SourceError

        try:
            return self.source.read(place)
        except SourceError:
            return UNKNOWN

    def is_file(self, path: str) -> bool | Unknown:
        place = self.resolve(path)
        if self.source is None or place is None:
            return UNKNOWN
        return self.source.is_file(place)

    def files(self, path: str) -> list[str] | Unknown:
        """The files under a directory, relative to it, sorted."""
        place = self.resolve(path)
        if self.source is None or place is None:
            return UNKNOWN
        prefix = f"{place}/" if place else ""
        files = (file for file in self.source.files(place) if file.startswith(prefix) and self.source.is_file(file))
        return [file.removeprefix(prefix) for file in files]

    def resolve(self, path: str) -> str | None:
        """The path within the source, None if it leads out of it."""
        if self.absolute is not None and path.startswith("/"):
            return self.absolute(path)
        if path.startswith(("/", "~")) or "\0" in path or ":" in path[:3]:
            return None
        place = posixpath.normpath(posixpath.join(self.root_path, path.replace("\\", "/")))
        if place == ".." or place.startswith(("../", "/")):
            return None
        place = "" if place == "." else place
        return place if tree_of(place) in (tree_of(self.module_path), tree_of(self.root_path)) else None
