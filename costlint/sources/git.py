"""The files of a commit, read from git's object store: no checkout, so no hook and no filter runs."""

from __future__ import annotations

import os
import posixpath
import subprocess
import threading
import weakref
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self

from costlint.sources.aside import Aside
from costlint.sources.directory import shown_from_here, work_tree
from costlint.sources.limits import LARGEST_FILE, MOST_FILES, MOST_LINKS, SKIPPED_DIRECTORIES, too_large, too_many
from costlint.sources.running_git import Git
from costlint.sources.source import SourceError, contained

LINK = "120000"
SUBMODULE = "160000"
FILES = ("100644", "100755", "100664", LINK)
NAMES = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules")


class Blob(NamedTuple):
    """A file as git keeps it. The size is -1 until the content is asked for."""

    link: bool
    object: str
    size: int


class GitSource:
    """The tree of `ref` in the repository around `repo`. Close it, or use it in a `with` statement. Git lists the files
    while whoever made this goes on with something else; not `ahead`: when somebody asks for one.

    Raises SourceError if this is no repository, git is not installed, or there is no such commit.
    """

    _heeded: tuple[str, ...] = ("GIT_CONFIG",)
    """Beginnings of the names of git's variables that hold for the programs started here, too."""

    def __init__(self, repo: str | Path, ref: str, *, ahead: bool = True) -> None:
        root = work_tree(Path(os.path.realpath(repo)))
        if root is None:
            raise SourceError(f"{repo} is not inside a git work tree")
        self.root = root
        self.ref = ref
        self._git = Git(root, "read a commit", self._heeded)
        self.shown = shown_from_here(root)
        self.commit = self._named(ref)
        self._reader: subprocess.Popen[bytes] | None = None
        self._asking = threading.Lock()  # overlays are read several at a time, and git answers one after the other
        if ahead:
            self.list_ahead()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the git process that reads objects; reading again starts another."""
        if self._reader is not None:
            _stop(self._reader)
            self._reader = None

    def list_ahead(self) -> None:
        """Let git list the files while you go on with something else."""
        _ = self._listing

    @cached_property
    def _listing(self) -> Callable[[], bytes | None]:
        return self._later(*self._listed_by())

    @property
    def label(self) -> str:
        return f"{self.root} at {self.commit}"

    def files(self, under: str = "") -> list[str]:
        under = contained(under)
        prefix = f"{under}/" if under else ""
        return sorted(
            path
            for path, blob in self._blobs.items()
            if path.startswith(prefix)
            and not SKIPPED_DIRECTORIES.intersection(path[len(prefix) :].split("/")[:-1])
            and not (blob.link and self.is_dir(path))
        )

    def names(self, directory: str) -> list[str]:
        base = self._resolved(contained(directory))
        if base is None:
            return []
        found = self._directories.get(base, ())
        return sorted(name for name in found if not self.is_dir(f"{base}/{name}" if base else name))

    def read(self, path: str, most: int | None = None) -> bytes:
        path = contained(path)
        real = self._resolved(path)
        if real is None:
            raise SourceError(f"{self.shown(path)} is a link that leads out of the scanned tree and is not read")
        blob = self._blobs.get(real)
        if blob is None:
            what = "is a directory" if real in self._directories else "no such file or directory"
            raise SourceError(f"{self.shown(path)}: {what} in {self.ref}")
        if blob.size > LARGEST_FILE:
            raise SourceError(too_large(self.shown(path), blob.size))
        return self._content(blob, self.shown(path))[:most]

    def is_file(self, path: str) -> bool:
        return self._quietly(path) in self._blobs

    def is_dir(self, path: str) -> bool:
        return self._quietly(path) in self._directories

    @cached_property
    def _blobs(self) -> dict[str, Blob]:
        listing = self._listing()
        if listing is None:
            raise SourceError(f"git could not list the files of {self.ref}")
        found = self._read_listing(listing.split(b"\0"))
        if len(found) > MOST_FILES:
            raise SourceError(too_many(self.ref))
        return found

    @cached_property
    def submodules(self) -> frozenset[str]:
        """The directories where the tree has a commit of another repository; nothing in them is read."""
        entries = (self._listing() or b"").split(b"\0")
        found = (entry.partition(b"\t")[2] for entry in entries if entry.startswith(SUBMODULE.encode()))
        return frozenset(path.decode(errors="replace") for path in found)

    @cached_property
    def _directories(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {"": []}
        for path in self._blobs:
            parent, _, name = path.rpartition("/")
            found.setdefault(parent, []).append(name)
            while parent := parent.rpartition("/")[0]:
                found.setdefault(parent, [])
        return found

    def object_of(self, path: str) -> str | None:
        """The id git knows the content of a file by, links followed; None if there is no such file."""
        blob = self._blobs.get(self._quietly(path) or "")
        return None if blob is None else blob.object

    def _quietly(self, path: str) -> str | None:
        try:
            return self._resolved(contained(path))
        except SourceError:
            return None

    def _resolved(self, path: str) -> str | None:
        """The path with its links followed, None if one leads out of the tree (or round in circles)."""
        done = ""
        pending = path.split("/") if path else []
        links = 0
        while pending:
            here = posixpath.join(done, pending.pop(0))
            blob = self._blobs.get(here)
            if blob is None or not blob.link:
                done = here
                continue
            links += 1
            if links > MOST_LINKS or blob.size > LARGEST_FILE:
                return None
            target = self._content(blob, here).decode(errors="replace")
            try:
                rest = contained(posixpath.join(posixpath.dirname(here), target, *pending))
            except SourceError:
                return None
            done, pending = "", rest.split("/") if rest else []
        return done

    def _content(self, blob: Blob, path: str) -> bytes:
        with self._asking:
            return self._asked(blob, path)

    def _asked(self, blob: Blob, path: str) -> bytes:
        if self._reader is None:
            self._reader = subprocess.Popen(
                self._git.command("cat-file", "--batch"),
                cwd=self.root,
                env=self._git.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            weakref.finalize(self, _stop, self._reader)
        assert self._reader.stdin is not None
        assert self._reader.stdout is not None
        try:
            self._reader.stdin.write(f"{blob.object}\n".encode())
            self._reader.stdin.flush()
        except OSError as error:
            raise SourceError(f"git ended while reading {self.ref}") from error
        answer = self._reader.stdout.readline().split()
        if len(answer) != 3:
            raise SourceError(f"git has no content for an object of {self.ref} (a partial clone?)")
        size = int(answer[2])
        if size > LARGEST_FILE:
            self.close()
            raise SourceError(too_large(path, size))
        return self._reader.stdout.read(size + 1)[:-1]

    @property
    def has_links(self) -> bool:
        """Whether a path of the tree leads to another."""
        return any(blob.link for blob in self._blobs.values())

    def changed_since(self, commit: str) -> list[str]:
        """The files that are not as in another commit: changed, added or removed."""
        return self._paths("diff-tree", "-r", *NAMES, commit, self.commit, "--")

    def _paths(self, *arguments: str) -> list[str]:
        listing = self._git.output(*arguments)
        if listing is None:
            raise SourceError(f"git could not compare {self.ref} with another state")
        return [path for path in listing.decode(errors="replace").split("\0") if path]

    def lines(self, pattern: str, *globs: str) -> list[tuple[str, str]]:
        """The lines that match an extended regular expression, with the path of their file, in files whose path fits
        one of the globs; found by git itself, without reading the files here."""
        where = [] if self.commit else ["--cached"]
        tree = [self.commit] if self.commit else []
        options = ("-z", "-I", "--no-color", "--no-textconv", "--full-name", "--no-recurse-submodules", "-E", "-e")
        found = self._git.output("grep", *where, *options, pattern, *tree, "--", *globs) or b""
        ended = (line.decode(errors="replace").partition("\0") for line in found.split(b"\n") if line)
        return [(path.removeprefix(f"{self.commit}:"), text) for path, _, text in ended]

    def known(self, ref: str) -> str | None:
        """The id of the commit of a name, None if there is none here."""
        return self._git.commit(ref)

    def _named(self, ref: str) -> str:
        found = self.known(ref)
        if found is None:
            raise SourceError(f'git knows no commit "{ref}" (in a shallow clone, fetch it first)')
        return found

    def _listed_by(self) -> tuple[str, ...]:
        """The command that lists the tree."""
        return "ls-tree", "-r", "-l", "-z", "--full-tree", self.commit

    def _read_listing(self, entries: list[bytes]) -> dict[str, Blob]:
        blobs: dict[str, Blob] = {}
        for entry in entries:
            about, _, path = entry.decode(errors="replace").partition("\t")
            mode, _, rest = about.partition(" ")
            if mode not in FILES:
                continue
            _, object_, size = rest.split()
            blobs[path] = Blob(mode == LINK, object_, int(size) if size.isdigit() else -1)
        return blobs

    def _later(self, *arguments: str) -> Callable[[], bytes | None]:
        """Start git, and give what to call for what it printed."""
        return Aside(lambda: self._git.output(*arguments)).result


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()
    if process.stdout is not None:
        process.stdout.close()
    process.wait()
