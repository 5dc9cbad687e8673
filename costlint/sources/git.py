"""The files of a commit, read from git's object store: no checkout, so no hook and no filter runs."""

from __future__ import annotations

import os
import posixpath
import subprocess
import weakref
from pathlib import Path
from typing import NamedTuple

from costlint.sources.directory import shown_from_here, work_tree
from costlint.sources.limits import LARGEST_FILE, MOST_FILES, MOST_LINKS, SKIPPED_DIRECTORIES, too_large, too_many
from costlint.sources.source import SourceError, contained

_LINK = "120000"
_SUBMODULE = "160000"
_FILES = ("100644", "100755", "100664", _LINK)
_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


class _Blob(NamedTuple):
    link: bool
    object: str
    size: int


class GitSource:
    """The tree of `ref` in the repository around `repo`. Close it, or use it in a `with` statement.

    `submodules` are the directories where it has a commit of another repository; nothing in them is read.

    Raises SourceError if this is no repository, git is not installed, or there is no such commit.
    """

    def __init__(self, repo: str | Path, ref: str) -> None:
        root = work_tree(Path(os.path.realpath(repo)))
        if root is None:
            raise SourceError(f"{repo} is not inside a git work tree")
        self.root = root
        self.ref = ref
        self.shown = shown_from_here(root)
        if ref.startswith("-"):
            raise SourceError(f'git knows no commit "{ref}"')
        found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if found is None:
            raise SourceError(f'git knows no commit "{ref}" (in a shallow clone, fetch it first)')
        self.commit = found.decode().strip()
        self.submodules: set[str] = set()
        self._blobs = self._tree()
        self._directories: dict[str, list[str]] = {"": []}
        for path in self._blobs:
            parent, _, name = path.rpartition("/")
            self._directories.setdefault(parent, []).append(name)
            while parent := parent.rpartition("/")[0]:
                self._directories.setdefault(parent, [])
        self._reader: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> GitSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the git process that reads objects; reading again starts another."""
        if self._reader is not None:
            _stop(self._reader)
            self._reader = None

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
        return self._content(blob)[:most]

    def is_file(self, path: str) -> bool:
        return self._quietly(path) in self._blobs

    def is_dir(self, path: str) -> bool:
        return self._quietly(path) in self._directories

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
            target = self._content(blob).decode(errors="replace")
            try:
                rest = contained(posixpath.join(posixpath.dirname(here), target, *pending))
            except SourceError:
                return None
            done, pending = "", rest.split("/") if rest else []
        return done

    def _content(self, blob: _Blob) -> bytes:
        if self._reader is None:
            self._reader = subprocess.Popen(
                ["git", *_QUIET, "cat-file", "--batch"],
                cwd=self.root,
                env=_environment(),
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
        return self._reader.stdout.read(int(answer[2]) + 1)[:-1]

    def _tree(self) -> dict[str, _Blob]:
        listing = self._git("ls-tree", "-r", "-l", "-z", "--full-tree", self.commit)
        if listing is None:
            raise SourceError(f"git could not list the files of {self.ref}")
        blobs: dict[str, _Blob] = {}
        for entry in listing.split(b"\0"):
            about, _, path = entry.decode(errors="replace").partition("\t")
            mode, _, rest = about.partition(" ")
            if mode == _SUBMODULE:
                self.submodules.add(path)
            if mode not in _FILES:
                continue
            _, object_, size = rest.split()
            blobs[path] = _Blob(mode == _LINK, object_, int(size) if size.isdigit() else 0)
        if len(blobs) > MOST_FILES:
            raise SourceError(too_many(self.ref))
        return blobs

    def _git(self, *arguments: str) -> bytes | None:
        """What git prints, None if it fails. Raises SourceError if it cannot be run."""
        try:
            done = subprocess.run(
                ["git", *_QUIET, *arguments], cwd=self.root, env=_environment(), capture_output=True, check=False
            )
        except OSError as error:
            raise SourceError("git is needed to read a commit, and it could not be run") from error
        if b"dubious ownership" in done.stderr:
            raise SourceError(f"git refuses to read {self.root.name}: it belongs to another user (safe.directory)")
        return done.stdout if done.returncode == 0 else None


def _environment() -> dict[str, str]:
    """No prompt, no lock, no object fetched over the network; not another repository's variables."""
    environment = os.environ.items()
    kept = {name: text for name, text in environment if not name.startswith("GIT_") or name.startswith("GIT_CONFIG")}
    return {**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()
    if process.stdout is not None:
        process.stdout.close()
    process.wait()
