"""Files on disk, below one root. Links are read only where they stay inside it."""

from __future__ import annotations

import os
import posixpath
import stat
from pathlib import Path

from costlint.sources.ignoring import IgnoreFile, Rules, ignored
from costlint.sources.limits import LARGEST_FILE, MOST_FILES, SKIPPED_DIRECTORIES, too_large, too_many
from costlint.sources.source import Shown, SourceError, contained, is_private

_LEADS_OUT = "is a link that leads out of the scanned tree and is not read"


def open_directory(path: str | Path) -> tuple[DirectorySource, str]:
    """The source a path of the command line belongs to, and the path within it.

    The root is the enclosing git work tree, else the directory itself: modules beside the scanned directory
    but inside the repository can be read. Raises SourceError if there is no such path.
    """
    try:
        real = Path(os.path.realpath(path, strict=True))
    except (OSError, ValueError) as error:
        raise SourceError(f"{path}: {_reason(error)}") from error
    directory = real if real.is_dir() else real.parent
    root = work_tree(directory) or directory
    return DirectorySource(root), "" if real == root else real.relative_to(root).as_posix()


def work_tree(directory: Path) -> Path | None:
    """The git work tree around a directory."""
    return next((place for place in (directory, *directory.parents) if (place / ".git").exists()), None)


def shown_from_here(root: Path) -> Shown:
    """How the paths of a root look from the current directory."""
    here = Path(os.path.realpath("."))
    if here == root:
        return Shown()
    if root in here.parents:
        return Shown(inside=here.relative_to(root).as_posix())
    return Shown(prefix=Path(os.path.relpath(root, here)).as_posix())


class DirectorySource:
    """The files below `root`. `asked` are the paths somebody wanted to read or know of so far, `listed` the directories
    whose files somebody wanted to know; `closed` are directories that could not be listed, each with the reason as a
    sentence."""

    def __init__(self, root: str | Path) -> None:
        self.asked: set[str] = set()
        self.listed: set[str] = set()
        self.closed: dict[str, SourceError] = {}
        self.root = Path(os.path.realpath(root))
        self.shown = shown_from_here(self.root)
        self._directories: dict[str, str | None] = {"": str(self.root)}

    @property
    def label(self) -> str:
        return str(self.root)

    def files(self, under: str = "") -> list[str]:
        under = contained(under)
        top = self._inside(under)
        if top is None or not os.path.isdir(top):  # noqa: PTH112
            return []
        found: list[str] = []
        seen = 0
        pending: list[tuple[str, str, Rules]] = [(under, top, self._rules_above(under))]
        while pending:
            base, directory, rules = pending.pop()
            try:
                entries = list(os.scandir(directory))
            except OSError as error:
                self.closed[base] = SourceError(f"{self.shown(base)}: {_reason(error)}")
                continue
            seen += len(entries)
            if seen > MOST_FILES:
                raise SourceError(too_many(self.shown(under)))
            if any(entry.name == ".gitignore" for entry in entries):
                rules = self._with_rules(base, rules)
            for entry in entries:
                path = f"{base}/{entry.name}" if base else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in SKIPPED_DIRECTORIES and not ignored(path, True, rules):
                        pending.append((path, entry.path, rules))
                elif not _is_directory(entry):
                    if not ignored(path, False, rules):
                        found.append(path)
                elif self._inside(path) is None and not ignored(path, True, rules):
                    self.closed[path] = SourceError(f"{self.shown(path)}: it {_LEADS_OUT}")
        found.sort()
        return found

    def names(self, directory: str) -> list[str]:
        base = contained(directory)
        self.listed.add(base)
        place = self._inside(base)
        if place is None:
            return []
        try:
            entries = list(os.scandir(place))
        except OSError:
            return []
        return sorted(entry.name for entry in entries if not _is_directory(entry))

    def read(self, path: str, most: int | None = None) -> bytes:
        path = contained(path)
        self.asked.add(path)
        if is_private(path):
            raise SourceError(f"{self.shown(path)} belongs to git and is not read")
        place = self._inside(path)
        if place is None:
            raise SourceError(f"{self.shown(path)} {_LEADS_OUT}")
        try:
            # Non-blocking: opening a named pipe would wait for a writer.
            handle = os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
        except OSError as error:
            raise SourceError(f"{self.shown(path)}: {_reason(error)}") from error
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            os.close(handle)
            raise SourceError(f"{self.shown(path)} is a directory")
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(status.st_mode):
                raise SourceError(f"{self.shown(path)} is not a regular file and is not read")
            if most is not None:
                return file.read(most)
            if status.st_size > LARGEST_FILE:
                raise SourceError(too_large(self.shown(path), status.st_size))
            data = file.read(status.st_size + 1)  # not the limit: a buffer of that size would be made for each file
            if len(data) > status.st_size:
                data += file.read(LARGEST_FILE + 1 - len(data))
        if len(data) > LARGEST_FILE:
            raise SourceError(too_large(self.shown(path), len(data)))
        return data

    def is_file(self, path: str) -> bool:
        place = self._quietly(path)
        return place is not None and os.path.isfile(place)  # noqa: PTH113

    def is_dir(self, path: str) -> bool:
        place = self._quietly(path)
        return place is not None and os.path.isdir(place)  # noqa: PTH112

    def _quietly(self, path: str) -> str | None:
        self.asked.add(path)
        try:
            return self._inside(contained(path))
        except SourceError:
            return None

    def _inside(self, path: str) -> str | None:
        """Where a path really is, None if a link leads out of the root or into git's own data. (Text, not a Path: it is
        asked hundreds of thousands of times.)"""
        if not path:
            return str(self.root)
        directory, _, name = path.rpartition("/")
        if directory not in self._directories:
            self._see_to(directory)
        return self._below(self._directories[directory], name)

    def _see_to(self, directory: str) -> None:
        """Find out where a directory really is, from the nearest one above it of which that is known."""
        missing: list[str] = []
        while directory not in self._directories:
            missing.append(directory)
            directory = directory.rpartition("/")[0]
        for each in reversed(missing):
            above, _, name = each.rpartition("/")
            self._directories[each] = self._below(self._directories[above], name)

    def _below(self, above: str | None, name: str) -> str | None:
        """Where something in a directory really is: only a link can lead out of it."""
        if above is None:
            return None
        place = os.path.join(above, name)  # noqa: PTH118
        return self._resolved(place) if name == ".git" or os.path.islink(place) else place  # noqa: PTH114

    def _resolved(self, place: str) -> str | None:
        try:
            real = Path(os.path.realpath(place))
        except (OSError, ValueError):
            return None
        if real != self.root and self.root not in real.parents:
            return None
        return None if is_private(real.relative_to(self.root).as_posix()) else str(real)

    def _with_rules(self, directory: str, rules: Rules) -> Rules:
        try:
            text = self.read(posixpath.join(directory, ".gitignore")).decode(errors="replace")
        except SourceError:
            return rules
        return (*rules, (directory, IgnoreFile(text)))

    def _rules_above(self, under: str) -> Rules:
        rules: Rules = ()
        exclude = self.root / ".git" / "info" / "exclude"
        if exclude.is_file():
            rules = (("", IgnoreFile(exclude.read_text(errors="replace"))),)
        parts = under.split("/") if under else []
        for count in range(len(parts)):
            rules = self._with_rules("/".join(parts[:count]), rules)
        return rules


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or directory"
    if isinstance(error, PermissionError):
        return "may not be read (permission denied)"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return str(error)
